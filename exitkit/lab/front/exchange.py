"""One request and its answer, as everything behind the socket sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

XML = ("Content-Type", "application/xml")


class Refused(Exception):
    """A request that is answered with one of S3's own error codes."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


@dataclass(slots=True)
class Answer:
    """What goes back: a status, headers in order, a body. HEAD sends `length` in place of a body."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | memoryview = b""
    length: int | None = None


class Request:
    """What came: the target as it was written, headers in lower case, the whole body."""

    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.path, _, self.query = target.partition("?")
        self._asked: dict[str, str] | None = None

    @property
    def place(self) -> tuple[str, str]:
        """The bucket and the key, decoded; raises UnicodeDecodeError where they are no UTF-8."""
        bucket, _, key = self.path[1:].partition("/")
        return bucket, unquote(key, errors="strict") if "%" in key else key

    @property
    def asked(self) -> dict[str, str]:
        """The query, decoded, without what only signs it or names the call."""
        if self._asked is None:
            pairs = parse_qsl(self.query, keep_blank_values=True) if self.query else ()
            self._asked = {name: value for name, value in pairs if name not in SIGNING}
        return self._asked


SIGNING = frozenset((
    "x-id", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
    "X-Amz-Signature", "X-Amz-Content-Sha256", "X-Amz-Security-Token",
))  # fmt: skip


def error(refused: Refused, *, resource: str = "") -> Answer:
    """The page S3 sends with an error."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message or refused.code)}</Message>"
        f"<Resource>{escape(resource)}</Resource><RequestId>EXITKITLAB</RequestId></Error>"
    )
    return Answer(refused.status, [XML], text.encode())


def page(root: str, inside: str) -> Answer:
    """A page of S3's XML."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inside}</{root}>'
    )
    return Answer(200, [XML], text.encode("utf-8", "surrogatepass"))
