"""A cloud that lives in a package of its own: found by its entry point, with its modules and spellings beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from exitkit import registry
from exitkit.errors import Unsupported
from exitkit.infra import schemas
from exitkit.infra.vendor import modules

SPELLED = """\
[[rule]]
at = ["aws.region"]
values = ["north"]
source = "a page (read 2026-11)"
"""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "elsewhere"
    (folder / "terraform" / "network").mkdir(parents=True)
    (folder / "terraform" / "network" / "main.tf").write_text("locals {}\n")
    (folder / "spellings.toml").write_text(SPELLED)
    (folder / "__init__.py").write_text('PROVIDER = "a provider"\n')
    monkeypatch.syspath_prepend(tmp_path)
    entry = EntryPoint("elsewhere", "elsewhere:PROVIDER", registry.GROUP)
    monkeypatch.setattr(registry, "_outside", lambda: (entry,))
    schemas.rules.cache_clear()
    yield folder
    schemas.rules.cache_clear()
    sys.modules.pop("elsewhere", None)


def test_it_is_found_by_its_entry_point_and_its_folder_is_its_own(elsewhere: Path) -> None:
    assert "elsewhere" in registry.names()
    assert str(registry.get("elsewhere")) == "a provider"
    assert registry.folder("elsewhere") == elsewhere
    assert registry.folder("nowhere") is None


def test_its_modules_are_copied_from_its_own_package(elsewhere: Path) -> None:
    assert modules("elsewhere", ["network"]) == {"network/main.tf": "locals {}\n"}
    with pytest.raises(Unsupported, match="no Terraform module for bucket on elsewhere"):
        modules("elsewhere", ["bucket"])


def test_its_spellings_hold_for_its_trees_alone(elsewhere: Path) -> None:
    assert schemas.rules("elsewhere")["aws.region"].values == ("north",)
    assert schemas.rules("aws")["aws.region"].values == ()
    assert "aws.region" not in schemas.rules()
