"""Settings: what `exitkit.toml` and the environment say in place of options, and where each was said.

A flag beats `EXITKIT_<VERB>_<OPTION>`, which beats the file, which beats the default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from exitkit.errors import Mistake, SpecError, UsageError, not_toml

if TYPE_CHECKING:
    from typer._click.core import Command
    from typer.core import TyperOption

PREFIX = "EXITKIT"
_NEVER = {
    "yes": "a question that a file answers is not asked",
    "help": "it is not a setting",
    "version": "it is not a setting",
    "install-completion": "it is not a setting",
    "show-completion": "it is not a setting",
}
_HINT = "`exitkit VERB --help` lists the options; settings are named as they are, under [VERB]"


@dataclass(frozen=True)
class Setting:
    """One value that is in force without being typed, and where it was said."""

    verb: str
    option: str
    value: str
    where: str
    understood: bool = True


@dataclass
class Settings:
    """What a file says: values by verb and parameter for the command, and each with its place."""

    values: dict[str, Any] = field(default_factory=dict)
    listed: list[Setting] = field(default_factory=list)


def options(command: Command) -> Iterator[tuple[str, TyperOption]]:
    """A command's options by their long name without dashes; arguments are not settings."""
    from typer.core import TyperOption

    for one in command.params:
        if isinstance(one, TyperOption):
            yield _long(one), one


def name_variables(command: Command) -> None:
    """Have every option read `EXITKIT_<VERB>_<OPTION>`, spelled as it is typed (`--from` is `..._FROM`)."""
    for path, name, option in _everywhere(command):
        option.envvar = "_".join([PREFIX, *path, name]).replace("-", "_").upper()


def find(start: Path) -> Path | None:
    """The nearest file with settings, from `start` up to the repository's root; without a repository, here only."""
    folders = [start, *start.parents]
    root = next((number for number, one in enumerate(folders) if (one / ".git").exists()), 0)
    for folder in folders[: root + 1]:
        if (folder / "exitkit.toml").is_file():
            return folder / "exitkit.toml"
        project = folder / "pyproject.toml"
        if project.is_file() and re.search(r"^\[tool\.exitkit\b", _text(project), re.M):
            return project
    return None


def read(path: Path, command: Command) -> Settings:
    """Every setting of a file, checked against the command's own options. Raises SpecError with every mistake."""
    import tomllib

    text = _text(path)
    try:
        said: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(os.path.relpath(path), text, error) from error
    whole = path.name == "exitkit.toml"
    reader = _Reader(path, text, [] if whole else ["tool", "exitkit"])
    table = said if whole else said["tool"]["exitkit"]
    settings = Settings(reader.table(table, command, ()), reader.listed)
    if reader.mistakes:
        raise SpecError(tuple(reader.mistakes), hint=_HINT)
    return settings


def from_environment(command: Command, environment: Mapping[str, str]) -> Iterator[Setting]:
    """What the environment sets, and names with our prefix that no option reads (their values are not shown)."""
    known = {str(option.envvar): (" ".join(path), f"--{name}") for path, name, option in _everywhere(command)}
    for name in sorted(one for one in environment if one.startswith(f"{PREFIX}_")):
        if name in known:
            verb, option = known[name]
            yield Setting(verb, option, environment[name], f"${name}")
        else:
            yield Setting("", "", "no option reads it", f"${name}", understood=False)


def _everywhere(command: Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, TyperOption]]:
    """Every option of a command and of the verbs below it, with the words that lead to it."""
    yield from ((path, name, option) for name, option in options(command))
    for name, verb in _verbs(command).items():
        yield from _everywhere(verb, (*path, name))


def _verbs(command: Command) -> dict[str, Command]:
    return getattr(command, "commands", {})


class _Reader:
    """One walk over a file's tables beside the command's verbs."""

    def __init__(self, path: Path, text: str, root: list[str]) -> None:
        self.path, self.text, self.root = path, text, root
        self.listed: list[Setting] = []
        self.mistakes: list[Mistake] = []

    def table(self, said: Mapping[str, Any], command: Command, verb: tuple[str, ...]) -> dict[str, Any]:
        """A table's values by parameter name; its own tables are verbs."""
        verbs = _verbs(command)
        known = dict(options(command))
        values: dict[str, Any] = {}
        for key, value in said.items():
            if key in verbs and isinstance(value, dict):
                values[key] = self.table(value, verbs[key], (*verb, key))
            elif key in known and key not in _NEVER:
                values[str(known[key].name)] = self._value(command, verb, known[key], value)
            else:
                self._refuse(verb, key, self._unknown(verb, key, [*known, *verbs]))
        return values

    def _value(self, command: Command, verb: tuple[str, ...], option: TyperOption, value: object) -> object:
        line, _ = self._place(verb, _long(option))
        shape = bool if option.is_flag else list if option.multiple else (str, int, float)
        if not isinstance(value, shape) or (isinstance(value, bool) and not option.is_flag):
            wanted = "true or false" if option.is_flag else "a list" if option.multiple else "one value"
            self._refuse(verb, _long(option), f"{_said(verb, _long(option))} wants {wanted}, not `{value}`")
            return None
        try:
            context = typer.Context(command)
            option.process_value(context, value)
            if option.callback:
                option.callback(context, option, value)
        except (typer.BadParameter, UsageError) as error:
            self._refuse(verb, _long(option), f"{_said(verb, _long(option))}: {error.message}")
        self.listed.append(Setting(" ".join(verb), f"--{_long(option)}", str(value), f"{self.path.name}:{line}"))
        return value

    def _unknown(self, verb: tuple[str, ...], key: str, names: list[str]) -> str:
        if key in _NEVER:
            return f"`{key}` cannot be set in a file: {_NEVER[key]}"
        near = get_close_matches(key, names, 1)
        return f"`{' '.join([*verb, key])}` is no setting" + (f"; did you mean `{near[0]}`?" if near else "")

    def _refuse(self, verb: tuple[str, ...], key: str, message: str) -> None:
        self.mistakes.append(_mistake(self.path, self.text, *self._place(verb, key), message, len(key)))

    def _place(self, verb: tuple[str, ...], key: str) -> tuple[int, int]:
        """Line and column of a key, counted from 1; of the file's start where it is written some other way."""
        wanted = ".".join([*self.root, *verb])
        header = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            if opened := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
                header = opened[1].replace('"', "")
                if header == ".".join([*self.root, *verb, key]):
                    return number, line.index("[") + 2
            elif header == wanted and (found := re.match(rf"\s*\"?({re.escape(key)})\"?\s*[=.]", line)):
                return number, found.start(1) + 1
        return 1, 1


def _long(option: TyperOption) -> str:
    return max(option.opts, key=len).removeprefix("--")


def _said(verb: tuple[str, ...], name: str) -> str:
    return f"`{' '.join([*verb, f'--{name}'])}`"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _mistake(path: Path, text: str, line: int, column: int, message: str, width: int = 1) -> Mistake:
    lines = text.splitlines()
    shown = os.path.relpath(path)
    return Mistake(message, shown, line, column, lines[line - 1] if line <= len(lines) else "", width)
