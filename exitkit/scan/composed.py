"""Count the resources of a generated tree and the attributes they set, and tell where each attribute comes from.

Nothing is run. An attribute is one argument of a resource, or of a block inside it, that is not null; a list or an
object counts once. `count`, `for_each` and dynamic blocks are worked out from what `main.tf` says and from the
defaults of variables; one without default has the value that the tree's own test gives it. What only a plan would
tell is counted once, and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import Any

from exitkit.model.evidence import Basis
from exitkit.model.infrastructure import Infrastructure, InputOrigin, Origin, Resource, first, stands_at_a_cloud
from exitkit.scan.evaluate import Budget, Unknown, Value
from exitkit.scan.instance import Folder, Instance
from exitkit.scan.readers.expressions import BlockRead, Expression
from exitkit.scan.terraform import generated

_META = frozenset({"count", "for_each", "depends_on", "provider"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "timeouts"})
_NOWHERE = frozenset({"path", "terraform", "self"})

Bound = Mapping[str, set[Origin]]
"""Where what a `for`, `each` or a dynamic block stands for comes from, by its name."""

Names = dict[str, Value]
"""What such names are worth."""

Inputs = Mapping[str, Mapping[str, InputOrigin]]
"""By module call, what the root gives each input."""


def composed(
    tree: Mapping[str, str], label: str, inputs: Inputs, examples: Mapping[str, Value] | None = None
) -> Infrastructure:
    """What a tree makes, each resource at `label/path:line`; `examples` are values of variables without a default.

    Raises MissingExtra without a reader of Terraform.
    """
    found = generated(tree)
    root = Instance(found[""], prefix="", given=examples or {}, providers={}, budget=Budget(), is_root=True)
    modules = [_Module(root, "", None, label)]
    for _, block in root.folder.blocks:
        if block["t"] == "module":
            modules.append(_called(root, block, found, inputs, label))
    resources = tuple(one for module in modules for one in module.resources())
    unclear = tuple(why for module in modules for why in module.unclear)
    source = f"the tree that exitkit generates for {label}"
    return Infrastructure(basis=Basis.COMPUTED, source=source, resources=resources, unclear=unclear)


def _called(root: Instance, block: BlockRead, found: Mapping[str, Folder], inputs: Inputs, label: str) -> _Module:
    name, source = block["l"][0], block["a"]["source"][0][1]
    given = {key: root.value(said[0]) for key, said in block["a"].items() if key != "source"}
    child = Instance(
        found[normpath(source)], prefix=f"module.{name}.", given=given, providers={}, budget=Budget(), is_root=False
    )
    root.children[name] = child
    return _Module(child, name, inputs.get(name, {}), label)


class _Module:
    """One module as it is called; `inputs` is None for the root."""

    def __init__(self, here: Instance, component: str, inputs: Mapping[str, InputOrigin] | None, label: str) -> None:
        self._here, self._component, self._inputs, self._label = here, component, inputs, label
        self._following: set[str] = set()
        self.unclear: list[str] = []

    def resources(self) -> Iterator[Resource]:
        """Every resource that is made, in the order of the files."""
        for file, block in self._here.folder.blocks:
            if block["t"] != "resource" or not stands_at_a_cloud(block["l"][0]):
                continue
            kind, name = block["l"]
            address = f"{self._here.prefix}{kind}.{name}"
            instances, why = self._instances(block)
            bound = self._bound(block)
            settings: Counter[Origin] = Counter()
            for names in instances:
                settings.update(self._attributes(block, address, bound, names, top=True))
            if instances:
                yield Resource(
                    address=address,
                    type=kind,
                    component=self._component,
                    instances=len(instances),
                    attributes={origin: settings[origin] for origin in Origin if settings[origin]},
                    source=f"{self._label}/{file}:{block['at'][0]}",
                    why=why,
                )
            if why:
                self.unclear.append(f"how many there are of {address}: {why}")

    def _instances(self, block: BlockRead) -> tuple[list[Names], str]:
        """What `each` or `count` stands for in each instance; one, and the reason, where only a plan tells."""
        if "count" in block["a"]:
            value = self._here.value(block["a"]["count"][0])
            if isinstance(value, bool | int | float):
                return [{"count": {"index": place}} for place in range(int(value))], ""
            return [{}], _why(value)
        if "for_each" in block["a"]:
            return self._over(block["a"]["for_each"][0])
        return [{}], ""

    def _over(self, over: Expression) -> tuple[list[Names], str]:
        """What `each` stands for; a resource that is looped over lends its own keys."""
        match over:
            case ["r", str(kind), [["a", str(name)]]] if (f"{kind}.{name}") in self._here.folder.resources:
                times, why = self._instances(self._here.folder.resources[f"{kind}.{name}"])
                value = Unknown("known after a run")
                return [{"each": {"key": one["each"]["key"], "value": value}} for one in times if "each" in one], why
            case _:
                return self._looped(over, "each", {})

    def _looped(self, over: Expression, name: str, names: Names) -> tuple[list[Names], str]:
        value = self._here.evaluator.value(over, names=names)
        if isinstance(value, dict):
            return [{**names, name: {"key": key, "value": one}} for key, one in value.items()], ""
        if isinstance(value, list):
            return [{**names, name: {"key": one, "value": one}} for one in value], ""
        return [names], _why(value)

    def _bound(self, block: BlockRead) -> Bound:
        """Where `each` and `count` of a resource come from."""
        pairs = (("each", "for_each"), ("count", "count"))
        return {name: self._origins(block["a"][said][0], {}) for name, said in pairs if said in block["a"]}

    def _attributes(
        self, block: BlockRead, address: str, bound: Bound, names: Names, *, top: bool = False
    ) -> Iterator[Origin]:
        """The origin of each argument that is set, in the block and in those inside."""
        for name, (expression, _) in block["a"].items():
            if top and name in _META:
                continue
            if self._here.evaluator.value(expression, names=names) is not None:
                yield first(self._origins(expression, bound))
        for inner in block["b"]:
            if top and inner["t"] in _META_BLOCKS:
                continue
            if inner["t"] == "dynamic" and inner["l"]:
                yield from self._dynamic(inner, address, bound, names)
            else:
                yield from self._attributes(inner, address, bound, names)

    def _dynamic(self, block: BlockRead, address: str, bound: Bound, names: Names) -> Iterator[Origin]:
        label, content = block["l"][0], [one for one in block["b"] if one["t"] == "content"]
        over = block["a"].get("for_each", [["v", None], 0])[0]
        iterator = block["a"].get("iterator", [["r", label, []], 0])[0]
        name = iterator[1] if iterator[0] == "r" else label
        inside = {**bound, name: self._origins(over, bound)}
        times, why = self._looped(over, name, names)
        if why:
            self.unclear.append(f"how many `{label}` there are in {address}: {why}")
        for each in times:
            for one in content:
                yield from self._attributes(one, address, inside, each)

    def _origins(self, expression: Expression, bound: Bound) -> set[Origin]:
        return set(self._within(expression, bound))

    def _within(self, one: Any, bound: Bound) -> Iterator[Origin]:  # noqa: ANN401 - whatever an expression holds
        match one:
            case ["v", *_]:
                return
            case ["x", *_]:
                yield Origin.UNCLEAR
            case ["r", str(root), list(steps)]:
                yield from bound[root] if root in bound else self._reference(root, steps)
                yield from self._within([step for step in steps if step[0] == "i"], bound)
            case ["f", list(names), over, given, test, *_]:
                inside = {**bound, **dict.fromkeys(names, self._origins(over, bound))}
                yield from inside[names[0]]
                yield from self._within([*given, test], inside)
            case list():
                for part in one:
                    yield from self._within(part, bound)
            case _:
                return

    def _reference(self, root: str, steps: list[Any]) -> Iterator[Origin]:
        """Where what a reference names comes from."""
        names = [step[1] for step in steps[:2] if step[0] == "a"]
        match root:
            case "var" if self._inputs is None:
                yield Origin.ASKED
            case "var" if self._inputs is not None:
                given = self._inputs.get(names[0]) if names else None
                yield given.origin if given is not None else Origin.MODULE
            case "local" if names and names[0] in self._here.folder.locals:
                yield from self._followed(f"local.{names[0]}", self._here.folder.locals[names[0]], {})
            case _ if root in _NOWHERE:
                return
            case _:
                yield from self._of_resource(root, names)

    def _of_resource(self, root: str, names: list[str]) -> Iterator[Origin]:
        """What is set on the other resource comes from where that does; what the cloud tells of it is joined."""
        block = self._here.folder.resources.get(f"{root}.{names[0]}") if names else None
        if block is None or len(names) < 2 or names[1] not in block["a"]:
            yield Origin.JOINED
            return
        yield from self._followed(f"{root}.{'.'.join(names)}", block["a"][names[1]][0], self._bound(block))

    def _followed(self, name: str, expression: Expression, bound: Bound) -> Iterator[Origin]:
        if name in self._following:
            yield Origin.UNCLEAR
            return
        self._following.add(name)
        yield from self._origins(expression, bound)
        self._following.discard(name)


def _why(value: Value) -> str:
    return value.why if isinstance(value, Unknown) else "it is no number, list or map"
