"""What moving costs is measured on two empty buckets, which are empty again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exitkit.cli.app import main
from exitkit.lab.alone import Alone
from exitkit.transfer import trials

pytestmark = pytest.mark.lab


def test_it_is_measured_by_size_and_hands_and_nothing_is_left(
    store: Alone, front: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trials, "CLASSES", ((100, 12), (2000, 8), (40_000, 4)))
    for name, value in (("ACCESS_KEY_ID", store.access_key), ("SECRET_ACCESS_KEY", store.secret_key)):
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("try-here", "try-there"):
        front.create_bucket(Bucket=name)
    where = f"?endpoint={store.url}&region=us-east-1"
    sides = ["--from", f"s3://try-here{where}", "--to", f"s3://try-there{where}"]
    front.put_object(Bucket="try-there", Key="mine", Body=b"mine")

    assert main(["move", "measure", *sides]) == 1
    assert "name two empty buckets" in capsys.readouterr().err
    assert front.list_objects_v2(Bucket="try-there")["KeyCount"] == 1
    front.delete_object(Bucket="try-there", Key="mine")

    assert main(["move", "measure", *sides, "-f", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["what"] for one in told["numbers"]] == ["fixed", "per object", "speed"]
    assert [(one["objects up to bytes"], one["at once"]) for one in told["rates"]] == [
        (size, hands) for size in (128, 2048, 65_536) for hands in (4, 16, 32)
    ]
    assert not told["indicative"]
    for name in ("try-here", "try-there"):
        assert front.list_objects_v2(Bucket=name)["KeyCount"] == 0

    assert main(["move", "measure", *sides]) == 0
    assert "bytes a second" in capsys.readouterr().out
