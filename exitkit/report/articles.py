"""Say article by article which artefact of a report answers, and whether it is there; and which prices are stale.

Citations and artefacts only: no qualification, no SEAL level and no legal opinion is ever computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from exitkit.lockin.assumptions import Given
from exitkit.lockin.declared import Declared
from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.report import Report, Requirement

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


def _status(needs: str, report: Report, declared: Declared) -> Status:
    run = report.measurements
    tried = sum(one.verdict is not Verdict.UNKNOWN for one in report.exercised)
    whole: Status = "given" if tried == len(report.exercised) else "partly"
    given: dict[str, Status] = {
        "rehearsal": whole if run is not None else "not given",
        "objectives": "given"
        if run is not None and report.objectives
        else "partly"
        if report.objectives
        else "not given",
        "integrity": "given" if run is not None and run.integrity is Verdict.PASS else "not given",
        "cost": "given" if report.cost.lines else "not given",
        "transition": "given" if declared.days("transition") is not None else "partly",
        "mapping": "given" if report.losses else "not given",
        "scenarios": "partly" if report.cost.outlooks else "not given",
        "assumptions": "given" if report.cost.drivers else "not given",
        "egress": "given" if report.cost.egress else "partly",
        "supplied": "partly" if run is not None or report.losses else "not given",
        "keys": "partly" if declared.keys else "not given",
    }
    return given.get(needs, "not given")
