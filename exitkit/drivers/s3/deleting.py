"""Remove many versions of objects: a thousand with a request, and one at a time where XML cannot carry their key."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from hashlib import md5, sha256
from html import escape
from itertools import islice

from exitkit.drivers.s3.client import Client
from exitkit.drivers.s3.sign import joined, quoted
from exitkit.errors import NotFound, OutsideError
from exitkit.ports import Listed

_NOT_IN_XML = re.compile("[\x00-\x1f\x7f\ufffe\uffff]")
_AT_ONCE = 1000
"""Keys that one request may name (S3 API, DeleteObjects)."""


async def remove_all(client: Client, bucket: str, versions: Sequence[Listed]) -> None:
    """Remove them, markers as well. Raises OutsideError where one stays."""
    plain = iter([found for found in versions if not _NOT_IN_XML.search(found.key)])
    while some := list(islice(plain, _AT_ONCE)):
        await _remove_named(client, bucket, some)
    for found in versions:
        if _NOT_IN_XML.search(found.key):
            await _remove_alone(client, bucket, found)


async def _remove_alone(client: Client, bucket: str, found: Listed) -> None:
    path = f"/{bucket}/{quoted(found.key)}"
    try:
        await client.ask("DELETE", path, joined({"versionId": found.version}) if found.version else "")
    except NotFound:
        if found.version != "null":
            raise
        await client.ask("DELETE", path)  # a store without versions may not know the one it lists


async def _remove_named(client: Client, bucket: str, versions: Sequence[Listed]) -> None:
    named = "".join(
        f"<Object><Key>{escape(found.key)}</Key><VersionId>{escape(found.version)}</VersionId></Object>"
        for found in versions
    )
    body = f"<Delete><Quiet>true</Quiet>{named}</Delete>".encode()
    digest = base64.b64encode(md5(body, usedforsecurity=False).digest()).decode()
    more = [("content-md5", digest), ("content-type", "application/xml")]
    answer = await client.ask("POST", f"/{bucket}", "delete=", payload=sha256(body).hexdigest(), more=more, body=body)
    failed = bytes(answer.body).count(b"<Error>")
    if failed:
        raise OutsideError(f"{failed} objects of {bucket} could not be removed")
