"""Follow the references between components, put each after the ones it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from pydantic import BaseModel

from exitkit.errors import Mistake, SpecError
from exitkit.model.kinds.base import models_in, refers_to
from exitkit.model.workload import KINDS, Component, Workload
from exitkit.spec.document import Document, Draft
from exitkit.spec.nodes import Fields, Items, Node, Scalar, Source, shorten
from exitkit.spec.words import did_you_mean

HINT = "`exitkit schema workload` prints everything a component may say"


@dataclass(frozen=True)
class Named:
    """A component named in a field of another: where, and the kinds it may be of."""

    field: str
    at: Scalar
    kinds: tuple[str, ...]


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
        mirror=document.mirror,
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


def _named(draft: Draft) -> Iterator[Named]:
    """Every reference a component makes, even where the component has mistakes."""
    if draft.kind is not None and draft.fields is not None:
        yield from _named_in(KINDS[draft.kind], draft.fields)


def _named_in(model: type[BaseModel], fields: Fields, within: str = "") -> Iterator[Named]:
    """What the fields of a model name, and what is named inside them."""
    for name, field in model.model_fields.items():
        word = field.alias or name
        node = fields.values.get(word)
        if node is None:
            continue
        if kinds := refers_to(field.json_schema_extra):
            for one in node.items if isinstance(node, Items) else [node]:
                if isinstance(one, Scalar) and isinstance(one.value, str):
                    yield Named(within or word, one, kinds)
        for inner in models_in(field.annotation):
            for part in _parts(node, inner):
                yield from _named_in(inner, part, within or word)


def _parts(node: Node, model: type[BaseModel]) -> Iterator[Fields]:
    """The pieces of a node that a model describes: the node itself, or each of those inside."""
    known = {field.alias or name for name, field in model.model_fields.items()}
    if isinstance(node, Fields) and (not node.values or node.values.keys() & known):
        yield node
    else:
        yield from (one for one in node.inside() if isinstance(one, Fields))


def _needs(draft: Draft, drafts: Mapping[str, Draft]) -> set[str]:
    targets = [(named.kinds, drafts.get(named.at.text)) for named in _named(draft)]
    return {target.name for kinds, target in targets if target is not None and target.kind in kinds}


def _references(document: Document, drafts: Mapping[str, Draft]) -> Iterator[Mistake]:
    for draft in document.drafts:
        wrong = list(_unresolved(draft, drafts, document.source))
        yield from wrong
        if not wrong:
            yield from _misfits(draft, drafts, document.source)


def _unresolved(draft: Draft, drafts: Mapping[str, Draft], source: Source) -> Iterator[Mistake]:
    for named in _named(draft):
        word, target = named.at.text, drafts.get(named.at.text)
        if target is not None and (target.kind is None or target.kind in named.kinds):
            continue
        verb = {"uses": "uses", "on": "watches", "records": "leads to"}.get(named.field, f"needs {named.field}")
        why = "is not defined" if target is None else f"is a {target.kind}"
        message = f"{shorten(draft.name)} {verb} `{shorten(word)}`, which {why}"
        yield source.at(named.at, message, _meant(word, named.kinds, drafts))


def _misfits(draft: Draft, drafts: Mapping[str, Draft], source: Source) -> Iterator[Mistake]:
    """What does not go together, once all that a component names is there and sound."""
    whole = {name: other.component for name, other in drafts.items() if other.component is not None}
    if draft.component is None or draft.fields is None or not set(draft.component.needs()) <= whole.keys():
        return
    for misfit in draft.component.misfits(whole.__getitem__):
        node = draft.fields.values.get(misfit.field, draft.key)
        yield source.at(node, f"{shorten(draft.name)}: {misfit.message}", misfit.suggestion)


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
