"""What the lab puts in OVHcloud's place: a second S3 endpoint, a PostgreSQL server, processes for machines.

Where OVHcloud has managed Kafka the lab has tables of that server; a second Secrets Manager stands in for its own. It
has no OpenStack control plane: machines at OVHcloud are started as processes, without asking any API, unless
`OS_CLOUD` names an entry of a clouds.yaml. Then machines are made there, and processes stand for what runs in them.
"""

from __future__ import annotations

import os
from pathlib import Path

from exitkit.lab.common import common
from exitkit.lab.state import LabState
from exitkit.ports import Settings

REGION = "gra"


def settings(state: LabState, folder: Path) -> Settings:
    """How to reach it; machines are made at the OpenStack that `OS_CLOUD` names, where it names one."""
    api = f"http://127.0.0.1:{state.clouds['ovh'].api_port}"
    named = os.environ.get("OS_CLOUD")
    more = {"table-queues": "yes", "secretsmanager-endpoint": api, "secretsmanager-region": "eu-west-3"}
    return common(state, "ovh", folder, region=REGION, more={**more, **({"openstack-cloud": named} if named else {})})
