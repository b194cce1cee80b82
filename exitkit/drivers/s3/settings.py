"""A bucket's own settings, each as text, so that two buckets can be laid side by side."""

from __future__ import annotations

import re

from exitkit.drivers.s3.client import Client
from exitkit.errors import NotFound, OutsideError, Unsupported
from exitkit.ports import SETTINGS

_OWN = re.compile(
    rb"<Owner>.*?</Owner>|<(?:ID|DisplayName)>.*?</(?:ID|DisplayName)>|\s*xmlns(?::\w+)?=\"[^\"]*\"", re.S
)
_SPACE = re.compile(rb">\s+<")
_EMPTY = re.compile(rb"^(?:<\?xml[^>]*\?>)?\s*<\w+\s*(?:/>|>\s*</\w+>)\s*$")


async def read_settings(client: Client, bucket: str) -> dict[str, str | None]:
    """Each setting: "" where the bucket has none, None where the store does not tell. Who owns it is left out."""
    return {name: await _one(client, bucket, name) for name in SETTINGS}


async def _one(client: Client, bucket: str, name: str) -> str | None:
    try:
        answer = await client.ask("GET", f"/{bucket}", f"{name}=")
    except NotFound as error:
        if "no bucket" in error.message:
            raise
        return ""
    except (Unsupported, OutsideError) as error:
        if "credentials" in error.message:
            raise
        return None
    bare = _SPACE.sub(b"><", _OWN.sub(b"", bytes(answer.body))).strip()
    return "" if _EMPTY.match(bare) else bare.decode("utf-8", "replace")
