"""From the blocks of a tree to its resources: modules are followed, nothing is run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from posixpath import normpath
from typing import Any

from exitkit.scan.attributes import tell_attributes
from exitkit.scan.evaluate import Budget, Unknown, references
from exitkit.scan.instance import Folder, Instance
from exitkit.scan.limits import MOST_MODULES, MOST_RESOURCES
from exitkit.scan.readers import hcl
from exitkit.scan.readers.expressions import BlockRead
from exitkit.scan.seen import KEPT, KEPT_OF_SOURCE, Called, Gap, Seen, Told
from exitkit.scan.text import shown


def folders(reads: Mapping[str, Mapping[str, Any]]) -> dict[str, Folder]:
    """The Terraform of each folder, from what was read of its files, in order of path."""
    found: dict[str, Folder] = {}
    for path, read in sorted(reads.items()):
        place = path.rpartition("/")[0]
        folder = found.setdefault(place, Folder(place))
        for block in read.get("blocks", ()):
            folder.add(path, block)
        folder.given.update(read.get("values", {}))
    return found


def generated(tree: Mapping[str, str]) -> dict[str, Folder]:
    """The folders of a tree that exitkit generates, without its tests. Raises MissingExtra without a reader."""
    reads = {path: _blocks(text) for path, text in tree.items() if path.endswith(".tf")}
    return folders({path: read for path, read in reads.items() if "/tests/" not in f"/{path}"})


@lru_cache(maxsize=256)
def _blocks(text: str) -> Mapping[str, Any]:
    """What a file says; the same modules are in many trees."""
    return hcl.read(text.encode())


Installed = Mapping[str, Mapping[str, str]]
"""By the path of a root, the folders of the modules it calls, by the names of the calls."""


def tell(tree: Mapping[str, Folder], stores: Collection[str], installed: Installed) -> Told:
    """Every resource of the tree, module by module; `stores` are further attributes to keep."""
    told = Told()
    walker = _Walker(tree, told, sorted({*KEPT, *KEPT_OF_SOURCE, *stores}), installed)
    called = {target for folder in tree.values() for _, target in _local_calls(folder) if target in tree}
    called |= {place for places in installed.values() for place in places.values()}
    for path in sorted(tree):
        if tree[path].blocks and path not in called:
            walker.root(tree[path])
    # Folders that only call one another are reached from nowhere: the first of each ring stands for a root.
    for path in sorted(tree):
        if tree[path].blocks and path not in walker.reached and "/.terraform/" not in f"/{path}/":
            walker.root(tree[path])
    return told


def _local_calls(folder: Folder) -> Iterator[tuple[BlockRead, str | None]]:
    for _, block in folder.blocks:
        if block["t"] == "module":
            yield block, _target(folder.path, _source(block))


def _source(block: BlockRead) -> str:
    said = block["a"].get("source")
    return said[0][1] if said and said[0][0] == "v" and isinstance(said[0][1], str) else ""


def _target(path: str, source: str) -> str | None:
    """The folder a local source leads to; None where it leads elsewhere, or out of the tree."""
    if not source.startswith(("./", "../")):
        return None
    there = normpath(f"{path}/{source}" if path else source)
    return None if there.startswith(("..", "/")) else there.removeprefix(".")


class _Walker:
    def __init__(self, tree: Mapping[str, Folder], told: Told, kept: list[str], installed: Installed) -> None:
        self._tree, self._told, self._kept, self._installed = tree, told, kept, installed
        self._left = MOST_MODULES
        self._full = False
        self._root = ""
        self.reached: set[str] = set()

    def root(self, folder: Folder) -> None:
        budget = Budget()
        self._root = folder.path
        top = Instance(folder, prefix="", given={}, providers={}, budget=budget, is_root=True)
        self._enter(top, 1, (folder.path,), budget)
        if budget.left < 0:
            file = folder.blocks[0][0]
            self._gap(Gap("values", file, 1, "there is too much to work out; what was left over is unknown"))

    def _gap(self, gap: Gap) -> None:
        self._told.gaps.append(gap)

    def _enter(self, here: Instance, times: int | None, ring: tuple[str, ...], budget: Budget) -> None:
        """The modules called from here first, so that their outputs can be asked for; then the resources."""
        self.reached.add(here.folder.path)
        for file, block in here.folder.blocks:
            if block["t"] == "module" and len(block["l"]) == 1:
                self._module(here, file, block, times, ring, budget)
        for file, block in here.folder.blocks:
            if block["t"] == "resource" and len(block["l"]) == 2:
                self._resource(here, file, block, times)
            elif block["t"] == "terraform" and here.is_root:
                self._told.backends += [
                    (shown(one["l"][0] if one["l"] else one["t"], 40), file, one["at"][0])
                    for one in block["b"]
                    if one["t"] in {"backend", "cloud"}
                ]

    def _module(
        self, here: Instance, file: str, block: BlockRead, times: int | None, ring: tuple[str, ...], budget: Budget
    ) -> None:
        name, source = block["l"][0], _source(block)
        prefix = f"{here.prefix}module.{name}."
        target = self._found(here, name, source)
        what, line = f"module {shown(name, 60)}", block["at"][0]
        given = {one: here.value(said[0]) for one, said in block["a"].items() if one not in _META}
        one = Called(prefix[:-1], source, file, block["at"], given, _named(here, block), self._root, target)
        count, _ = _instances(here, block)
        one.instances, one.parts = _times(times, count), _parts(here, block)
        self._told.called.append(one)
        if target is None or target not in self._tree:
            why = "leads out of the folder" if source.startswith("..") else "is not in the folder"
            self._gap(Gap(what, file, line, f"its source `{shown(source, 80) or 'unknown'}` {why}", resources=True))
            return
        if target in ring:
            self._gap(Gap(what, file, line, f"modules that call one another in a ring: {' → '.join((*ring, target))}"))
            return
        self._left -= 1
        if self._left < 0 or len(ring) > 40:
            if not self._full:
                why = f"there are more than {MOST_MODULES:,} module calls; those from here on are not followed"
                self._gap(Gap(what, file, line, why, resources=True))
            self._full = True
            return
        child = Instance(
            self._tree[target],
            prefix=prefix,
            given=given,
            providers=_passed(here, block),
            budget=budget,
            is_root=False,
        )
        here.children[name] = child
        self._enter(child, one.instances, (*ring, target), budget)

    def _found(self, here: Instance, name: str, source: str) -> str | None:
        """The folder of a module: where its source says, or where the manifest of the root says it was put."""
        target = _target(here.folder.path, source)
        if target in self._tree:
            return target
        calls = f"{here.prefix}module.{name}".removeprefix("module.").replace(".module.", ".")
        return self._installed.get(self._root, {}).get(calls, target)

    def _resource(self, here: Instance, file: str, block: BlockRead, times: int | None) -> None:
        if len(self._told.seen) >= MOST_RESOURCES:
            if not self._full:
                self._gap(Gap("resources", file, block["at"][0], f"more than {MOST_RESOURCES:,}", resources=True))
            self._full = True
            return
        kind, name = (shown(label, 100) for label in block["l"])
        seen = Seen(f"{here.prefix}{kind}.{name}", kind, "terraform", file, block["at"], folder=self._root)
        count, why = _instances(here, block)
        seen.instances = _times(times, count)
        if seen.instances is None:
            seen.unclear.append(
                f"how many: {why}" if why else "how many: its module is called an unknown number of times"
            )
        tell_attributes(here, block, seen, self._kept)
        self._region(here, block, seen)
        self._told.seen.append(seen)

    def _region(self, here: Instance, block: BlockRead, seen: Seen) -> None:
        said = seen.attributes.get("region") or seen.attributes.get("location")
        chosen = block["a"].get("provider")
        name = ".".join([chosen[0][1], *(step[1] for step in chosen[0][2])]) if chosen and chosen[0][0] == "r" else ""
        wanted = name or seen.type.partition("_")[0]
        seen.region = said if isinstance(said, str) else here.providers.get(wanted)
        if seen.region is None and wanted in here.providers and wanted.partition(".")[0] in _WITH_REGIONS:
            seen.unclear.append(f"where: the region of provider `{shown(wanted, 60)}` is not known")


_WITH_REGIONS = frozenset(
    {"aws", "awscc", "google", "google-beta", "openstack", "alicloud", "oci", "ibm", "huaweicloud"}
)
"""Providers that are set to a region; others say where a resource stands in the resource, or nowhere."""


def _named(here: Instance, block: BlockRead) -> dict[str, list[str]]:
    """What each argument of a module call names."""
    return {
        name: [f"{here.prefix}{one}" for one in references(said[0])]
        for name, said in block["a"].items()
        if name not in _META
    }


def _parts(here: Instance, block: BlockRead) -> dict[str, dict[str, list[str]]]:
    """What each value of an argument that is written as an object names."""
    return {
        name: {
            label: [f"{here.prefix}{found}" for found in references(value)]
            for key, value in said[0][1]
            if isinstance(label := here.value(key), str)
        }
        for name, said in block["a"].items()
        if name not in _META and said[0][0] == "o"
    }


_META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


def _passed(here: Instance, block: BlockRead) -> dict[str, str | None]:
    """The providers a module is handed: those it is given by name, and the plain ones of the one that calls it."""
    passed = {name: region for name, region in here.providers.items() if "." not in name}
    said = block["a"].get("providers")
    for key, value in said[0][1] if said and said[0][0] == "o" else ():
        inside, outside = _dotted(key), _dotted(value)
        if inside and outside:
            passed[inside] = here.providers.get(outside)
    return passed


def _dotted(expression: list[Any]) -> str:
    match expression:
        case ["v", str(name)]:
            return name
        case ["r", str(root), list(steps)]:
            return ".".join([root, *(step[1] for step in steps if step[0] == "a")])
        case _:
            return ""


def _instances(here: Instance, block: BlockRead) -> tuple[int | None, str]:
    """How many a block stands for, and why that is not known where it is not."""
    for name in ("count", "for_each"):
        said = block["a"].get(name)
        if said is None:
            continue
        value = here.value(said[0])
        if isinstance(value, Unknown):
            return None, value.why
        if name == "count" and isinstance(value, bool | int | float):
            return max(0, int(value)), ""
        if name == "for_each" and isinstance(value, list | dict):
            return len(value), ""
        return None, f"`{name}` is not what it should be"
    return 1, ""


def _times(one: int | None, other: int | None) -> int | None:
    if one == 0 or other == 0:
        return 0
    return None if one is None or other is None else min(one * other, 10**9)
