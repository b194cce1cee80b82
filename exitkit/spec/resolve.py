"""Follow the references between components, put each after the ones it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush

from exitkit.errors import Mistake, SpecError
from exitkit.model.workload import KINDS, Component, Workload
from exitkit.spec.document import Document, Draft
from exitkit.spec.nodes import Items, Scalar, Source, shorten
from exitkit.spec.words import aliases, did_you_mean

HINT = "`exitkit schema workload` prints everything a component may say"

REFERENCES = {"network": ("network",), "uses": ("bucket", "postgres")}
"""The fields that name another component, and the kinds it may be of."""


def resolve(document: Document) -> Workload:
    """The workload of a document. Raises SpecError with every mistake of the file, in its order."""
    drafts = {draft.name: draft for draft in document.drafts}
    order, circle = ordered({name: _needs(draft, drafts) for name, draft in drafts.items()})
    circles = [document.source.at(drafts[name].key, _round(circle)) for name in circle[:1]]
    between = [*_references(document, drafts), *_acceptances(document), *circles]
    mistakes = in_file_order(document.mistakes, document.doubts, between)
    if mistakes:
        raise SpecError(mistakes, hint=HINT)
    return Workload(
        name=document.name,
        components=tuple(_whole(drafts[name]) for name in order),
        objectives=document.objectives,
        accept=tuple(entry.suppression for entry in document.accept if entry.suppression is not None),
    )


def ordered(needs: Mapping[str, set[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names, each after the ones it needs and else as given; then those that wait for one another in a circle."""
    place = {name: index for index, name in enumerate(needs)}
    names = list(needs)
    missing = Counter({name: len(wanted) for name, wanted in needs.items()})
    wanted_by: dict[str, list[str]] = {name: [] for name in needs}
    for name, wanted in needs.items():
        for other in wanted:
            wanted_by[other].append(name)
    ready = [place[name] for name in needs if not missing[name]]
    order: list[str] = []
    while ready:
        name = names[heappop(ready)]
        order.append(name)
        for other in wanted_by[name]:
            missing[other] -= 1
            if not missing[other]:
                heappush(ready, place[other])
    return tuple(order), _circle({name: needs[name] for name in names if missing[name]})


def _circle(waiting: Mapping[str, set[str]]) -> tuple[str, ...]:
    """One circle among names of which each waits for another; its first name is the first given."""
    if not waiting:
        return ()
    trail: list[str] = []
    name = next(iter(waiting))
    while name not in trail:
        trail.append(name)
        name = min(waiting[name] & waiting.keys())
    circle = trail[trail.index(name) :]
    first = circle.index(next(name for name in waiting if name in circle))
    return (*circle[first:], *circle[:first])


def in_file_order(*stages: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Every mistake from the top of the file to its end; where an earlier stage found one, a later adds none."""
    found: dict[Mistake, None] = {}
    for stage in stages:
        before = {(mistake.line, mistake.column) for mistake in found}
        found |= {mistake: None for mistake in stage if (mistake.line, mistake.column) not in before}
    return tuple(sorted(found, key=lambda mistake: (mistake.line, mistake.column)))


def _named(draft: Draft) -> Iterator[tuple[str, Scalar]]:
    """Every reference a component makes, as (field, name), even where the component has mistakes."""
    if draft.kind is None or draft.fields is None:
        return
    for field in REFERENCES.keys() & set(aliases(KINDS[draft.kind])):
        node = draft.fields.values.get(field)
        for name in node.items if isinstance(node, Items) else [node]:
            if isinstance(name, Scalar) and isinstance(name.value, str):
                yield field, name


def _needs(draft: Draft, drafts: Mapping[str, Draft]) -> set[str]:
    targets = [(field, drafts.get(name.text)) for field, name in _named(draft)]
    return {target.name for field, target in targets if target is not None and target.kind in REFERENCES[field]}


def _references(document: Document, drafts: Mapping[str, Draft]) -> Iterator[Mistake]:
    for draft in document.drafts:
        for field, name in _named(draft):
            target, kinds = drafts.get(name.text), REFERENCES[field]
            if target is not None and (target.kind is None or target.kind in kinds):
                continue
            verb = "uses" if field == "uses" else f"needs {field}"
            why = "is not defined" if target is None else f"is a {target.kind}"
            message = f"{shorten(draft.name)} {verb} `{shorten(name.text)}`, which {why}"
            yield document.source.at(name, message, _meant(name.text, kinds, drafts))


def _meant(word: str, kinds: tuple[str, ...], drafts: Mapping[str, Draft]) -> str:
    candidates = [draft.name for draft in drafts.values() if draft.kind in kinds]
    near = did_you_mean(word, candidates)
    if near or len(candidates) == 1:
        return near or f"did you mean `{candidates[0]}`?"
    if candidates:
        return "there is " + ", ".join(f"`{shorten(name)}`" for name in candidates[:5])
    return f"there is no {' or '.join(kinds)} yet"


def _round(circle: tuple[str, ...]) -> str:
    return f"{' needs '.join((*circle, *circle[:1]))}, so none of them can come first"


def _acceptances(document: Document) -> Iterator[Mistake]:
    names = [draft.name for draft in document.drafts]
    for entry in document.accept:
        node = entry.fields.values.get("on")
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.text not in names:
            yield _unknown(node, names, document.source)


def _unknown(node: Scalar, names: list[str], source: Source) -> Mistake:
    return source.at(
        node, f"accept is on `{shorten(node.text)}`, which is not a component", did_you_mean(node.text, names)
    )


def _whole(draft: Draft) -> Component:
    if draft.component is None:
        raise AssertionError(f"{draft.name} has no component, and no mistake says why")
    return draft.component
