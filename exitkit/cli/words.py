"""Options that several verbs share, each explained once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from exitkit.errors import EXIT_CODE_HELP, UsageError


def provider_names(incomplete: str) -> list[str]:
    """Names of providers that begin so, for completion."""
    from exitkit import registry

    return [name for name in registry.names() if name.startswith(incomplete)]


def run_names(incomplete: str) -> list[str]:
    """Names of runs that begin so, for completion."""
    from exitkit.api import runs

    return [name for name in runs.names() if name.startswith(incomplete)]


def rule_codes(incomplete: str) -> list[str]:
    """Codes of rules that begin so, for completion."""
    from exitkit import api

    return [code for code in api.rule_codes() if code.startswith(incomplete.upper())]


def severity(word: str | None) -> int | None:
    """How much a severity weighs; None where no bar is set. Raises UsageError on an unknown word."""
    from exitkit.model.finding import Severity

    if word is None:
        return None
    if word not in list(Severity):
        raise UsageError(f"there is no severity `{word}`", hint=f"severities: {', '.join(Severity)}")
    return Severity(word).rank


Workload = Annotated[Path, typer.Argument(help="The workload's file.", metavar="WORKLOAD")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write to this file instead of stdout.")]


def one_of(*formats: str) -> Callable[[str], str]:
    """A callback that takes these formats. Raises UsageError on any other."""

    def known(form: str) -> str:
        if form not in formats:
            raise UsageError(f"there is no format `{form}` here", hint=f"formats: {', '.join(formats)}")
        return form

    return known


Format = Annotated[str, typer.Option("--format", "-f", help="table or json.", callback=one_of("table", "json"))]
WORKLOAD = Path("workload.yaml")
EPILOG = EXIT_CODE_HELP
