"""What the lab puts in AWS's place: moto's S3 and EC2, a PostgreSQL server, processes for machines."""

from __future__ import annotations

from pathlib import Path

from exitkit.lab.common import common
from exitkit.lab.state import LabState
from exitkit.ports import Settings

REGION = "eu-west-3"


def settings(state: LabState, folder: Path) -> Settings:
    """How to reach it."""
    api = f"http://127.0.0.1:{state.clouds['aws'].api_port}"
    return common(
        state,
        "aws",
        folder,
        region=REGION,
        more={"ec2-endpoint": api, "kms-endpoint": api, "sqs-endpoint": api, "secretsmanager-endpoint": api},
    )
