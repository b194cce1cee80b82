"""Further files of a tree on AWS: where its state may be kept, and what whoever applies it has to be allowed."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from typing import Any

from exitkit.model.workload import Workload
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
STATE_BUCKET = "YOUR-STATE-BUCKET"


def further(workload: Workload, region: str) -> dict[str, str]:
    """A backend to copy, and two policies."""
    return {
        "backend.tf.example": BACKEND.format(name=workload.name),
        "state.tfbackend.example": SETTINGS,
        "policies/apply.json": _json(_statements(workload, region)),
        "policies/state.json": _json(_state(workload.name)),
    }


def _statements(workload: Workload, region: str) -> list[dict[str, Any]]:
    """What applying takes, for the kinds there are: by name where a service knows names, else by region."""
    rows = tomllib.loads(files(__package__).joinpath("policy.toml").read_text(encoding="utf-8"))["statement"]
    made = []
    for row in rows:
        named = [
            full_name(workload.name, part.name, longest=part.longest_name)
            for part in workload.components
            if part.kind in row["kinds"]
        ]
        if not named:
            continue
        resources = [pattern.format(name=name) for name in named for pattern in row.get("resources", ())]
        statement = {"Sid": row["sid"], "Effect": "Allow", "Action": row["actions"], "Resource": resources or ["*"]}
        if row.get("regional"):
            statement["Condition"] = {"StringEquals": {"aws:RequestedRegion": [region]}}
        made.append(statement)
        if row["sid"] == "Roles":
            passed = {"iam:PassedToService": ["ec2.amazonaws.com", "eks.amazonaws.com", "pods.eks.amazonaws.com"]}
            made.append(
                {
                    "Sid": "PassRoles",
                    "Effect": "Allow",
                    "Action": ["iam:PassRole"],
                    "Resource": [one for one in resources if ":role/" in one],
                    "Condition": {"StringEquals": passed},
                }
            )
    return made


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
    ]


def _json(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"
