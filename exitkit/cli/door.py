"""The door of the command: the options that stand before any verb, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from exitkit.cli import settings
from exitkit.cli.console import console
from exitkit.cli.plain import PlainGroup
from exitkit.errors import EXIT_CODE_HELP, ExitCode, ExitkitError


def framed(*, completion: bool = True) -> typer.Typer:
    """The command without a verb; with the options that complete it in a shell, or not."""
    app = typer.Typer(
        name="exitkit",
        cls=PlainGroup,
        help="Leave a cloud on purpose: describe a workload once, generate Terraform, rehearse the exit, "
        "measure lock-in.",
        epilog=EXIT_CODE_HELP,
        rich_markup_mode=None,
        add_completion=completion,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    return app


def _print_version(asked: bool) -> None:
    if asked:
        from exitkit import __version__

        console.answer(f"exitkit {__version__}")
        raise typer.Exit


def root(
    context: typer.Context,
    quiet: bool = typer.Option(False, "--quiet", "-q", help="Say nothing but answers and errors."),
    version: bool = typer.Option(  # noqa: ARG001
        False,
        "--version",
        help="Print the version.",
        is_eager=True,
        callback=_print_version,
    ),
) -> None:
    """Take the options that stand before a verb, and what the settings' file says for it."""
    found = settings.find(Path.cwd())
    context.obj = settings.read(found, context.command) if found else settings.Settings()
    context.default_map = context.obj.values
    console.quiet = quiet or bool(context.obj.values.get("quiet"))


def entered(app: typer.Typer, argv: Sequence[str] | None = None) -> int:
    """Run the command; answers its exit code and raises nothing."""
    try:
        command = typer.main.get_command(app)
        settings.name_variables(command)
        answered = command(args=list(argv) if argv is not None else None, prog_name="exitkit", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(ExitCode.YES if stop.code is None else ExitCode.YOU)
    except KeyboardInterrupt:
        console.say("interrupted")
        return int(ExitCode.INTERRUPTED)
    except ExitkitError as error:
        console.fail(error)
        return int(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.YES)
    except Exception:  # noqa: BLE001 - the last door: whatever comes here is ours
        import traceback

        sys.stderr.write(f"{traceback.format_exc()}\nerror: this is a bug in exitkit, not yours\n")
        return int(ExitCode.US)
    return answered if isinstance(answered, int) else int(ExitCode.YES)
