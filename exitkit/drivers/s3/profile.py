"""Read how to reach an S3 store from where AWS's own tools keep it: environment, profiles, credentials files."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exitkit.drivers.s3.sign import Credentials
from exitkit.errors import UsageError
from exitkit.ports import Secret


@dataclass(frozen=True)
class Profile:
    """Where a store is, and who signs."""

    endpoint: str
    region: str
    credentials: Credentials


def read_profile(name: str = "", *, endpoint: str = "", region: str = "") -> Profile:
    """One profile, or the environment's own where no name is given. Raises UsageError."""
    found = _section(name) if name else {}
    env: Mapping[str, str] = os.environ if not name else {}
    access = found.get("aws_access_key_id") or env.get("AWS_ACCESS_KEY_ID", "")
    secret = found.get("aws_secret_access_key") or env.get("AWS_SECRET_ACCESS_KEY", "")
    token = found.get("aws_session_token") or env.get("AWS_SESSION_TOKEN", "")
    if not access or not secret:
        where = f"the profile {name}" if name else "the environment"
        raise UsageError(f"{where} has no access key", hint="set AWS_ACCESS_KEY_ID, or name a profile: ?profile=NAME")
    region = region or found.get("region") or env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1"
    known = endpoint or found.get("endpoint_url") or env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL")
    keys = Credentials(access, Secret.of(secret), Secret.of(token) if token else None)
    return Profile(known or f"https://s3.{region}.amazonaws.com", region, keys)


def _section(name: str) -> dict[str, str]:
    config = Path(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser()
    shared = Path(os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials").expanduser()
    found: dict[str, str] = {}
    for file, section in ((config, f"profile {name}"), (config, name), (shared, name)):
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except configparser.Error as error:
            raise UsageError(f"{file} cannot be read: it is no AWS configuration") from error
        if parser.has_section(section):
            found |= dict(parser.items(section))
    if not found:
        raise UsageError(f"there is no profile `{name}` in {config} or {shared}")
    return found
