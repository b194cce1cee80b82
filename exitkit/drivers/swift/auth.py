"""Get a token for OpenStack's object store: from Keystone (v3, a password) or from Swift's own TempAuth (v1).

Source: "Password authentication with scoped authorization", OpenStack Identity API v3; "Client authentication", Swift
documentation. What is read are the variables an openrc file sets, as OVHcloud's manager gives it.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exitkit.errors import OutsideError, UsageError
from exitkit.ports import Secret

_SECONDS = 30.0


@dataclass(frozen=True)
class Entry:
    """The way into an account: where it is, and what lets in until it expires."""

    url: str
    token: Secret


def enter(said: Mapping[str, str]) -> Entry:
    """Ask for a token with what the environment says. Raises UsageError and OutsideError."""
    url = said.get("OS_AUTH_URL", "").rstrip("/")
    if url:
        return _keystone(url, said)
    if said.get("ST_AUTH"):
        answer = _asked(said["ST_AUTH"], {"X-Auth-User": said.get("ST_USER", ""), "X-Auth-Key": said.get("ST_KEY", "")})
        return Entry(answer.headers["X-Storage-Url"], Secret.of(answer.headers["X-Auth-Token"]))
    raise UsageError("no OpenStack account is named", hint="source your openrc.sh: OS_AUTH_URL, OS_USERNAME, …")


def _keystone(url: str, said: Mapping[str, str]) -> Entry:
    domain = {"name": said.get("OS_USER_DOMAIN_NAME", "Default")}
    user = {"name": said.get("OS_USERNAME", ""), "domain": domain, "password": said.get("OS_PASSWORD", "")}
    project: dict[str, Any] = {"id": said.get("OS_PROJECT_ID") or said.get("OS_TENANT_ID")}
    if not project["id"]:
        name = said.get("OS_PROJECT_NAME") or said.get("OS_TENANT_NAME", "")
        project = {"name": name, "domain": {"name": said.get("OS_PROJECT_DOMAIN_NAME", "Default")}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = json.dumps({"auth": {"identity": identity, "scope": {"project": project}}}).encode()
    url = url if url.endswith("/v3") else f"{url}/v3"
    answer = _asked(f"{url}/auth/tokens", {"Content-Type": "application/json"}, body)
    region = said.get("OS_REGION_NAME", "")
    for service in json.loads(answer.body)["token"].get("catalog", []):
        for endpoint in service["endpoints"] if service["type"] == "object-store" else []:
            if endpoint["interface"] == "public" and region in ("", endpoint.get("region")):
                return Entry(endpoint["url"], Secret.of(answer.headers["X-Subject-Token"]))
    where = f" in the region {region}" if region else ""
    raise OutsideError(f"the catalog of {url} names no object store{where}", hint="set OS_REGION_NAME")


@dataclass(frozen=True)
class _Answer:
    headers: Mapping[str, str]
    body: bytes


def _asked(url: str, headers: dict[str, str], body: bytes | None = None) -> _Answer:
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"`{url}` is no address of an identity service", hint="https://…")
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - looked at above
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return _Answer(answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        error.close()
        refused = "refuses these credentials" if error.code in (401, 403) else f"answered {error.code}"
        raise OutsideError(f"the identity service at {url} {refused}") from error
    except OSError as error:
        raise OutsideError(f"the identity service at {url} does not answer") from error
