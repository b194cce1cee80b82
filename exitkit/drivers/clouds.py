"""Read one cloud of a clouds.yaml, where OpenStack's own tools look for it.

Source: openstacksdk, "Configuring OpenStack SDK Applications": `OS_CLIENT_CONFIG_FILE`, the working folder,
~/.config/openstack, /etc/openstack; the first file there is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exitkit.errors import UsageError
from exitkit.ports import Secret, Settings

_NAMES = {"auth_url": "auth-url", "project_name": "project", "username": "user"}


def find(environment: Mapping[str, str] | None = None) -> Path | None:
    """The file, or None where there is none."""
    said = os.environ if environment is None else environment
    home = Path(said.get("XDG_CONFIG_HOME") or Path(said.get("HOME", "~")).expanduser() / ".config")
    folders = (Path(), home / "openstack", Path("/etc/openstack"))
    named = [Path(said["OS_CLIENT_CONFIG_FILE"])] if said.get("OS_CLIENT_CONFIG_FILE") else []
    files = (*named, *(folder / f"clouds.{ending}" for folder in folders for ending in ("yaml", "yml")))
    return next((file for file in files if file.is_file()), None)


def named(cloud: str) -> Settings:
    """How to reach a cloud of the file that is found. Raises UsageError where there is no file, or not all of it."""
    file = find()
    if file is None:
        raise UsageError(f"no clouds.yaml was found for the cloud `{cloud}`", hint="name it: OS_CLIENT_CONFIG_FILE")
    return settings(cloud, file)


def settings(cloud: str, file: Path) -> Settings:
    """How to reach one cloud of a file. Raises UsageError where it is not there, or lacks something.

    The password may stand in `secure.yaml` beside it, as OpenStack's own tools have it.
    """
    known = _read(file, cloud)
    secure = file.with_name(f"secure{file.suffix}")
    auth = {**known.get("auth", {}), **(_read(secure, cloud).get("auth", {}) if secure.is_file() else {})}
    lacking = [name for name in (*_NAMES, "password") if not auth.get(name)]
    if lacking or not known.get("region_name"):
        what = ", ".join([*lacking, *([] if known.get("region_name") else ["region_name"])])
        raise UsageError(f"{file}: the cloud `{cloud}` says no {what}", hint="signing in takes a name and a password")
    values = {f"openstack-{ours}": str(auth[theirs]) for theirs, ours in _NAMES.items()}
    return Settings(
        {**values, "openstack-region": str(known["region_name"])},
        {"openstack-password": Secret.of(str(auth["password"]))},
    )


def _read(file: Path, cloud: str) -> dict[str, Any]:
    import yaml

    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{file} cannot be read: {type(error).__name__}") from error
    clouds = told.get("clouds") if isinstance(told, dict) else None
    found = clouds.get(cloud) if isinstance(clouds, dict) else None
    if not isinstance(found, dict):
        names = ", ".join(map(str, clouds)) if isinstance(clouds, dict) else "none"
        raise UsageError(f"{file} has no cloud `{cloud}`", hint=f"clouds there: {names}")
    return found
