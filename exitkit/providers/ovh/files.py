"""Further files of a tree at OVHcloud: where its state may be kept, and what whoever applies it has to be allowed."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files

from exitkit.model.workload import Workload

BACKEND = """\
# Where the state is kept. Copy to backend.tf, copy state.tfbackend.example to state.tfbackend and fill it in, then
#
#   terraform init -backend-config=state.tfbackend
#
# The state holds the passwords and S3 keys that OVHcloud makes. The bucket is made beforehand, by hand: private, with
# versions, in a project of its own, which few people enter. Its S3 key comes from AWS_ACCESS_KEY_ID and
# AWS_SECRET_ACCESS_KEY in the environment, which is what Terraform reads for any S3.
terraform {{
  backend "s3" {{
    key     = "{name}/ovh.tfstate"
    encrypt = true

    # What OVHcloud does not have of AWS.
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
    # There is no lock: that OVHcloud knows the conditional writes of use_lockfile was not seen. Let one pipeline apply.
  }}
}}
"""
SETTINGS = """\
# Which bucket, and where. Nothing here is a secret.
bucket    = ""
region    = "gra"
endpoints = { s3 = "https://s3.gra.io.cloud.ovh.net" }
"""


def further(workload: Workload) -> dict[str, str]:
    """A backend to copy, and the policy of whoever applies."""
    return {
        "backend.tf.example": BACKEND.format(name=workload.name),
        "state.tfbackend.example": SETTINGS,
        "policies/apply.json": json.dumps(_policy(workload), indent=2) + "\n",
    }


def _policy(workload: Workload) -> dict[str, object]:
    """The arguments of an `ovh_iam_policy`, and the roles of the OpenStack user beside it."""
    rows = tomllib.loads(files(__package__).joinpath("policy.toml").read_text(encoding="utf-8"))["grant"]
    kinds = {part.kind for part in workload.components}
    used = [row for row in rows if kinds & set(row["kinds"])]
    actions = dict.fromkeys(action for row in used for action in row["actions"])
    policy: dict[str, object] = {
        "name": f"{workload.name}-apply",
        "identities": ["urn:v1:eu:identity:credential:YOUR-ACCOUNT/oauth2-YOUR-CLIENT"],
        "resources": ["urn:v1:eu:resource:publicCloudProject:YOUR-PROJECT"],
        "allow": ["publicCloudProject:apiovh:get", *(f"publicCloudProject:apiovh:{action}" for action in actions)],
    }
    if kinds & {"key", "secret"}:
        policy["vault"] = {
            "resources": ["urn:v1:eu:resource:okms:YOUR-VAULT"],
            "allow": [
                "okms:apiovh:resource/get",
                "okms:apiovh:resource/serviceKey/*",
                "okms:apiovh:resource/credential/*",
            ]
            + (["okms:apikms:secret/*"] if "secret" in kinds else []),
        }
    if "domain" in kinds:
        zones = sorted({part.zone for part in workload.components if part.kind == "domain"})
        policy["zones"] = {
            "resources": [f"urn:v1:eu:resource:dnsZone:{zone}" for zone in zones],
            "allow": ["dnsZone:apiovh:get", "dnsZone:apiovh:record/*", "dnsZone:apiovh:refresh"],
        }
    policy["openstack_roles"] = list(dict.fromkeys(role for row in used for role in row.get("roles", ())))
    return policy
