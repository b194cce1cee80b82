"""Read a workload, with line and column in every complaint."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from exitkit.errors import SpecError, UsageError
from exitkit.model.workload import Workload
from exitkit.spec.document import Reader
from exitkit.spec.nodes import Fields, Scalar, Source
from exitkit.spec.parse import MAX_BYTES, parse
from exitkit.spec.resolve import HINT, in_file_order, resolve


def load(path: Path, *, providers: Collection[str]) -> Workload:
    """The workload of a file. Raises SpecError with every mistake in it, UsageError where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file `{path}`", hint="`exitkit init` writes one to start from") from error
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror}") from error
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        source = Source.of(before + content[error.start :].decode(errors="replace"), str(path))
        lines = Source.of(before, str(path)).lines
        place = source.mistake(len(lines), len(lines[-1]) + 1, "this is not UTF-8 text", suggestion="save it as UTF-8")
        raise SpecError((place,), hint=HINT) from error
    return load_text(text, str(path), providers)


def lines(path: Path) -> dict[str, int]:
    """The line on which each component begins, and under the workload's own name, that of its name.

    Nothing where the file is no longer there or is no workload any more: places are a help, never a condition.
    """
    try:
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
        root = parse(text, Source.of(text, str(path))).root
    except (OSError, UnicodeDecodeError, SpecError):
        return {}
    if not isinstance(root, Fields):
        return {}
    name, parts = root.values.get("name"), root.values.get("components")
    found = {name.text: name.line} if isinstance(name, Scalar) else {}
    if isinstance(parts, Fields):
        found |= {part: key.line for part, key in parts.keys.items()}
    return found


def load_text(text: str, file: str, providers: Collection[str]) -> Workload:
    """The workload of a text; `file` is what complaints call it. Raises SpecError with every mistake in it."""
    text = text.removeprefix("\ufeff")
    source = Source.of(text, file)
    if len(text.encode(errors="replace")) > MAX_BYTES:
        too_long = source.mistake(1, 1, "the file is too long: a workload is at most 1 MiB")
        raise SpecError((too_long,), hint=HINT)
    try:
        reading = parse(text, source)
    except SpecError as error:
        raise SpecError(in_file_order(error.mistakes), hint=HINT) from error
    reader = Reader(source, providers)
    reader.mistakes += reading.mistakes
    return resolve(reader.document(reading.root))
