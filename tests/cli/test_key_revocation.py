"""The test that decides who holds the keys: the source's key service is off, and everything is read at the target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import Stage, number, rehearsed_by, said_of, standing

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with standing(tmp_path_factory.mktemp("keys")) as stage:
        yield stage


def drilled(stage: Stage, custody: str) -> tuple[int, str, Path]:
    spec = stage.folder / "workload.yaml"
    text = re.sub(r"    custody: K\d\n", "", spec.read_text(encoding="utf-8"))
    spec.write_text(text.replace("    kind: key\n", f"    kind: key\n    custody: {custody}\n"), encoding="utf-8")
    return rehearsed_by(stage, "key-revocation", 30)


def test_under_the_source_s_key_service_it_is_unreadable_at_the_target(stage: Stage) -> None:
    code, said, run = drilled(stage, "K1")

    look = said_of(run, "read-everything-dossiers")
    assert code == 1, said
    assert look["verdict"] == "fail"
    assert number(look, "objects unreadable") == 1
    assert number(look, "objects readable") >= 30
    assert look["details"] == [
        "exitkit-custody/seal: sealed under the source's key service: kms refused Decrypt: status 503"
    ]
    assert number(said_of(run, "turn-off-keys"), "requests the key service refused") == 1


def test_sealed_by_the_client_it_is_readable_at_the_target(stage: Stage) -> None:
    code, said, run = drilled(stage, "K4")

    look = said_of(run, "read-everything-dossiers")
    planted = said_of(run, "plant-sealed-seal")["details"][0].rpartition(" ")[2]
    assert code == 0, said
    assert look["verdict"] == "pass"
    assert number(look, "objects unreadable") == 0
    assert number(look, "objects readable with the owner's key") == 1
    assert look["details"] == [f"exitkit-custody/seal: opened with the owner's key; sha256 {planted}"]
    assert number(said_of(run, "read-everything-register"), "rows readable") > 0
    assert number(said_of(run, "read-everything-bank-api"), "secrets readable") == 1


def test_the_planted_object_is_gone_and_the_key_service_answers_again(stage: Stage) -> None:
    journal = (stage.latest / "journal.jsonl").read_text(encoding="utf-8")

    assert '"step":"undo-plant-sealed-seal"' in journal
    assert '"step":"undo-turn-off-keys"' in journal
    assert (stage.lab / "aws" / "off.json").read_text() == "[]"
