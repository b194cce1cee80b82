"""What programs rely on of an object store over S3: objects, listings, conditions, integrity.

Source: Amazon S3 API Reference, the page of each call (read 2026-11-22).
"""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from email.header import decode_header, make_header
from urllib.parse import quote

from exitkit.contracts.check import Contract, asked, hold
from exitkit.contracts.shelf import Shelf, md5, refused, texts, told, went_well
from exitkit.model.contract import Facet

S3: Contract[Shelf] = Contract("s3")
"""The checks of a bucket."""

_EVERY_BYTE = bytes(range(256)) * 300
_ODD = (
    "a b",
    "é è ü",
    "1+1=2",
    "100%",
    "a%2Fb",
    "tilde~",
    "(1)",
    "日本",
    "a//b",
    "quote'",
    'double"',
    "semi;colon&=$@:,",
)
_ACCENTS = "Société générale d’essai n° 1"


@S3.promise(Facet.SEMANTIC, asked)
def what_is_put_is_got(shelf: Shelf) -> None:
    """An object comes back byte for byte."""
    key = shelf.key()
    shelf.put(key, _EVERY_BYTE)
    reply = shelf.get(key)
    hold(reply.body == _EVERY_BYTE, f"{len(reply.body)} of {len(_EVERY_BYTE)} bytes came back, or others")


@S3.promise(Facet.SEMANTIC, asked)
def nothing_is_something(shelf: Shelf) -> None:
    """An object of no bytes is an object."""
    key = shelf.key()
    shelf.put(key, b"")
    reply = shelf.get(key)
    hold(reply.body == b"" and reply.headers.get("content-length") == "0", "it did not come back as empty")


@S3.promise(Facet.SEMANTIC, asked)
def keys_keep_their_spelling(shelf: Shelf) -> None:
    """Keys with spaces, accents, signs and slashes keep their spelling."""
    start = shelf.key("")
    for name in _ODD:
        shelf.put(start + name, name.encode())
    for name in _ODD:
        hold(shelf.get(start + name).body == name.encode(), f"under {name!r} is another object")
    found = texts(went_well(shelf.ask("GET", query=_list(start)), "a listing"), "Contents", "Key")
    hold(sorted(found) == sorted(start + name for name in _ODD), "the listing spells them otherwise")


@S3.promise(Facet.BEHAVIOURAL, asked)
def a_second_write_replaces(shelf: Shelf) -> None:
    """A second write replaces the first whole, attributes too."""
    key = shelf.key()
    shelf.put(key, b"first, and longer", {"x-amz-meta-old": "1", "content-type": "text/plain"})
    shelf.put(key, b"second", {"content-type": "text/csv"})
    reply = shelf.get(key)
    hold(reply.body == b"second", "a read after the second write gave other bytes")
    hold("x-amz-meta-old" not in reply.headers and reply.headers.get("content-type") == "text/csv", "attributes stayed")


@S3.promise(Facet.BEHAVIOURAL, asked)
def what_is_deleted_is_gone(shelf: Shelf) -> None:
    """A deleted object is gone at once, and deleting it again does no harm."""
    key = shelf.key()
    shelf.put(key, b"to be gone")
    for _ in range(2):
        went_well(shelf.ask("DELETE", key), "a delete")
    refused(shelf.ask("GET", key), 404)


@S3.promise(Facet.SYNTACTIC, asked)
def what_is_missing_is_not_found(shelf: Shelf) -> None:
    """A key that is not there is answered 404 NoSuchKey."""
    reply = shelf.ask("GET", shelf.key("never"))
    hold(told(reply) == "404 NoSuchKey", f"answered {told(reply)}")


@S3.promise(Facet.SEMANTIC, asked)
def metadata_comes_back(shelf: Shelf) -> None:
    """Metadata that a program gave an object comes back."""
    key = shelf.key()
    shelf.put(key, b"x", {"x-amz-meta-siren": "000000018", "x-amz-meta-note": "two  words, = and ;"})
    headers = shelf.ask("HEAD", key).headers
    hold(headers.get("x-amz-meta-siren") == "000000018", "x-amz-meta-siren did not come back")
    hold("two" in headers.get("x-amz-meta-note", ""), "x-amz-meta-note did not come back")


@S3.promise(Facet.SEMANTIC)
def metadata_keeps_accents(shelf: Shelf) -> None:
    """Metadata with accents comes back, as it was sent or encoded by RFC 2047."""
    key = shelf.key()
    shelf.put(key, b"x", {"x-amz-meta-company": _ACCENTS})
    found = shelf.ask("HEAD", key).headers.get("x-amz-meta-company", "")
    hold(_ACCENTS in _readings(found), f"came back as {found!r}" if found else "did not come back")


@S3.promise(Facet.SEMANTIC, asked)
def content_headers_come_back(shelf: Shelf) -> None:
    """Content type, encoding, language, disposition and cache control come back."""
    given = {
        "content-type": "application/pdf",
        "content-encoding": "x-own",
        "content-language": "fr",
        "content-disposition": 'attachment; filename="a.pdf"',
        "cache-control": "max-age=60",
    }
    key = shelf.key()
    shelf.put(key, b"%PDF", given)
    headers = shelf.get(key).headers
    changed = [name for name, value in given.items() if headers.get(name) != value]
    hold(not changed, f"{', '.join(changed)} came back otherwise")


@S3.promise(Facet.BEHAVIOURAL, asked)
def a_listing_goes_on(shelf: Shelf) -> None:
    """A listing goes on page by page, and no key is lost or told twice."""
    start = shelf.key("")
    wanted = [f"{start}{number:02}" for number in range(7)]
    for key in wanted:
        shelf.put(key, b"x")
    found, query = list[str](), _list(start, most=3)
    for _ in range(5):
        page = went_well(shelf.ask("GET", query=query), "a listing")
        found += texts(page, "Contents", "Key")
        token = texts(page, "NextContinuationToken")
        if not token:
            break
        query = {**_list(start, most=3), "continuation-token": token[0]}
    hold(found == wanted, f"{len(found)} keys were told of {len(wanted)}, or in another order")


@S3.promise(Facet.BEHAVIOURAL)
def a_listing_keeps_the_order_of_bytes(shelf: Shelf) -> None:
    """Keys are listed in the order of their UTF-8 bytes."""
    start = shelf.key("")
    names = ["a", "B", "é", "z", "~", "a/b", "a-b"]
    for name in names:
        shelf.put(start + name, b"x")
    found = texts(went_well(shelf.ask("GET", query=_list(start)), "a listing"), "Contents", "Key")
    hold(found == sorted((start + name for name in names), key=str.encode), "they came in another order")


@S3.promise(Facet.BEHAVIOURAL)
def a_listing_has_folders(shelf: Shelf) -> None:
    """A listing with a prefix and a delimiter tells objects and common prefixes apart."""
    start = shelf.key("")
    for name in ("one", "sub/two", "sub/three", "other/four"):
        shelf.put(start + name, b"x")
    page = went_well(shelf.ask("GET", query={**_list(start), "delimiter": "/"}), "a listing")
    keys, folders = texts(page, "Contents", "Key"), texts(page, "CommonPrefixes", "Prefix")
    hold(keys == [f"{start}one"], f"{len(keys)} objects were told, not one")
    hold(sorted(folders) == [f"{start}other/", f"{start}sub/"], f"{len(folders)} common prefixes were told, not two")


@S3.promise(Facet.BEHAVIOURAL)
def a_range_is_answered(shelf: Shelf) -> None:
    """A range is answered 206 with those bytes and no others."""
    key = shelf.key()
    shelf.put(key, _EVERY_BYTE)
    reply = shelf.ask("GET", key, headers={"range": "bytes=250-260"})
    hold(reply.status == 206, f"answered {told(reply)}")
    hold(reply.body == _EVERY_BYTE[250:261], f"{len(reply.body)} bytes came, or others")


@S3.promise(Facet.BEHAVIOURAL)
def a_read_may_have_a_condition(shelf: Shelf) -> None:
    """A read with If-None-Match and the object's own tag is answered 304."""
    key = shelf.key()
    tag = shelf.put(key, b"x").headers.get("etag", "")
    reply = shelf.ask("GET", key, headers={"if-none-match": tag})
    hold(reply.status == 304, f"answered {told(reply)}")


@S3.promise(Facet.BEHAVIOURAL)
def a_write_may_ask_that_nothing_is_there(shelf: Shelf) -> None:
    """A write with If-None-Match * is done where there is no object, and refused 412 where there is one."""
    key = shelf.key()
    went_well(shelf.ask("PUT", key, headers={"if-none-match": "*"}, body=b"first"), "the first write")
    reply = shelf.ask("PUT", key, headers={"if-none-match": "*"}, body=b"second")
    kept = shelf.get(key).body
    hold(reply.status in (409, 412) and kept == b"first", f"the second was answered {told(reply)}")


@S3.promise(Facet.BEHAVIOURAL)
def a_write_may_ask_for_a_state(shelf: Shelf) -> None:
    """A write with If-Match is refused 412 over another state, and done over that one."""
    key = shelf.key()
    tag = shelf.put(key, b"first").headers.get("etag", "")
    reply = shelf.ask("PUT", key, headers={"if-match": '"00000000000000000000000000000000"'}, body=b"wrong")
    hold(reply.status in (409, 412), f"over another state answered {told(reply)}")
    went_well(shelf.ask("PUT", key, headers={"if-match": tag}, body=b"second"), "over its own state a write")


@S3.promise(Facet.BEHAVIOURAL)
def another_md5_is_refused(shelf: Shelf) -> None:
    """Bytes that are not those of their Content-MD5 are refused."""
    refused(shelf.ask("PUT", shelf.key(), headers={"content-md5": md5(b"others")}, body=b"bytes"), 400)


@S3.promise(Facet.BEHAVIOURAL)
def another_sha256_is_refused(shelf: Shelf) -> None:
    """Bytes that are not those of the SHA-256 that was signed are refused."""
    refused(shelf.ask("PUT", shelf.key(), body=b"bytes", hashed=hashlib.sha256(b"others").hexdigest()), 400)


@S3.promise(Facet.BEHAVIOURAL)
def another_checksum_is_refused(shelf: Shelf) -> None:
    """Bytes that are not those of their x-amz-checksum-sha256 are refused."""
    other = base64.b64encode(hashlib.sha256(b"others").digest()).decode()
    refused(shelf.ask("PUT", shelf.key(), headers={"x-amz-checksum-sha256": other}, body=b"bytes"), 400)


@S3.promise(Facet.SEMANTIC)
def a_tag_is_an_md5(shelf: Shelf) -> None:
    """The ETag of an object written whole is the MD5 of its bytes."""
    tag = shelf.put(shelf.key(), b"bytes").headers.get("etag", "").strip('"')
    hold(tag == hashlib.md5(b"bytes", usedforsecurity=False).hexdigest(), "it is another, as where a key service seals")


@S3.promise(Facet.BEHAVIOURAL)
def one_object_is_copied(shelf: Shelf) -> None:
    """An object is copied by the store itself, with its metadata."""
    key, copy = shelf.key(), shelf.key("copy")
    shelf.put(key, b"to be copied", {"x-amz-meta-of": "the first"})
    origin = f"/{shelf.bucket}/{quote(key, safe='/-_.~')}"
    went_well(shelf.ask("PUT", copy, headers={"x-amz-copy-source": origin}), "the copy")
    reply = shelf.get(copy)
    hold(reply.body == b"to be copied", "the copy has other bytes")
    hold(reply.headers.get("x-amz-meta-of") == "the first", "the copy lost its metadata")


@S3.promise(Facet.BEHAVIOURAL)
def many_are_deleted_at_once(shelf: Shelf) -> None:
    """Many objects are deleted with one request, and each is told of."""
    keys = [shelf.key(str(number)) for number in range(3)]
    for key in keys:
        shelf.put(key, b"x")
    wanted = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)
    body = f"<Delete>{wanted}</Delete>".encode()
    page = went_well(shelf.ask("POST", query={"delete": ""}, headers={"content-md5": md5(body)}, body=body), "it")
    hold(sorted(texts(page, "Deleted", "Key")) == sorted(keys), "not every key was told of")
    for key in keys:
        refused(shelf.ask("GET", key), 404)


@S3.promise(Facet.SEMANTIC)
def tags_come_back(shelf: Shelf) -> None:
    """Tags written with an object come back."""
    key = shelf.key()
    shelf.put(key, b"x", {"x-amz-tagging": "class=restricted&year=2026"})
    page = went_well(shelf.ask("GET", key, {"tagging": ""}), "asking for tags")
    found = dict(zip(texts(page, "Tag", "Key"), texts(page, "Tag", "Value"), strict=False))
    hold(found == {"class": "restricted", "year": "2026"}, f"{len(found)} tags came back of two, or others")


def _list(prefix: str, *, most: int = 100) -> dict[str, str]:
    return {"list-type": "2", "prefix": prefix, "max-keys": str(most)}


def _readings(header: str) -> set[str]:
    """What a header's text may mean: raw UTF-8 bytes, which were read as Latin-1, or RFC 2047, or as it is."""
    found = {header}
    with suppress(UnicodeError):
        found.add(header.encode("latin-1").decode())
    with suppress(LookupError, UnicodeError, ValueError):
        found.add(str(make_header(decode_header(header))))
    return found
