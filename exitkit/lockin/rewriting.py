"""D3: how much of the infrastructure the target takes over, and how much of it the description does not give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from exitkit.lockin import formulas
from exitkit.lockin.counted import CLASSES, Counted, dimension, fact
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.infrastructure import OVERRIDES, Infrastructure, Origin, Resource
from exitkit.model.placement import Loss
from exitkit.model.report import Dimension

_FORMULA = (
    "γ = covered / all; φ = resources there / resources covered; ρ = attributes not from the description / attributes"
)


def rewriting(known: Counted) -> Dimension:
    """How much of the infrastructure would be written again, from the generated trees or from plans of terraform.

    R are the resources of the source, counted by instance. One is covered (γ) where a claim of the source names its
    type for a capability of its component, and of the types that the target's claim names for that capability at
    least one is made there: in the same component, else anywhere. Fan-out φ is all resources of the target for each
    covered one. One to one is a resource for which exactly one type there stands, as many times, and whose
    capabilities are all kept (P1). What is not covered is the residue, by name: also what no claim names.

    ρ is the share of attributes at the target that the description does not give. An attribute is one argument of a
    resource, or of a block in it, that is set; a list or an object counts once, what a provider fills in not at all.
    It is given by the description where it depends on anything the workload says: a value, a name, which component
    uses which. It is not where it is a constant of a module, a size or plan in the target's own words, a setting for
    the target alone, or asked of whoever applies (region, project, certificates). What another resource tells, such
    as an id, follows from the tree: it is counted among all, and not among what the description does not give.

    Without a plan the text of the trees that exitkit generates is counted (computed): `count`, `for_each` and dynamic
    blocks as `main.tf` and the defaults of variables have them. With a plan of a side, that side is counted from it
    (measured); a plan does not tell what a local holds and leaves out dynamic blocks, so ρ is told as at least and at
    most, and ρ of the generated text stands beside it. Effort = Σ e(type) over the residue is in the cost, by
    capability.
    """
    here, there = known.made(known.source), known.made(known.target)
    figures: list[Evidence] = []
    residue: list[str] = []
    if here is not None and there is not None and here.resources:
        sides = _Sides(known, here, there)
        covered = [_Covered(one, sides) for one in here.resources]
        figures += _coverage(covered, here, there)
        residue = [one.left_over for one in covered if not one.by]
    if there is not None:
        figures += _attributes(there)
    if known.target in known.planned and (text := known.infrastructure.get(known.target)) is not None:
        figures += [one for one in _attributes(text, _BESIDE) if _RHO in one.what]
    return dimension("D3", "rewriting infrastructure", figures, _FORMULA, tuple(_missing(known)), residue)


@dataclass(frozen=True)
class _Sides:
    """Both sides, with what is looked up often; a plan may hold thousands of resources."""

    known: Counted
    here: Infrastructure
    there: Infrastructure

    @cached_property
    def names(self) -> frozenset[str]:
        """The components of the workload."""
        return frozenset(part.name for part in self.known.workload.components)

    @cached_property
    def rows(self) -> dict[str, list[Loss]]:
        """By type of the source, the capabilities that a claim names it for."""
        found: dict[str, list[Loss]] = {}
        for row in self.known.losses:
            for kind in row.source_resources:
                found.setdefault(kind, []).append(row)
        return found

    @cached_property
    def own(self) -> Counter[tuple[str, str]]:
        """How many instances of a type stand in a component of the source."""
        found: Counter[tuple[str, str]] = Counter()
        for one in self.here.resources:
            found[one.type, one.component] += one.instances
        return found

    @cached_property
    def made(self) -> dict[str, list[Resource]]:
        """By type, what is made at the target."""
        found: dict[str, list[Resource]] = {}
        for one in self.there.resources:
            found.setdefault(one.type, []).append(one)
        return found


@dataclass(frozen=True)
class _Covered:
    """One resource of the source, and what stands for it at the target."""

    one: Resource
    sides: _Sides

    @cached_property
    def rows(self) -> tuple[Loss, ...]:
        """The capabilities that it serves; of its component, or of any where it is in none."""
        listed, part = self.sides.rows.get(self.one.type, ()), self.one.component
        return tuple(row for row in listed if row.component == part or part not in self.sides.names)

    @cached_property
    def by(self) -> tuple[Resource, ...]:
        """What stands for it: in the same component, else anywhere in the tree."""
        found: dict[str, Resource] = {}
        for row in self.rows:
            alike = [one for kind in row.target_resources for one in self.sides.made.get(kind, ())]
            own = [one for one in alike if one.component == row.component]
            found.update((one.address, one) for one in own or alike)
        return tuple(found.values())

    @property
    def is_one_to_one(self) -> bool:
        """Whether one type there stands for it, as often as its own here, and all that it serves is kept."""
        if len({one.type for one in self.by}) != 1 or any(CLASSES.get(row.outcome) != "P1" for row in self.rows):
            return False
        return sum(one.instances for one in self.by) == self.sides.own[self.one.type, self.one.component]

    @property
    def left_over(self) -> str:
        """It by name, with the reason nothing stands for it."""
        known = self.sides.known
        lost = [f"{row.capability} is {row.outcome}" for row in self.rows if not row.target_resources]
        times = f" ({self.one.instances})" if self.one.instances > 1 else ""
        if not self.rows:
            return f"{self.one.address}{times}: no claim of {known.source} names it for what is needed"
        return f"{self.one.address}{times}: {', '.join(lost) or f'nothing for it is made at {known.target}'}"


def _coverage(covered: Sequence[_Covered], here: Infrastructure, there: Infrastructure) -> Iterator[Evidence]:
    """γ, φ, the one-to-one share and the residue: counts, and claims of what stands for what, which are declared."""
    basis = Basis.DECLARED
    sources = dict.fromkeys((here.source, there.source, covered[0].sides.known.claims))
    every = sum(one.one.instances for one in covered)
    with_one = sum(one.one.instances for one in covered if one.by)
    alike = sum(one.one.instances for one in covered if one.is_one_to_one)
    made = sum(one.instances for one in there.resources)
    left = dict.fromkeys(one.one.source for one in covered if not one.by)
    yield fact("resources at the source", Decimal(every), "resources", here.basis, here.source)
    yield fact("of them, with something at the target (γ)", formulas.share(with_one, every), "share", basis, *sources)
    yield fact("resources at the target", Decimal(made), "resources", there.basis, there.source)
    if with_one:
        fan = formulas.share(made, with_one)
        yield fact("resources at the target for each covered one (φ)", fan, "resources", basis, *sources)
    yield fact("resources with exactly one at the target, in class P1", formulas.share(alike, every), "share", basis,
               *sources)  # fmt: skip
    yield fact("resources left over, by name below", Decimal(every - with_one), "resources", basis,
               *(left or sources))  # fmt: skip


_TOLD = (
    ("of them, that follow from the description", (Origin.DESCRIBED,)),
    ("of them, that other resources of the tree tell", (Origin.JOINED,)),
    ("of them, constants of the target's modules", (Origin.MODULE,)),
    ("of them, sizes and plans in the target's own words", (Origin.CHOSEN,)),
    ("of them, asked of whoever applies", (Origin.ASKED,)),
    ("of them, said for the target alone", (Origin.OVERRIDE,)),
    ("of them, whose origin is unclear: by way of locals, or in dynamic blocks", (Origin.UNCLEAR,)),
)


_BESIDE = "beside it, in the text of the generated tree: "
_RHO = "attributes at the target that the description does not give (ρ)"


def _attributes(there: Infrastructure, before: str = "") -> Iterator[Evidence]:
    """How many attributes are set at the target, where they come from, and ρ; each with the places it is found."""
    every, own, unclear = there.count(), there.count(*OVERRIDES), there.count(Origin.UNCLEAR)
    if not every:
        return
    yield fact("attributes set at the target", Decimal(every), "attributes", there.basis, there.source)
    for what, origins in _TOLD:
        if count := there.count(*origins):
            yield fact(what, Decimal(count), "attributes", there.basis, *_places(there, origins))
    places = _places(there, OVERRIDES)
    least, most = formulas.share(own, every), formulas.share(own + unclear, every)
    told = f"{before}{_RHO}"
    if not unclear:
        yield fact(told, least, "share", there.basis, *places)
    else:
        yield fact(f"{told}, at least", least, "share", there.basis, *places)
        yield fact(f"{told}, at most", most, "share", there.basis, *_places(there, (*OVERRIDES, Origin.UNCLEAR)))


def _places(there: Infrastructure, origins: Sequence[Origin]) -> tuple[str, ...]:
    """Where such attributes are set, each place once."""
    found = dict.fromkeys(one.source for one in there.resources if any(one.attributes.get(each) for each in origins))
    return tuple(found) or (there.source,)


def _missing(known: Counted) -> Iterator[str]:
    for side in (known.source, known.target):
        found = known.made(side)
        option = f"--terraform-plan {side}=FILE"
        if found is None:
            yield f"a tree that is generated for {side}, and what reads it (exitkit[scan]), or {option}"
        elif found.basis is not Basis.MEASURED:
            yield f"terraform show -json of a plan for {side} ({option}): the text of its tree is counted"
        yield from (found.unclear if found is not None else ())
    there = known.made(known.target)
    if there is not None and (left := there.count(Origin.UNCLEAR)):
        yield f"what locals and dynamic blocks hold, which a plan does not tell: the origin of {left} attributes"
