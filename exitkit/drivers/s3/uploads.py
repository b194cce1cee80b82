"""Count the parts of uploads that never ended: nobody sees them among the objects, and they are paid for.

Source: "ListMultipartUploads" and "ListParts", Amazon S3 API Reference.
"""

from __future__ import annotations

import re

from exitkit.drivers.s3 import answers
from exitkit.drivers.s3.client import Client
from exitkit.drivers.s3.sign import joined, quoted
from exitkit.errors import NotFound

_UPLOAD = re.compile(rb"<Upload>.*?</Upload>", re.S)
_SIZE = re.compile(rb"<Size>(\d+)</Size>")


async def leftover(client: Client, bucket: str) -> tuple[int, int]:
    """How many parts there are of uploads that did not end, whoever began them; their bytes. Raises OutsideError."""
    parts = size = 0
    asked = {"uploads": "", "encoding-type": "url"}
    while True:
        page = (await client.ask("GET", f"/{bucket}", joined(asked))).body
        for found in _UPLOAD.findall(page):
            more = await _parts(client, bucket, _key(found, page), answers.field("UploadId", found))
            parts, size = parts + len(more), size + sum(more)
        if b"<IsTruncated>true" not in page:
            return parts, size
        asked["key-marker"] = answers.key_of("NextKeyMarker", page)
        asked["upload-id-marker"] = answers.field("NextUploadIdMarker", page)


def _key(found: bytes, page: bytes | bytearray) -> str:
    encoded = b"<EncodingType>url</EncodingType>" if b"<EncodingType>url</EncodingType>" in page else b""
    return answers.key_of("Key", found + encoded)


async def _parts(client: Client, bucket: str, key: str, upload: str) -> list[int]:
    """The bytes of each part; none where the upload ended meanwhile."""
    asked, found = {"uploadId": upload}, list[int]()
    try:
        while True:
            page = (await client.ask("GET", f"/{bucket}/{quoted(key)}", joined(asked))).body
            found += [int(size) for size in _SIZE.findall(page)]
            if b"<IsTruncated>true" not in page:
                return found
            asked["part-number-marker"] = answers.field("NextPartNumberMarker", page)
    except NotFound:
        return []
