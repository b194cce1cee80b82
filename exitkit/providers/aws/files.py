"""Further files of a tree on AWS: where its state may be kept, and what whoever applies it has to be allowed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from exitkit.model.kinds.domain import Domain
from exitkit.model.workload import Component, Workload
from exitkit.placing import full_name

BACKEND = """\
# Where the state is kept. Copy to backend.tf, copy state.tfbackend.example to state.tfbackend and fill it in, then
#
#   terraform init -backend-config=state.tfbackend
#
# The bucket is made beforehand, by hand: private, with versions, in an account of its own, which few people enter.
terraform {{
  backend "s3" {{
    key     = "{name}/aws.tfstate"
    encrypt = true
    # One apply at a time. Needs Terraform 1.10 or newer.
    use_lockfile = true
  }}
}}
"""
SETTINGS = """\
# Which bucket, and which key encrypts it. Nothing here is a secret; credentials come from where the provider's do.
bucket     = ""
region     = "eu-west-3"
kms_key_id = ""
"""
STATE_BUCKET, STATE_KEY = "YOUR-STATE-BUCKET", "YOUR-STATE-KEY"

LONGEST = 6144
"""Characters a managed policy may have, white space not counted (docs.aws.amazon.com, IAM quotas, read 2026-11)."""

_AT_ONCE = 40
"""Resources in one statement; a workload of hundreds of components says it in several."""


def further(workload: Workload, region: str) -> dict[str, str]:
    """A backend to copy, and policies: as many to apply with as it takes to keep each short enough."""
    return {
        "backend.tf.example": BACKEND.format(name=workload.name),
        "state.tfbackend.example": SETTINGS,
        **_policies(_statements(workload, region)),
        "policies/state.json": _json(_state(workload.name)),
    }


def _policies(statements: list[dict[str, Any]]) -> dict[str, str]:
    """The statements in order, in policies that AWS takes; a role takes ten of them."""
    made: list[list[dict[str, Any]]] = []
    for one in statements:
        if made and _length([*made[-1], one]) <= LONGEST:
            made[-1].append(one)
        else:
            made.append([one])
    return {
        f"policies/apply{f'-{number}' if number > 1 else ''}.json": _json(some) for number, some in enumerate(made, 1)
    }


def _length(statements: list[dict[str, Any]]) -> int:
    return len("".join(_json(statements).split()))


def _statements(workload: Workload, region: str) -> list[dict[str, Any]]:
    """What applying takes, for the kinds there are: by name where a service knows names, else by region and tag."""
    rows = tomllib.loads(files(__package__).joinpath("policy.toml").read_text(encoding="utf-8"))["statement"]
    made = []
    for row in rows:
        told = [_told(workload, part, region) for part in workload.components if part.kind in row["kinds"]]
        if not told:
            continue
        resources = _filled(row.get("resources", ["*"]), told)
        condition = {
            test: {key: _filled(values, told) for key, values in keys.items()}
            for test, keys in row.get("condition", {}).items()
        }
        for number, first in enumerate(range(0, len(resources), _AT_ONCE)):
            sid = row["sid"] + (str(number + 1) if number else "")
            statement = {
                "Sid": sid,
                "Effect": "Allow",
                "Action": row["actions"],
                "Resource": resources[first : first + _AT_ONCE],
            }
            made.append(statement | ({"Condition": condition} if condition else {}))
    return made


def _told(workload: Workload, part: Component, region: str) -> dict[str, str]:
    """The words a statement may speak of."""
    name = full_name(workload.name, part.name, longest=part.longest_name)
    zone = part.zone if isinstance(part, Domain) else ""
    return {"name": name, "zone": zone, "workload": workload.name, "region": region}


def _filled(patterns: Iterable[str], told: Iterable[dict[str, str]]) -> list[str]:
    """Every pattern with the words of every component, each once."""
    words = list(told)
    return list(dict.fromkeys(pattern.format(**one) for one in words for pattern in patterns))


def _state(name: str) -> list[dict[str, Any]]:
    bucket = f"arn:aws:s3:::{STATE_BUCKET}"
    return [
        {"Sid": "Find", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [bucket]},
        {
            "Sid": "ReadAndWrite",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": [f"{bucket}/{name}/*"],
        },
        {
            "Sid": "Unlock",
            "Effect": "Allow",
            "Action": ["s3:DeleteObject"],
            "Resource": [f"{bucket}/{name}/*.tflock"],
        },
        {
            "Sid": "Encrypt",
            "Effect": "Allow",
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": [f"arn:aws:kms:*:*:key/{STATE_KEY}"],
        },
    ]


def _json(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"
