"""What the command says of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exitkit import __version__
from exitkit.errors import ExitCode
from tests.cli.conftest import Ask
from tests.conftest import Said

VERBS = (
    (), ("scan",), ("init",), ("validate",), ("schema",), ("place",), ("generate",), ("plan",), ("rehearse",),
    ("rollback",), ("mirror",), ("preflight",), ("runbook",), ("conformance",),
    ("score",), ("report",), ("seal",), ("verify-evidence",), ("trend",), ("forecast",), ("gate",), ("portfolio",),
    ("register",),
    ("compliance",), ("facts",), ("facts", "list"), ("facts", "check"), ("facts", "refresh"), ("explain",),
    ("doctor",), ("providers",), ("providers", "list"), ("providers", "show"),
    ("providers", "new"), ("providers", "check"), ("lab",), ("lab", "up"), ("lab", "down"), ("lab", "env"),
    ("move",), ("move", "objects"), ("move", "verify"), ("move", "diff"), ("move", "measure"),
)  # fmt: skip
GROUPS = (("providers",), ("lab",), ("facts",), ("move",))
ids = [" ".join(verb) or "exitkit" for verb in VERBS]


@pytest.mark.parametrize("verb", VERBS, ids=ids)
def test_the_help_is_the_one_we_reviewed(ask: Ask, holds: Callable[[str, Said], None], verb: tuple[str, ...]) -> None:
    said = ask(*verb, "--help")

    assert said.code == 0
    assert said.err == ""
    holds("help/" + ("-".join(verb) or "exitkit"), said)


@pytest.mark.parametrize("verb", [v for v in VERBS if v not in GROUPS])
def test_every_help_names_every_exit_code(ask: Ask, verb: tuple[str, ...]) -> None:
    told = ask(*verb, "-h").out.partition("Exit codes:")[2].splitlines()

    assert [line.split()[0] for line in told if line.strip()] == [str(int(code)) for code in ExitCode]


def test_every_verb_has_its_help_reviewed(ask: Ask) -> None:
    def offered(*group: str) -> list[str]:
        listed = ask(*group, "--help").out.partition("Commands:\n")[2].partition("\n\n")[0]
        return [line.split()[0] for line in listed.splitlines() if line[2:3].strip()]

    verbs = [(verb,) for verb in offered()] + [(g, verb) for (g,) in GROUPS for verb in offered(g)]

    assert sorted(verbs) == sorted(verb for verb in VERBS if verb)


def test_the_version(ask: Ask) -> None:
    assert ask("--version") == Said(0, f"exitkit {__version__}\n", "")


def test_no_verb_is_a_question_about_the_verbs(ask: Ask) -> None:
    said = ask()

    assert said.code == 2
    assert "Usage: exitkit" in said.out + said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("frobnicate",), "No such command 'frobnicate'"),
        (("lab", "sideways"), "No such command 'sideways'"),
        (("place", "--onto", "aws"), "No such option: --onto"),
        (("plan", "--playbook"), "Option '--playbook' requires an argument"),
        (("explain",), "Missing argument 'code'"),
        (("rehearse", "exit.plan.json", "--dossiers", "-1"), "Invalid value for '--dossiers'"),
    ],
)
def test_a_word_it_does_not_know_is_your_mistake(ask: Ask, arguments: tuple[str, ...], words: str) -> None:
    said = ask(*arguments)

    assert said.code == 2
    assert said.out == ""
    assert words in said.err


def test_the_program_and_its_main_say_the_same(ask: Ask, command: Callable[..., Said]) -> None:
    assert command("--help") == ask("--help")
    assert command("validate") == ask("validate")
