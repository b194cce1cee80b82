"""Tell blocks from arguments in a plan, and count arguments in blocks that its configuration leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def objects(value: object) -> Iterator[Json]:
    """The objects of a list; nothing of what is none."""
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def is_leaf(said: object) -> bool:
    """Whether this is an expression, and no block."""
    return (
        isinstance(said, dict)
        and set(said) <= {"constant_value", "references"}
        and (isinstance(said.get("references", []), list))
    )


def is_block(value: object) -> bool:
    """Whether a planned value is what blocks leave: a list of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def unsaid(said: Json, values: Json) -> int:
    """How many arguments are planned in blocks that the configuration leaves out, because they are dynamic."""
    count = 0
    for name, planned_blocks in values.items():
        if not is_block(planned_blocks) or is_leaf(said.get(name)):
            continue
        told = blocks(said.get(name))
        if len(planned_blocks) > len(told):
            count += max(0, _filled(planned_blocks) - sum(map(_said, told)))
        else:
            count += sum(unsaid(*pair) for pair in zip(told, planned_blocks, strict=False))
    return count


def blocks(said: object) -> list[Json]:
    """The blocks of one name in the configuration."""
    return [said] if isinstance(said, dict) and not is_leaf(said) else list(objects(said))


def _said(block: Json) -> int:
    """How many arguments a block of the configuration has, with those of blocks in it."""
    return sum(1 if is_leaf(one) else sum(map(_said, blocks(one))) for one in block.values())


def _filled(blocks: list[Json]) -> int:
    """How many arguments of blocks, and of blocks in them, are known and not empty; a map counts once."""
    held = [value for block in blocks for value in block.values()]
    inner = [value for value in held if is_block(value)]
    return sum(value not in (None, "", 0, False, [], {}) for value in held if not is_block(value)) + sum(
        map(_filled, inner)
    )
