"""What a file and the environment say in place of options: who wins, what is refused, and where it was said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exitkit.cli import settings
from tests.cli.conftest import Ask


def on(ask: Ask, *arguments: str) -> list[str]:
    """The providers a placement was asked for."""
    return ask("place", *arguments).out.splitlines()[0].split()[2:]


def test_a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default(
    ask: Ask, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = on(ask)
    (shop.parent / "exitkit.toml").write_text('[place]\non = "local"\n')
    from_file = on(ask)
    monkeypatch.setenv("EXITKIT_PLACE_ON", "ovh")

    assert (default, from_file, on(ask), on(ask, "--on", "aws")) == (["aws", "ovh"], ["local"], ["ovh"], ["aws"])


def test_the_table_of_a_project_serves_as_well_and_the_nearest_file_wins(
    ask: Ask, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = shop.parent / "deep" / "deeper"
    below.mkdir(parents=True)
    (shop.parent / ".git").mkdir()
    (shop.parent / "exitkit.toml").write_text('[place]\non = "local"\n')
    (below / "workload.yaml").write_bytes(shop.read_bytes())
    monkeypatch.chdir(below)
    from_the_root = on(ask)
    (below.parent / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.exitkit.place]\non = "aws"\n')

    assert (from_the_root, on(ask)) == (["local"], ["aws"])


def test_nothing_above_the_repository_is_read(ask: Ask, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = shop.parent / "repository"
    (inside / ".git").mkdir(parents=True)
    (inside / "workload.yaml").write_bytes(shop.read_bytes())
    (shop.parent / "exitkit.toml").write_text('[place]\non = "local"\n')
    monkeypatch.chdir(inside)

    assert on(ask) == ["aws", "ovh"]


def test_every_mistake_is_told_with_its_place(ask: Ask, shop: Path) -> None:
    (shop.parent / "exitkit.toml").write_text(
        '[place]\nonn = "aws"\n\n[rehearse]\nyes = true\ndossiers = "many"\nkeep = 1\n\n[facts.lst]\nformat = "json"\n'
    )

    said = ask("place")

    assert (said.code, said.out) == (2, "")
    assert [line.removeprefix("error: ") for line in said.err.splitlines() if line.startswith("error")] == [
        "`place onn` is no setting; did you mean `on`?",
        "`yes` cannot be set in a file: a question that a file answers is not asked",
        "`rehearse --dossiers`: Input should be a valid integer, unable to parse string as an integer",
        "`rehearse --keep` wants true or false, not `1`",
        "`facts lst` is no setting; did you mean `list`?",
    ]
    places = [line.split()[1] for line in said.err.splitlines() if "--> " in line]
    assert places == [f"exitkit.toml:{place}" for place in ("2:1", "5:1", "6:1", "7:1", "9:2")]


@pytest.mark.parametrize(("text", "place"), [("[place\n", "1:7"), ("x = 1\ny = [\n", "2:1")])
def test_a_file_that_is_not_toml_is_told_with_its_place(ask: Ask, shop: Path, text: str, place: str) -> None:
    (shop.parent / "exitkit.toml").write_text(text)

    said = ask("place")

    assert said.code == 2
    assert "this is not TOML" in said.err
    assert f"exitkit.toml:{place}" in said.err


def test_a_broken_file_does_not_keep_the_help_away(ask: Ask, shop: Path) -> None:
    (shop.parent / "exitkit.toml").write_text("[place\n")

    assert ask("--help").code == 0


def test_quiet_can_be_set(ask: Ask, shop: Path) -> None:
    talks = ask("init", "one").err
    (shop.parent / "exitkit.toml").write_text("quiet = true\n")

    assert talks
    assert ask("init", "another").err == ""


def test_the_doctor_tells_each_value_and_where_it_was_said(
    ask: Ask, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop.parent / "exitkit.toml").write_text('\n[score]\nfrom = "aws"\n')
    monkeypatch.setenv("EXITKIT_GATE_MAX_DAYS", "30")
    monkeypatch.setenv("EXITKIT_TYPO", "not to be shown")

    told = json.loads(ask("doctor", "--format", "json").out)["settings"]

    assert {(one["verb"], one["option"], one["value"], one["where"], one["understood"]) for one in told} == {
        ("score", "--from", "aws", "exitkit.toml:3", True),
        ("gate", "--max-days", "30", "$EXITKIT_GATE_MAX_DAYS", True),
        ("", "", "no option reads it", "$EXITKIT_TYPO", False),
    }
    assert "not to be shown" not in ask("doctor").out


def test_without_a_repository_only_this_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "exitkit.toml").write_text("")
    below = tmp_path / "below"
    below.mkdir()

    assert (settings.find(tmp_path), settings.find(below)) == (tmp_path / "exitkit.toml", None)
