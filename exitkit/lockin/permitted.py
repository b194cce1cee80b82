"""D4: put the same questions to the documents of both clouds: may this principal do that to this resource?

The rules are those of AWS for one account: an explicit deny wins, then an allow, and what nothing allows is denied,
provided that the documents are whole for it. A request is made over TLS and by the principal itself; a condition on
anything else cannot be evaluated, and makes the answer unknown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Literal

from exitkit.lockin.counted import Counted
from exitkit.model.base import Frozen
from exitkit.model.permission import Answer, Permissions, Permitted, Statement
from exitkit.model.workload import Workload

_REQUEST = {"aws:SecureTransport": "true"}


class Action(Frozen):
    """One action that is asked of a kind of component, and what says the same in the words of another cloud."""

    name: str
    kind: str
    on: Literal["whole", "inside"]
    same: tuple[str, ...] = ()
    source: str


@cache
def actions() -> tuple[Action, ...]:
    """Everything that is asked; a row for each."""
    text = files("exitkit.lockin.facts").joinpath("actions.toml").read_text(encoding="utf-8")
    return tuple(Action.model_validate(row) for row in tomllib.loads(text)["rows"])


@dataclass(frozen=True)
class Said:
    """What the documents of one cloud answer, why that is unknown, and the statements it rests on."""

    answer: Answer
    why: str = ""
    sources: tuple[str, ...] = ()


def permitted(known: Counted) -> tuple[Permitted, ...]:
    """Every question, with what both clouds answer; empty where one of them generates no documents."""
    here, there = known.permissions.get(known.source), known.permissions.get(known.target)
    return compare(known.workload, here, there) if here is not None and there is not None else ()


def compare(workload: Workload, here: Permissions, there: Permissions) -> tuple[Permitted, ...]:
    """The same for the documents of two clouds."""
    return tuple(_asked(one, here, there) for one in questions(workload, here, there))


def unanswered(known: Counted) -> tuple[Permitted, ...]:
    """Every question that no declared probe answers: what was observed outranks what documents say."""
    probed = {(one.principal, one.action, one.resource) for one in known.declared.observed.probes}
    return tuple(one for one in permitted(known) if (one.principal, one.action, one.resource) not in probed)


def kept(asked: Iterable[Permitted], here: Permissions, principals: Iterable[str]) -> tuple[int, int]:
    """How many statements of the source hold whole at the target, and how many there are; of components alone."""
    answers = {(one.principal, one.action, one.resource): one.target for one in asked}
    names = set(principals)
    rows = [one for one in here.statements if one.effect == "allow" and set(one.principals) <= names]
    whole = sum(
        all(answers.get((who, action, part)) == "allow" for who in one.principals for action, part in _pairs(one))
        for one in rows
    )
    return whole, len(rows)


def _asked(question: tuple[str, str, str], here: Permissions, there: Permissions) -> Permitted:
    principal, action, resource = question
    one, other = answer(here, *question), answer(there, *question)
    return Permitted(
        principal=principal,
        action=action,
        resource=resource,
        source=one.answer,
        target=other.answer,
        why="; ".join(dict.fromkeys(why for why in (one.why, other.why) if why)),
        said=tuple(dict.fromkeys((*one.sources, *other.sources))),
    )


def questions(workload: Workload, *both: Permissions) -> list[tuple[str, str, str]]:
    """What is asked: for each service with rights on either side, what is asked of each kind and what is stated."""
    names = {part.name: part.kind for part in workload.components}
    allows = [one for side in both for one in side.statements if one.effect == "allow"]
    principals = sorted({each for one in allows for each in one.principals if each in names})
    stated = [one for side in both for one in side.statements if _base(one.resources) & set(names)]
    found = {
        (who, action, resource)
        for action, resource in (*_listed(stated, names), *_stated(stated, names))
        for who in principals
    }
    outside = [one for one in allows if not set(one.principals) & {"*", "?", *names}]
    found |= {(who, action, part) for one in outside for who in one.principals for action, part in _pairs(one)}
    return sorted(found)


def _base(resources: Iterable[str]) -> set[str]:
    return {one.partition("/")[0].partition(":")[0] for one in resources}


def _listed(stated: list[Statement], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is asked of each kind, about each component and each part of one that a document names."""
    parts = {each.partition("/")[0] for one in stated for each in one.resources} | _base(
        each for one in stated for each in one.resources
    )
    for part in parts:
        kind = names.get(part.partition(":")[0])
        for row in actions():
            if row.kind == kind:
                yield row.name, part if row.on == "whole" else f"{part}/*"


def _stated(stated: list[Statement], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What documents state themselves, where no row asks it already."""
    kinds = {row.kind for row in actions()}
    for one in stated:
        own = one.effect == "allow" and set(one.principals) & set(names)
        for action, part in _pairs(one):
            kind = names.get(next(iter(_base((part,)))))
            if action in ("?", "*", "handed") or kind is None or not (own or kind in kinds):
                continue
            row = next((row for row in actions() if action == row.name or action in row.same), None)
            yield (row.name if row is not None and action in row.same else action), part


def _pairs(one: Statement) -> Iterator[tuple[str, str]]:
    return ((action, part) for action in one.actions for part in one.resources)


def answer(side: Permissions, principal: str, action: str, resource: str) -> Said:
    """What the documents of one cloud say to one question."""
    matching = [(one, _fits(one, principal, action, resource)) for one in side.statements]
    denies = [(one, sure) for one, sure in matching if one.effect == "deny" and sure is not False]
    allows = [(one, sure) for one, sure in matching if one.effect == "allow" and sure is not False]
    if sure := [one for one, fits in denies if fits]:
        return Said("deny", sources=_sources(sure))
    if not allows:
        return _unsaid(side, principal, action, resource)
    unsure = [one for one, fits in denies if not fits]
    if (sure := [one for one, fits in allows if fits]) and not unsure:
        return Said("allow", sources=_sources(sure))
    unclear = [*unsure, *(one for one, fits in allows if not fits)]
    return Said("unknown", _why(unclear[0]), _sources(unclear))


def _unsaid(side: Permissions, principal: str, action: str, resource: str) -> Said:
    """What nothing allows: denied where documents are whole, or where the principal holds nothing that opens it."""
    (name,) = _base((resource,))
    if "." in principal and not any(principal in one.principals for one in side.statements):
        return Said("deny")  # a service of the other cloud
    allows = [one for one in side.statements if one.effect == "allow" and not any(_known(each) for each in one.actions)]
    foreign = [one for one in allows if _matches(one.principals, principal) and _matches(one.resources, resource)]
    if foreign and not _known(action):
        return Said("unknown", f"{action} has no known equivalent among what is allowed", _sources(foreign))
    if "*" in side.decided or name in side.decided:
        return Said("deny")
    if name in side.holders and principal not in side.holders[name]:
        return Said("deny")
    return Said("unknown", f"no generated document says who may do what to {name}")


def _known(action: str) -> bool:
    return action == "handed" or any(_same(action, row.name) or action in row.same for row in actions())


def _fits(one: Statement, principal: str, action: str, resource: str) -> bool | None:
    """Whether a statement is about this, as it is asked; None where that cannot be told."""
    words = [action, *(word for row in actions() if row.name == action for word in row.same)]
    asked = (
        _matches(one.principals, principal),
        _either(_matches(one.actions, word, folded=True) for word in words),
        _matches(one.resources, resource),
        *(_holds(*condition) for condition in one.conditions),
    )
    if False in asked:
        return False
    return None if one.unclear or None in asked else True


def _matches(patterns: tuple[str, ...], text: str, *, folded: bool = False) -> bool | None:
    """Whether one of them covers it; None where only one that could not be worked out may."""
    given = [(one.lower(), text.lower()) if folded else (one, text) for one in patterns if one != "?"]
    if any(fnmatchcase(said, pattern) for pattern, said in given):
        return True
    return None if "?" in patterns else False


def _either(found: Iterable[bool | None]) -> bool | None:
    answers = set(found)
    return True if True in answers else None if None in answers else False


def _same(pattern: str, action: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())


def _holds(operator: str, key: str, values: tuple[str, ...]) -> bool | None:
    """Whether a condition holds for the request; None where nothing is known of what it looks at."""
    if key not in _REQUEST or operator not in ("Bool", "StringEquals"):
        return None
    return _REQUEST[key] in {value.lower() for value in values}


def _why(one: Statement) -> str:
    if one.unclear:
        return one.unclear
    unknown = [key for operator, key, values in one.conditions if _holds(operator, key, values) is None]
    return f"its condition on {unknown[0]} cannot be evaluated" if unknown else "part of it cannot be worked out"


def _sources(statements: Iterable[Statement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.source for one in statements))
