"""Count the resources of a plan as `terraform show -json` prints it, their attributes, and where those come from.

What is planned is in `planned_values`; what was written, and what it names, in `configuration`. An attribute counts
where the configuration says it and its planned value is not null, or known after apply; so what a provider fills in by
itself is not counted. A plan does not tell what a local holds, and leaves out dynamic blocks: those are unclear.
No value of a plan is kept or told, only addresses and counts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exitkit.model.evidence import Basis
from exitkit.model.infrastructure import Infrastructure, InputOrigin, Origin, Resource, first, stands_at_a_cloud
from exitkit.scan.dynamic import Json, blocks, is_leaf, objects, unsaid
from exitkit.scan.limits import MOST_RESOURCES
from exitkit.scan.text import shown

_INDEX = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")
_CALL = re.compile(r"^module\.([^.\[]+)")
_DEEPEST = 40
_NOWHERE = frozenset({"path", "terraform", "self"})

Inputs = Mapping[str, Mapping[str, InputOrigin]]


class NoPlan(ValueError):
    """A document that is no plan to count; says why, and holds nothing of what it says."""


def planned(document: object, source: str, inputs: Inputs) -> Infrastructure:
    """What a plan makes. Raises NoPlan where it is none."""
    top, configuration, changed = _parts(document)
    changes = {str(one.get("address")): one.get("change") for one in objects(changed)}
    modules = dict(_modules(configuration, inputs))
    rows: dict[str, Resource] = {}
    unclear: dict[str, None] = {}
    for one in _managed(top, 0):
        address, kind = str(one.get("address")), str(one.get("type"))
        place = _INDEX.sub("", address)
        module = modules.get(place.rpartition(f"{kind}.")[0])
        told = module.attributes(place, one, changes.get(address)) if module is not None else None
        if told is None:
            unclear[f"{shown(place)} stands in no configuration of the plan"] = None
        before = rows.get(place)
        counted = Counter(before.attributes if before is not None else {})
        counted.update(told or ())
        call = _CALL.match(place)
        rows[place] = Resource(
            address=shown(place),
            type=shown(kind, 100),
            component=shown(call[1], 60) if call else "",
            instances=before.instances + 1 if before is not None else 1,
            attributes={origin: counted[origin] for origin in Origin if counted[origin]},
            source=source,
        )
        if len(rows) > MOST_RESOURCES:
            raise NoPlan(f"it holds more than {MOST_RESOURCES:,} resources")
    if not rows:
        raise NoPlan("it leaves nothing behind at a cloud")
    return Infrastructure(basis=Basis.MEASURED, source=source, resources=tuple(rows.values()), unclear=tuple(unclear))


def _parts(document: object) -> tuple[Json, Json, object]:
    """The planned values, the configuration and the changes of a whole plan."""
    if not isinstance(document, dict):
        raise NoPlan("it is no object")
    if not str(document.get("format_version", "")).startswith("1."):
        raise NoPlan("it is not of format 1 of terraform")
    if "planned_values" not in document and "values" in document:
        raise NoPlan("it is a state, not a plan")
    if document.get("errored"):
        raise NoPlan("terraform says that the plan failed")
    if document.get("complete") is False:
        raise NoPlan("terraform says that the plan is not complete: it was limited, or put something off")
    found = []
    for part in ("planned_values", "configuration"):
        value = document.get(part)
        module = value.get("root_module") if isinstance(value, dict) else None
        if not isinstance(module, dict):
            raise NoPlan(f"it has no `{part}`")
        found.append(module)
    return found[0], found[1], document.get("resource_changes")


def _managed(module: Json, depth: int) -> Iterator[Json]:
    """Every managed resource at a cloud that is left behind, module by module."""
    if depth > _DEEPEST:
        raise NoPlan(f"its modules are nested deeper than {_DEEPEST} levels")
    for one in objects(module.get("resources")):
        if one.get("mode") == "managed" and stands_at_a_cloud(str(one.get("type"))):
            yield one
    for child in objects(module.get("child_modules")):
        yield from _managed(child, depth + 1)


def _modules(root: Json, inputs: Inputs) -> Iterator[tuple[str, _Module]]:
    """Every module of the configuration by the prefix of its addresses."""
    waiting = [_Module("", root)]
    while waiting:
        one = waiting.pop()
        yield one.prefix, one
        calls = one.says.get("module_calls")
        if one.prefix.count("module.") > _DEEPEST:
            continue
        for name, call in calls.items() if isinstance(calls, dict) else ():
            if isinstance(call, dict) and isinstance(call.get("module"), dict):
                given = inputs.get(name, {}) if not one.prefix else None
                waiting.append(_Module(f"{one.prefix}module.{name}.", call["module"], call, one, given))


@dataclass
class _Module:
    """One module of the configuration: its call, the module that calls it, and what the description gives it."""

    prefix: str
    says: Json
    call: Json = field(default_factory=dict)
    outer: _Module | None = None
    given: Mapping[str, InputOrigin] | None = None
    following: set[str] = field(default_factory=set)
    resources: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.resources = {str(one.get("address")): one for one in objects(self.says.get("resources"))}

    def attributes(self, address: str, planned: Json, change: object) -> list[Origin] | None:
        """The origin of each attribute that is set on one instance; None where it is not in the configuration."""
        said = self.resources.get(address.removeprefix(self.prefix))
        if said is None:
            return None
        values = planned.get("values")
        changed = change if isinstance(change, dict) else {}
        looped = self._looped(said)
        expressions = said.get("expressions")
        expressions = expressions if isinstance(expressions, dict) else {}
        values = values if isinstance(values, dict) else {}
        found = list(self._within(expressions, [values], [changed.get("after_unknown")], looped))
        if changed.get("actions") == ["create"]:
            found += [Origin.UNCLEAR] * unsaid(expressions, values)
        return found

    def _looped(self, said: Json) -> dict[str, set[Origin]]:
        """Where what `each` and `count` stand for comes from."""
        return {
            name: set(self._origins(said[where], {}))
            for name, where in (("each", "for_each_expression"), ("count", "count_expression"))
            if isinstance(said.get(where), dict)
        }

    def _within(
        self, said: Json, values: Sequence[Any], unknown: Sequence[Any], looped: Mapping[str, set[Origin]]
    ) -> Iterator[Origin]:
        """The origin of each argument that is set, in a resource or in a block; a repeated block is looked at whole."""
        for name, one in said.items():
            inner = [part for value in values for part in _inside(value, name)]
            after = [part for value in unknown for part in _inside(value, name)]
            if is_leaf(one):
                later = any(map(_is_unknown, after)) and self.may_be_unknown(one)
                if later or any(value is not None for value in inner):
                    yield first(set(self._origins(one, looped)))
            elif name != "timeouts":
                for block in blocks(one):
                    yield from self._within(block, inner, after, looped)

    def may_be_unknown(self, said: Json, depth: int = 0) -> bool:
        """Whether an expression names what is known after apply only; else its null was left to the provider."""
        for name in _references(said):
            match name.split("."):
                case ["var", variable, *_] if self.outer is not None and depth <= _DEEPEST:
                    given = _of(self.call, "expressions", variable)
                    if isinstance(given, dict) and self.outer.may_be_unknown(given, depth + 1):
                        return True
                case ["var", *_]:
                    pass
                case [root, *_] if root not in _NOWHERE:
                    return True
        return False

    def _origins(self, said: Json, looped: Mapping[str, set[Origin]]) -> Iterator[Origin]:
        """Where what an expression names comes from; nothing for a constant."""
        for name in _references(said):
            yield from self._reference(name.split("."), looped)

    def _reference(self, name: list[str], looped: Mapping[str, set[Origin]]) -> Iterator[Origin]:
        match name:
            case [root, *_] if root in looped:
                yield from looped[root]
            case ["var", variable, *_]:
                yield from self._variable(variable)
            case ["local", *_]:
                yield Origin.UNCLEAR
            case [root, *_] if root in _NOWHERE:
                return
            case [kind, label, attribute, *_] if (other := self.resources.get(f"{kind}.{label}")) is not None:
                yield from self._of_resource(".".join(name), other, attribute)
            case _:
                yield Origin.JOINED

    def _variable(self, name: str) -> Iterator[Origin]:
        """An input: as the description gives it, or as the call in an outer module says; else the module's default."""
        if self.outer is None:
            yield Origin.ASKED
            return
        said = _of(self.call, "expressions", name)
        if not isinstance(said, dict):
            yield Origin.MODULE
        elif self.given is None:
            yield from self.outer.once(f"{self.prefix}{name}", said)
        else:
            given = self.given.get(name)
            yield given.origin if given is not None and _same(given, said) else Origin.OVERRIDE

    def _of_resource(self, name: str, other: Json, attribute: str) -> Iterator[Origin]:
        said = _of(other, "expressions", attribute)
        if isinstance(said, dict) and is_leaf(said):
            yield from self.once(name, said, self._looped(other))
        else:
            yield Origin.JOINED

    def once(self, name: str, said: Json, looped: Mapping[str, set[Origin]] | None = None) -> Iterator[Origin]:
        """The origins of what is followed; what hangs on itself is unclear."""
        if name in self.following or len(self.following) > _DEEPEST:
            yield Origin.UNCLEAR
            return
        self.following.add(name)
        yield from set(self._origins(said, looped or {}))
        self.following.discard(name)


def _of(value: Json, *steps: str) -> Any:  # noqa: ANN401 - whatever stands there
    """What stands at the end of some steps; None where they lead nowhere."""
    found: Any = value
    for step in steps:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _references(said: Json) -> list[str]:
    """What an expression names, each whole: terraform lists `a.b.c`, and `a.b` after it."""
    listed = said.get("references")
    names = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    whole = [one for one in names if not any(other.startswith((f"{one}.", f"{one}[")) for other in names)]
    return [_INDEX.sub("", one) for one in whole]


def _same(given: InputOrigin, said: Json) -> bool:
    """Whether the root still gives what the description gives."""
    if not given.literal:
        return "references" in said
    return "constant_value" in said and _text(said["constant_value"]) == _text(given.value)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _inside(value: object, name: str) -> Iterator[Any]:
    """What a value, or each of a list of them, holds under a name."""
    if value is True:
        yield True
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and name in one:
            yield one[name]


def _is_unknown(after: object) -> bool:
    """Whether anything of it is known after apply only."""
    match after:
        case dict():
            return any(map(_is_unknown, after.values()))
        case list():
            return any(map(_is_unknown, after))
        case _:
            return after is True
