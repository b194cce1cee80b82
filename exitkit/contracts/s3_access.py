"""What programs rely on of an object store over S3: who gets in, and how it is reached.

Source: Amazon S3 API Reference, Authenticating Requests (read 2026-11-22).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from exitkit.contracts.check import BrokenError, UntriedError, asked, hold
from exitkit.contracts.s3 import S3
from exitkit.contracts.shelf import Shelf, refused
from exitkit.model.contract import Facet


@S3.promise(Facet.POLICY, asked)
def nobody_gets_in_unsigned(shelf: Shelf) -> None:
    """A request that nobody signed is refused, to read and to write."""
    key = shelf.key()
    shelf.put(key, b"private")
    refused(shelf.ask("GET", key, signed="by nobody"), 401, 403)
    refused(shelf.ask("PUT", key, body=b"changed", signed="by nobody"), 401, 403)
    hold(shelf.get(key).body == b"private", "the object was changed")


@S3.promise(Facet.POLICY, asked)
def a_wrong_secret_is_refused(shelf: Shelf) -> None:
    """A request that was signed with a wrong secret is refused."""
    key = shelf.key()
    shelf.put(key, b"private")
    refused(shelf.ask("GET", key, signed="with a wrong secret"), 401, 403)


@S3.promise(Facet.TRANSPORT)
def it_is_reached_over_tls(shelf: Shelf) -> None:
    """It is reached over TLS, under a certificate that is believed."""
    where = urlsplit(shelf.talk.endpoint)
    if where.scheme == "https":
        shelf.ask("HEAD")  # it would not have been opened
    elif where.hostname in ("127.0.0.1", "::1", "localhost"):
        raise UntriedError("it is reached on this machine, where TLS would show nothing")
    else:
        raise BrokenError("it is reached in the clear")
