"""Where an S3 store answers, by its address: its name, its port, and whom to trust that it is the one."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Endpoint:
    """One address taken apart. `host` is what requests call it; `trust` is there where TLS is spoken."""

    name: str
    port: int
    host: str
    trust: ssl.SSLContext | None

    @classmethod
    def of(cls, address: str) -> Endpoint:
        """The endpoint of `http://` or `https://` and a name."""
        split = urlsplit(address)
        name, secure = split.hostname or "", split.scheme == "https"
        host = name if split.port is None else f"{name}:{split.port}"
        return cls(name, split.port or (443 if secure else 80), host, _trust() if secure else None)

    def dial(self, *, connect: float, stall: float) -> socket.socket:
        """A connection for a thread that waits, so many seconds each. Raises OSError."""
        line = socket.create_connection((self.name, self.port), timeout=connect)
        line.settimeout(stall)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line if self.trust is None else self.trust.wrap_socket(line, server_hostname=self.name)


def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE") or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
