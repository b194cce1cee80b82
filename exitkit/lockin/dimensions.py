"""D1 to D9 as far as there is anything to count: figures, how they are computed, and what is still needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from exitkit.lockin import formulas
from exitkit.lockin.counted import Counted, dimension, fact, steps_of
from exitkit.lockin.gravity import gravity
from exitkit.lockin.identity import identity
from exitkit.lockin.rewriting import rewriting
from exitkit.lockin.ties import keys, services
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import Dimension


def dimensions(known: Counted) -> tuple[Dimension, ...]:
    """Every dimension, in order."""
    return tuple(one(known) for one in _ALL)


def _network(known: Counted) -> Dimension:
    """How long names and partners take to follow: the longest of lead times and times to live."""
    figures = [
        fact(f"time to switch {one.component}", one.seconds, "s", Basis.MEASURED, f"journal:{one.id}")
        for one in steps_of(known.measured, "switch-traffic")
    ]
    missing = []
    for name, words in _LEADS.items():
        days = known.declared.days(name)
        if days is None:
            missing.append(f"{name} in exit.toml")
        else:
            figures.append(fact(words, days, "days", Basis.DECLARED, f"{known.declared.source}: {name}"))
    leads = {name: days for name in _LEADS if (days := known.declared.days(name)) is not None}
    lived, source = _ttl(known)
    if lived is not None:
        figures.append(fact("time names live in caches, at most", lived, "s", Basis.MEASURED, *source))
    if leads or lived is not None:
        partners = [float(leads["partners"])] if "partners" in leads else []
        longest = formulas.network_days(partners, float(leads.get("carrier", 0)), float(lived or 0))
        asked = tuple(f"{known.declared.source}: {name}" for name in leads)
        basis = Basis.DECLARED if leads else Basis.MEASURED
        figures.append(
            fact("until names and partners have followed, at least", longest, "days", basis, *asked, *source)
        )
    tied, ties = _tied(known)
    return dimension("D6", "network", [*figures, *tied], "max(partners, carrier, TTL)", [*ties, *missing])


_LEADS = {"partners": "longest lead time of a partner", "carrier": "lead time of the carrier"}
_TIED = ("endpoint", "arn", "region")


def _ttl(known: Counted) -> tuple[Decimal | None, tuple[str, ...]]:
    """The longest time to live that names had before a rehearsal lowered it, in seconds."""
    steps = steps_of(known.measured, "lower-ttl")
    found = [(one.value, f"journal:{step.id}") for step in steps for one in step.evidence if one.what == "TTL before"]
    return (max(value for value, _ in found), tuple(source for _, source in found)) if found else (None, ())


def _tied(known: Counted) -> tuple[list[Evidence], list[str]]:
    """Places in code and settings where the source's own names are written out, by kind."""
    seen = known.declared.observed
    if not seen.tied:
        return [], ["a scan of code and settings for addresses and regions of the source"]
    return [
        fact(f"{name}s of the source written out", Decimal(seen.tied.get(name, 0)), "places", Basis.MEASURED,
             seen.scanned_source)
        for name in _TIED
    ], []  # fmt: skip


def _skills(known: Counted) -> Dimension:
    """How many steps of a rehearsal went well at the first try, with a Wilson interval."""
    run = known.measured
    steps = [one for one in run.steps if not one.way_back and one.state != "not run"] if run else []
    figures = []
    if steps and run is not None:
        done = sum(one.state == "ok" and one.tries <= 1 for one in steps)
        low, high = formulas.wilson(done, len(steps))
        source = f"journal of {run.run}"
        figures.append(
            fact(
                "steps that went well at the first try",
                formulas.share(done, len(steps)),
                "share",
                Basis.MEASURED,
                source,
            )
        )
        figures.append(fact("the same, at least (95 %)", low, "share", Basis.MEASURED, source))
        figures.append(fact("the same, at most (95 %)", high, "share", Basis.MEASURED, source))
    return dimension(
        "D7",
        "skills",
        figures,
        "steps done without help / steps, Wilson interval",
        ["a rehearsal on real accounts by the own team, with its manual steps"],
    )


def _contract(known: Counted) -> Dimension:
    """What the contract charges for leaving and how long its clocks are: egress, parallel run, commitments, notice."""
    named = {line.name: line for line in known.cost.lines}
    figures = [
        fact(f"{name}, P50", named[name].interval.p50, "EUR", named[name].basis, *named[name].sources)
        for name in ("egress", "parallel run", "commitments")
        if name in named
    ]
    for name in ("notice", "transition"):
        days = known.declared.days(name)
        if days is not None:
            figures.append(fact(name, days, "days", Basis.DECLARED, f"{known.declared.source}: {name}"))
    missing = [
        f"{name} in exit.toml" for name in ("commitments", "notice", "transition") if known.declared.days(name) is None
    ]
    return dimension(
        "D8",
        "contract and egress",
        figures,
        "max(0, commitment left - usage) + penalty; egress by tier and rule",
        missing,
    )


def _law(known: Counted) -> Dimension:
    """Who stands behind each side, and which qualifications cover what is placed there; facts, never added up."""
    have, held = known.given.jurisdictions, known.given.qualifications
    listed = [(name, have[name]) for name in (known.source, known.target) if name in have]
    figures = [
        fact(
            f"qualifications of {name} that cover what is placed there",
            Decimal(sum(q.covers_placed for q in held if q.provider == name)),
            "qualifications",
            one.basis,
            *dict.fromkeys([one.source, *(q.source for q in held if q.provider == name)]),
        )
        for name, one in listed
    ]
    missing = [f"who stands behind {name}" for name in (known.source, known.target) if name not in have]
    return dimension(
        "D9",
        "jurisdiction",
        figures,
        "facts side by side, never added up",
        [*missing, "the provider's page under Article 28 of the Data Act"],
    )


@dataclass(frozen=True)
class Page:
    """What one dimension counts, and how: its function's docstring."""

    code: str
    name: str
    page: str


def pages() -> dict[str, Page]:
    """A page for each dimension, by code."""
    told = zip(_NAMES, _ALL, strict=True)
    return {f"D{place}": Page(f"D{place}", name, one.__doc__ or "") for place, (name, one) in enumerate(told, start=1)}


_NAMES = (
    "data gravity", "proprietary services", "rewriting infrastructure", "identity", "keys", "network", "skills",
    "contract and egress", "jurisdiction",
)  # fmt: skip
_ALL: tuple[Callable[[Counted], Dimension], ...]
_ALL = (gravity, services, rewriting, identity, keys, _network, _skills, _contract, _law)
