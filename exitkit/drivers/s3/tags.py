"""Tags of objects: as S3 writes them in XML, and as a header takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlencode

from exitkit.drivers.s3.sign import Headers

_TAG = re.compile(rb"<Tag>\s*<Key>([^<]*)</Key>\s*<Value>([^<]*)</Value>\s*</Tag>")


def parse(xml: bytes | bytearray) -> dict[str, str]:
    """The tags of an object."""
    return {unescape(name.decode()): unescape(value.decode()) for name, value in _TAG.findall(xml)}


def header(tags: Mapping[str, str] | None) -> Headers:
    """The header that gives an object its tags as it is written."""
    return [("x-amz-tagging", urlencode(sorted(tags.items())))] if tags else []
