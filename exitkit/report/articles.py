"""Say article by article which artefact of a report answers, and whether it is there; and which prices are stale.

Citations and artefacts only: no qualification, no SEAL level and no legal opinion is ever computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from exitkit.lockin.assumptions import Given
from exitkit.lockin.declared import Declared
from exitkit.model.articles import Artefact, Covered, Requirement
from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.report import Past, Report

Status = Literal["given", "partly", "not given"]

STALE_DAYS = 90
"""Prices older than this are said to be."""

_READ = re.compile(r"\(read (\d{4}-\d{2}-\d{2})\)")


def compliance(report: Report, declared: Declared, given: Given) -> tuple[Requirement, ...]:
    """Every article, in the order of the facts."""
    return tuple(
        Requirement(
            article=one.name,
            asks=one.asks,
            artefact=one.artefact,
            status=_status(one.needs, report, declared),
            source=one.source,
        )
        for one in given.articles
    )


def stale(lines: Iterable[Evidence], today: date) -> tuple[str, ...]:
    """Prices that were read too long ago, each with its age."""
    found = []
    for line in lines:
        days = [date.fromisoformat(day) for source in line.sources for day in _READ.findall(source)]
        if days and (today - min(days)).days > STALE_DAYS:
            found.append(f"{line.what}: read {min(days)}, {(today - min(days)).days} days ago")
    return tuple(dict.fromkeys(found))


def pack(report: Report, declared: Declared, given: Given) -> tuple[Artefact, ...]:
    """The eleven artefacts, each with whether it is there."""
    return tuple(
        Artefact(
            code=one.code,
            name=one.name,
            files=one.files,
            answers=one.answers,
            status=_status(one.needs, report, declared),
        )
        for one in given.pack
    )


def coverage(trend: Sequence[Past], given: Given) -> tuple[Covered, ...]:
    """Every scenario that is asked for, with the newest rehearsal of its playbook."""
    found = []
    for one in given.asked:
        own = [past for past in trend if past.playbook == one.playbook]
        last = own[-1] if own else None
        found.append(
            Covered(
                name=one.name,
                article=one.article,
                asks=one.asks,
                playbook=one.playbook,
                run=last.run if last else None,
                on=last.on if last else None,
                verdict=last.verdict if last else Verdict.UNKNOWN,
                source=one.source,
            )
        )
    return tuple(found)


def _rehearsed(report: Report, playbook: str) -> Status:
    """A scenario is given where its own playbook went well, partly where it was rehearsed or only priced."""
    own = [one for one in report.coverage if one.playbook == playbook and one.run is not None]
    if any(one.verdict is Verdict.PASS for one in own):
        return "given"
    return "partly" if own or (playbook == "stressed" and report.cost.outlooks) else "not given"


def _status(needs: str, report: Report, declared: Declared) -> Status:
    run = report.measurements
    tried = sum(one.verdict is not Verdict.UNKNOWN for one in report.exercised)
    whole: Status = "given" if tried == len(report.exercised) else "partly"
    gates = {one.name: one.verdict for one in report.gates}
    missing = {one.code: one.missing for one in report.dimensions}
    observed = declared.observed
    given: dict[str, Status] = {
        "rehearsal": whole if run is not None else "not given",
        "objectives": _either(run is not None and bool(report.objectives), bool(report.objectives)),
        "integrity": _either(run is not None and run.integrity is Verdict.PASS),
        "cost": _either(bool(report.cost.lines)),
        "transition": _either(declared.days("transition") is not None, True),
        "mapping": _either(bool(report.losses)),
        "cold-rehearsal": _rehearsed(report, "cold-start"),
        "stressed-rehearsal": _rehearsed(report, "stressed"),
        "assumptions": _either(bool(report.cost.drivers)),
        "egress": _either(bool(report.cost.egress), True),
        "supplied": _either(False, run is not None or bool(report.losses)),
        "keys": _either(
            bool(declared.keys) and gates.get("keys") is Verdict.PASS,
            bool(declared.keys or observed.key_off) or gates.get("keys") in (Verdict.PASS, Verdict.FAIL),
        ),
        "inventory": _either(bool(observed.scanned), True),
        "target": _either(False, run is not None),
        "clauses": _either(bool(declared.clauses)),
        "jurisdiction": _either(
            not any(words.startswith("who stands behind") for words in missing.get("D9", ())), True
        ),
        "register": _either(False, True),
    }
    return given.get(needs, "not given")


def _either(whole: bool, part: bool = False) -> Status:
    return "given" if whole else "partly" if part else "not given"
