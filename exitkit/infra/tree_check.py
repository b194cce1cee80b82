"""Check a generated tree whole: folders against schemas, module calls against modules, every file for secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import Any

from exitkit.errors import Mistake
from exitkit.infra.call_check import refused
from exitkit.infra.reading import Unreadable, read
from exitkit.infra.schema_check import Checker, Folder, check, near
from exitkit.infra.secret_check import secrets_in
from exitkit.infra.values import Block, Object, Reference, Some, Text, Value

_META = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
_PINNED = re.compile(r"~>|<|^\s*=?\s*\d")
_BUILT_IN = "terraform"


def check_tree(files: Mapping[str, str], cloud: str = "") -> tuple[Mistake, ...]:
    """Every mistake in a tree for one cloud, file by file. Raises MissingExtra where nothing can read Terraform."""
    return (*check_terraform(files, cloud), *secrets_in(files))


def check_terraform(files: Mapping[str, str], cloud: str = "") -> tuple[Mistake, ...]:
    """Every mistake that the schemas, the cloud's spellings, the modules and the pins of providers show."""
    folders: dict[str, list[tuple[str, str]]] = {}
    for path, text in files.items():
        if path.endswith(".tf"):
            folders.setdefault(dirname(path), []).append((path, text))
    read_in = {path: _folder(tuple(texts), cloud) for path, texts in folders.items()}
    mistakes = [mistake for _, wrong in read_in.values() for mistake in wrong]
    for path, (folder, _) in read_in.items():
        for call in folder.blocks("module"):
            called = read_in.get(_source(path, call))
            if called is not None:
                mistakes += _call(folder, call, called[0])
                mistakes += refused(folder, call, tuple(folders[_source(path, call)]), cloud)
        mistakes += _outputs(
            folder, {call.labels[0]: read_in.get(_source(path, call)) for call in folder.blocks("module")}
        )
    return tuple(mistakes)


@lru_cache(maxsize=512)
def _folder(texts: tuple[tuple[str, str], ...], cloud: str) -> tuple[Folder, tuple[Mistake, ...]]:
    """One folder and what is wrong in it by itself; the same modules are in many trees."""
    found: list[Text] = []
    wrong: list[Mistake] = []
    for path, text in texts:
        try:
            found.append(read(text, path))
        except Unreadable as error:
            wrong.append(error.mistake)
    folder = Folder.of(found)
    return folder, (*wrong, *check(folder, cloud), *_pins(folder), *_names(folder))


def _source(path: str, call: Block) -> str:
    source = getattr(call.value("source"), "value", "")
    return normpath(join(path, source)) if isinstance(source, str) and source.startswith(".") else "-"


def _call(root: Folder, call: Block, module: Folder) -> Iterator[Mistake]:
    """One module call: known inputs, all the required ones, values of the right type."""
    name = call.labels[0]
    variables = {block.labels[0]: block for block in module.blocks("variable")}
    checker = Checker(Folder(root.texts), f"module {name}")
    for word, (place, value) in call.arguments.items():
        if word in _META:
            continue
        if word not in variables:
            message = f"module {name} has no input `{word}`"
            yield root.mistake(place, message, width=len(word), suggestion=near(word, tuple(variables)))
        elif (wanted := type_of(variables[word].value("type"))) is not None:
            yield from checker.value(value, wanted, f"{word} of module {name}")
    for word, variable in variables.items():
        if "default" not in variable.arguments and word not in call.arguments:
            yield root.mistake(call.place, f"module {name} needs `{word}`", width=len("module"))


def type_of(constraint: Value | None) -> Any:  # noqa: ANN401 - a schema's type
    """A type constraint of a variable as the schemas write it; None for any."""
    match constraint:
        case Reference(path=(word,)) if word in ("string", "number", "bool"):
            return word
        case Some(made_by="list" | "set" | "map" as shape, given=(inner,)):
            return [shape, type_of(inner) or "dynamic"]
        case Some(made_by="object", given=(Object() as fields,)):
            return {
                "attributes": {entry.key: _field(entry.value) for entry in fields.entries},
                "nesting_mode": "single",
            }
    return None


def _field(constraint: Value) -> dict[str, Any]:
    optional = isinstance(constraint, Some) and constraint.made_by == "optional"
    inner = constraint.given[0] if isinstance(constraint, Some) and optional else constraint
    wanted = type_of(inner) or "dynamic"
    shape = {"nested_type": wanted} if isinstance(wanted, dict) else {"type": wanted}
    return {**shape, "required": not optional, "optional": optional}


def _outputs(root: Folder, called: Mapping[str, tuple[Folder, Any] | None]) -> Iterator[Mistake]:
    """Every reference to a module leads to a module that is called, and to an output it has."""
    for text in root.texts:
        for reference in text.references:
            if reference.path[0] != "module" or len(reference.path) < 3:
                continue
            _, name, output, *_ = reference.path
            width = len(".".join(reference.path))
            if name not in called:
                yield root.mistake(
                    reference.place, f"there is no module {name}", width=width, suggestion=near(name, tuple(called))
                )
            elif (module := called[name]) is not None:
                known = tuple(block.labels[0] for block in module[0].blocks("output"))
                if output not in known:
                    message = f"module {name} has no output `{output}`"
                    yield root.mistake(reference.place, message, width=width, suggestion=near(output, known))


def _names(folder: Folder) -> Iterator[Mistake]:
    """Every variable and local that is used is there."""
    known = {"var": {block.labels[0] for block in folder.blocks("variable")}, "local": set(folder.locals)}
    for text in folder.texts:
        for reference in text.references:
            kind, *rest = reference.path
            if kind in known and rest and rest[0] not in known[kind]:
                word = {"var": "variable", "local": "local"}[kind]
                yield folder.mistake(
                    reference.place,
                    f"there is no {word} `{rest[0]}`",
                    width=len(kind) + 1 + len(rest[0]),
                    suggestion=near(rest[0], tuple(known[kind])),
                )


def _pins(folder: Folder) -> Iterator[Mistake]:
    """Every provider that is used is named with its address, and with a version that has an upper end."""
    pinned: set[str] = set()
    for block in folder.blocks("terraform"):
        for required in block.of("required_providers"):
            for name, (place, value) in required.arguments.items():
                pinned.add(name)
                version = (
                    next((e.value for e in value.entries if e.key == "version"), None)
                    if isinstance(value, Object)
                    else None
                )
                said = getattr(version, "value", None)
                if not isinstance(said, str) or not _PINNED.search(said):
                    message = f"provider {name} is not pinned: write a version with an upper end"
                    yield folder.mistake(place, message, width=len(name), suggestion="such as `~> 2.19`")
    told: set[str] = set()
    for block in folder.blocks("resource", "data"):
        name = block.labels[0].split("_", 1)[0]
        if name not in pinned and name != _BUILT_IN and name not in told:
            told.add(name)
            yield folder.mistake(block.place, f"provider {name} is not pinned in this folder", width=len(block.type))
