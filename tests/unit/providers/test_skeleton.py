"""A new provider: made in one step, found by its folder, with everything still to be looked at."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from exitkit.api.extend import live_settings, sound
from exitkit.api.skeleton import new_provider
from exitkit.errors import UsageError
from exitkit.model.capability import Capability
from exitkit.model.evidence import Verdict


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "terraform").mkdir()
    (tmp_path / "exitkit" / "providers").mkdir(parents=True)
    return tmp_path


def test_a_skeleton_has_every_file_and_claims_nothing(checkout: Path) -> None:
    written = new_provider("scaleway", checkout)

    assert {str(file.relative_to(checkout)) for file in written} == {
        "exitkit/providers/scaleway/__init__.py",
        "exitkit/providers/scaleway/place.py",
        "exitkit/providers/scaleway/ports.py",
        "exitkit/providers/scaleway/claims.toml",
        "exitkit/providers/scaleway/sizes.toml",
        "exitkit/providers/scaleway/README.md",
        "terraform/scaleway/README.md",
    }
    for file in written:
        text = file.read_text("utf-8")
        assert "$" not in text
        if file.suffix == ".py":
            ast.parse(text)
            assert max(map(len, text.splitlines())) <= 120
    claims = (checkout / "exitkit/providers/scaleway/claims.toml").read_text("utf-8")
    assert tomllib.loads(claims) == {}
    assert all(f'["{one.value}"]' in claims for one in Capability)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("aws", "there is a provider `aws` already"),
        ("Scale Way", "cannot be a provider"),
        ("_x", "cannot be a provider"),
    ],
)
def test_a_name_that_cannot_be_is_refused(checkout: Path, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        new_provider(name, checkout)


def test_outside_a_checkout_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="in a checkout"):
        new_provider("scaleway", tmp_path)

    assert not list(tmp_path.iterdir())


def test_settings_of_a_live_check_come_from_the_environment_and_keep_secrets_apart() -> None:
    found = live_settings({"EXITKIT_LIVE_S3_REGION": "gra", "EXITKIT_LIVE_S3_SECRET_KEY": "x", "HOME": "/"})

    assert found.values == {"s3-region": "gra"}
    assert found.secrets["s3-secret-key"].reveal() == "x"
    with pytest.raises(UsageError, match="an account of yours"):
        live_settings({})


def test_a_tree_is_sound_or_says_where_not() -> None:
    assert sound({"main.tf": "locals {\n  a = 1\n}\n"}) == (Verdict.PASS, "")
    assert sound({"main.tf": "locals {\n  a = var.b\n}\n"}) == (
        Verdict.FAIL,
        "main.tf:2:7: there is no variable `b`",
    )
