"""The lab's control door hands faults on to the store they are for."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from exitkit.lab.lab import Lab
from tests.lab.front.conftest import client

pytestmark = pytest.mark.lab


def ask(lab: Lab, **body: Any) -> Any:
    """Ask the door for faults."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{lab.state.control_port}/faults",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {lab.state.control_token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_faults_are_asked_for_at_the_door_and_counted(tmp_path: Path) -> None:
    with Lab(tmp_path / "lab") as lab:
        cloud = lab.state.clouds["ovh"]
        store = client(f"http://127.0.0.1:{cloud.api_port}", cloud.access_key, cloud.secret_key)

        assert ask(lab, cloud="ovh", rules=[{"kind": "slow-down", "most": 1}]) == {"struck": {}}
        with pytest.raises(Exception, match="SlowDown"):
            store.list_buckets()
        assert store.list_buckets()["Buckets"] == []
        assert ask(lab, cloud="ovh") == {"struck": {"slow-down": 1}}
        with pytest.raises(urllib.error.HTTPError) as error:
            ask(lab, cloud="nowhere")
        error.value.close()
