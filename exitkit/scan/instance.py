"""One module as it is called: what its variables, locals and outputs are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exitkit.scan.evaluate import Budget, Evaluator, Unknown, Value
from exitkit.scan.readers.expressions import BlockRead, Expression


@dataclass
class Folder:
    """The Terraform of one folder."""

    path: str
    blocks: list[tuple[str, BlockRead]] = field(default_factory=list)
    given: dict[str, Expression] = field(default_factory=dict)
    variables: dict[str, BlockRead] = field(default_factory=dict)
    locals: dict[str, Expression] = field(default_factory=dict)
    outputs: dict[str, Expression] = field(default_factory=dict)
    resources: dict[str, BlockRead] = field(default_factory=dict)

    def add(self, file: str, block: BlockRead) -> None:
        """One more block."""
        self.blocks.append((file, block))
        labels = block["l"]
        match block["t"], labels:
            case "variable", [name]:
                self.variables[name] = block
            case "locals", _:
                self.locals.update({name: value for name, (value, _) in block["a"].items()})
            case "output", [name] if "value" in block["a"]:
                self.outputs[name] = block["a"]["value"][0]
            case "resource", [kind, name]:
                self.resources[f"{kind}.{name}"] = block
            case _:
                pass


class Instance:
    """A folder with the values it was called with."""

    def __init__(
        self,
        folder: Folder,
        *,
        prefix: str,
        given: Mapping[str, Value],
        providers: Mapping[str, str | None],
        budget: Budget,
        is_root: bool,
    ) -> None:
        self.folder = folder
        self.prefix = prefix
        self.children: dict[str, Instance] = {}
        self.is_root = is_root
        self._given = given
        self._locals: dict[str, Value] = {}
        self._working: set[str] = set()
        self.evaluator = Evaluator(self._look, budget)
        self.providers = {**providers, **self._own_providers()}

    def value(self, expression: Expression) -> Value:
        """What an expression is worth here."""
        return self.evaluator.value(expression)

    def attribute(self, block: BlockRead, path: str) -> Value:
        """What an attribute is worth, also inside nested blocks; None where it is not said."""
        *outer, last = path.split(".")
        for place, name in enumerate(outer):
            inner = next((one for one in block["b"] if one["t"] == name), None)
            if inner is None and (said := block["a"].get(name)):
                return self._within(self.value(said[0]), [*outer[place + 1 :], last])
            if inner is None:
                dynamic = any(one["t"] == "dynamic" and one["l"] == [name] for one in block["b"])
                return Unknown(f"a dynamic `{name}`") if dynamic else None
            block = inner
        said = block["a"].get(last)
        return None if said is None else self.value(said[0])

    def _within(self, value: Value, steps: list[str]) -> Value:
        """What an object holds under some names; None where it is not said."""
        for step in steps:
            if isinstance(value, list) and len(value) == 1:
                value = value[0]
            if not isinstance(value, dict):
                return value if isinstance(value, Unknown) else None
            value = value.get(step)
        return value

    def expression(self, block: BlockRead, path: str) -> Expression | None:
        """The expression of an attribute, also inside nested blocks."""
        *outer, last = path.split(".")
        for name in outer:
            block = next((one for one in block["b"] if one["t"] == name), {"a": {}, "b": []})
        said = block["a"].get(last)
        return None if said is None else said[0]

    def _own_providers(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for _, block in self.folder.blocks:
            if block["t"] == "provider" and len(block["l"]) == 1:
                alias = self.attribute(block, "alias")
                region = self.attribute(block, "region")
                name = f"{block['l'][0]}.{alias}" if isinstance(alias, str) else block["l"][0]
                found[name] = region if isinstance(region, str) else None
        return found

    def _look(self, root: str, steps: list[Any], depth: int) -> Value:
        names = [step[1] for step in steps[:2] if step[0] == "a"]
        match root:
            case "var" if names:
                return self._follow(self._variable(names[0], depth), steps[1:], depth)
            case "local" if names:
                return self._follow(self._local(names[0], depth), steps[1:], depth)
            case "module" if len(names) == 2 and names[0] in self.children:
                return self._follow(self.children[names[0]].output(names[1], depth), steps[2:], depth)
            case "each" | "count" | "self":
                return Unknown(f"each of several has its own `{root}`")
            case "path" | "terraform":
                return Unknown(f"`{root}` is where it is run")
            case _:
                return self._of_resource(root, names, steps, depth)

    def _follow(self, value: Value, steps: list[Any], depth: int) -> Value:
        return self.evaluator.follow(value, steps, depth, {}) if steps else value

    def _of_resource(self, root: str, names: list[str], steps: list[Any], depth: int) -> Value:
        dotted = ".".join([root, *names[: 2 if root in {"data", "module"} else 1]])
        block = self.folder.resources.get(dotted)
        if block is not None and len(names) == 2 and len(steps) == 2 and names[1] in block["a"]:
            return self._once(f"resource {dotted}.{names[1]}", block["a"][names[1]][0], depth)
        return Unknown(f"`{dotted}` is known after a run", (f"{self.prefix}{dotted}",))

    def _variable(self, name: str, depth: int) -> Value:
        if name in self._given:
            return self._given[name]
        if self.is_root and name in self.folder.given:
            return self._once(f"var {name}", self.folder.given[name], depth)
        block = self.folder.variables.get(name)
        if block is None:
            return Unknown(f"there is no variable `{name}`")
        said = block["a"].get("default")
        if said is None:
            return Unknown(f"the variable `{name}` has no default")
        return self._once(f"var {name}", said[0], depth)

    def _local(self, name: str, depth: int) -> Value:
        said = self.folder.locals.get(name)
        return Unknown(f"there is no local `{name}`") if said is None else self._once(f"local {name}", said, depth)

    def output(self, name: str, depth: int) -> Value:
        """What this module tells the one that calls it."""
        said = self.folder.outputs.get(name)
        return Unknown(f"there is no output `{name}`") if said is None else self._once(f"output {name}", said, depth)

    def _once(self, name: str, expression: Expression, depth: int) -> Value:
        """Work it out once; what hangs on itself is unknown."""
        if name in self._locals:
            return self._locals[name]
        if name in self._working:
            return Unknown(f"`{name}` hangs on itself")
        self._working.add(name)
        value = self.evaluator.value(expression, depth + 1)
        self._working.discard(name)
        deep = isinstance(value, Unknown) and value.why == "nested too deep"
        if not deep:
            self._locals[name] = value
        return value
