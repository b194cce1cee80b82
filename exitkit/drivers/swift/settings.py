"""A Swift container's own settings, each as text: what its headers tell, and what Swift has no word for.

Source: Object Storage API (Swift), "Container metadata", "Cross-origin resource sharing", "Object versioning".
"""

from __future__ import annotations

from exitkit.drivers.s3.client import Client

_META = "x-container-meta-"
_CORS = f"{_META}access-control-"
_ACL = ("x-container-read", "x-container-write")
_OLDER = ("x-versions-location", "x-history-location")
_VERSIONED = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"


async def read_settings(client: Client, root: str) -> dict[str, str | None]:
    """Each setting that a bucket can have: "" where a container has none, None where Swift does not tell.

    Who may do what is told only where somebody else may do something; whether bytes are encrypted is never told.
    """
    answer = await client.ask("HEAD", root)
    found = {name: value for name, value in answer.headers() if value}
    versioned = found.get("x-versions-enabled", "").lower() == "true"
    return {
        "versioning": _VERSIONED if versioned else _said(found, *_OLDER),
        "lifecycle": "",
        "cors": _said(found, *(name for name in found if name.startswith(_CORS))),
        "policy": "",
        "encryption": None,
        "object-lock": "",
        "tagging": _said(found, *(name for name in found if name.startswith(_META) and not name.startswith(_CORS))),
        "notification": "",
        "acl": _said(found, *_ACL) or None,
    }


def _said(found: dict[str, str], *names: str) -> str:
    return "\n".join(f"{name}: {found[name]}" for name in sorted(names) if name in found)
