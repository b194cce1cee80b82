"""The verbs of the lab: up, down, env."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console

lab = typer.Typer(help="Start the local clouds, find them, stop them.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    for verb in (up, down, env):
        lab.command(epilog=words.EPILOG)(verb)
    app.add_typer(lab, name="lab")


def up() -> None:
    """Start the lab, and leave it up; rehearsals from this folder then use it."""
    from exitkit import api

    found = api.lab_up()
    console.answer(f"the lab is up in {found.folder}")
    console.say("next: exitkit lab env")


def down(
    forget: Annotated[bool, typer.Option("--forget", help="Also remove everything in it.")] = False,
) -> None:
    """Stop the lab; what is in it stays, unless it is to be forgotten."""
    from exitkit import api

    console.answer("the lab is down" if api.lab_down(forget=forget) else "the lab was not up")


def env(
    provider: Annotated[str, typer.Argument(help="aws or ovh.", autocompletion=words.provider_names)] = "aws",
) -> None:
    """Print what other programs need to reach one side of the lab, for a shell to take in.

    The credentials are the lab's own, made for it and worth nothing elsewhere.
    """
    from exitkit import api

    console.answer("\n".join(f"export {name}={shlex.quote(value)}" for name, value in api.lab_env(provider).items()))
