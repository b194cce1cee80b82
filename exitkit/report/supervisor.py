"""Draft answers for supervisors: the register of information.

Drafts only: a named person accepts them. No qualification, no SEAL level and no legal opinion is ever computed.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from exitkit.errors import UsageError, not_toml
from exitkit.lockin.declared import Declared
from exitkit.model.evidence import Verdict
from exitkit.model.placement import Kept
from exitkit.model.report import Report

Codes = Mapping[str, Mapping[str, str]]

_IN_HOURS = "in hours; 1 below one, 0 undefined"
_SUBSTITUTABLE = {4: "easily substitutable", 3: "medium complexity", 2: "highly complex", 1: "not substitutable"}


@dataclass(frozen=True)
class Answer:
    """One field of the register: its code, what it asks, the draft, how it was derived, and from what."""

    code: str
    field: str
    value: str
    rule: str
    basis: str


def codes(text: str | None = None) -> Codes:
    """The columns of the register; somebody's own map stands in for the shipped one. Raises UsageError."""
    shipped = _toml("register.toml")
    if text is None:
        return {name: row for name, row in shipped.items() if name != "source"}
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise not_toml("the map of codes", text, error) from error
    for name, row in own.items():
        unknown = set(row) - set(shipped.get(name, {})) if isinstance(row, dict) else {name}
        if unknown:
            raise UsageError(f"the map of codes has `{sorted(unknown)[0]}`, which is no field of {name}")
    return {name: {**shipped[name], **own.get(name, {})} for name in shipped if name != "source"}


def register(report: Report, declared: Declared, using: Codes | None = None) -> tuple[Answer, ...]:
    """Draft rows of B_07.01.0010 to 0120 and of B_06.01; what only the entity knows is left for it to fill in."""
    columns = using or codes()
    said = declared.answers

    def answer(table: str, field: str, value: str, rule: str, basis: str) -> Answer:
        return Answer(columns[table][field], field, value, rule, basis)

    def own(table: str, field: str) -> Answer:
        basis = declared.source if field in said else "to be filled in"
        return answer(table, field, said.get(field, ""), "declared in exit.toml, [register]", basis)

    level, why = substitutability(report, declared)
    plan = "1 yes" if report.measurements is not None else "2 no"
    other = report.target_title if report.verdict is not Verdict.FAIL and report.measurements is not None else ""
    days, known = report.rehearsed_on, "1 yes" if other else "7 assessment not performed"
    return (
        *(own("B_07_01", field) for field in ("contract", "provider", "provider-kind", "service")),
        answer("B_07_01", "substitutability", f"{level} {_SUBSTITUTABLE[level]}", why, "derived"),
        answer("B_07_01", "reason", _reason(report), "P4 capabilities, gates, days", "derived"),
        own("B_07_01", "last-audit"),
        answer("B_07_01", "exit-plan", plan, f"rehearsed {days}" if days else "no rehearsal", _basis(report)),
        own("B_07_01", "reintegration"),
        own("B_07_01", "impact"),
        answer("B_07_01", "alternatives", known, "rehearsed there", _basis(report)),
        answer("B_07_01", "which", other, "the target that was rehearsed", _basis(report)),
        own("B_06_01", "function"),
        answer("B_06_01", "rto", _hours(report, "outage"), f"objective outage, {_IN_HOURS}", "declared"),
        answer("B_06_01", "rpo", _hours(report, "data loss"), f"objective data-loss, {_IN_HOURS}", "declared"),
        own("B_06_01", "impact"),
    )  # fmt: skip


def substitutability(report: Report, declared: Declared) -> tuple[int, str]:
    """The draft of B_07.01.0050, and the rule that gave it: a rule of exitkit, printed so that it can be changed."""
    transition = declared.days("transition")
    days = report.cost.days.p90
    lost = [one for one in report.losses if one.outcome is Kept.LOST]
    red = [one.name for one in report.gates if one.verdict is Verdict.FAIL]
    green = all(one.verdict is Verdict.PASS for one in report.gates)
    late = transition is None or days > transition
    if lost and report.verdict is Verdict.FAIL:
        return 1, f"{len(lost)} capabilities have no equivalent, and the rehearsal failed"
    if late or lost or red:
        limit = f"transition period of {transition} days" if transition is not None else "no declared transition period"
        return 2, f"P90 of {days:.0f} days against {limit}; P4: {len(lost)}; gates failed: {', '.join(red) or 'none'}"
    recent = report.rehearsed_on is not None and (report.as_of - report.rehearsed_on).days <= 365
    if recent and green:
        return 4, "rehearsed within a year, every gate passed, within the transition period, no P4"
    return 3, "planned and validated, within the transition period, no P4; not every gate was shown"


def as_csv(answers: tuple[Answer, ...]) -> str:
    """The draft as a CSV file, one field per line; a value that a spreadsheet would compute is told as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("code", "field", "draft", "rule", "basis", "accepted by", "on"))
    for one in answers:
        writer.writerow((*map(_safe, (one.code, one.field, one.value, one.rule, one.basis)), "", ""))
    return out.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _hours(report: Report, name: str) -> str:
    """An objective in whole hours; the instructions ask for 1 below one hour, and 0 where it is undefined."""
    met = next((one for one in report.objectives if one.name == name), None)
    seconds = _seconds(met.objective) if met is not None else None
    return "0" if seconds is None else str(max(1, int((seconds + 3599) // 3600)))


def _seconds(objective: str) -> Decimal | None:
    from exitkit.units import Duration

    try:
        return Decimal(int(Duration.parse(objective.removeprefix("at most "))))
    except ValueError:
        return None


def _reason(report: Report) -> str:
    lost = [f"{one.component} {one.capability}" for one in report.losses if one.outcome is Kept.LOST]
    return f"no equivalent: {', '.join(lost)}" if lost else ""


def _basis(report: Report) -> str:
    return f"run {report.measurements.run}" if report.measurements is not None else "no rehearsal"


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("exitkit.lockin.facts").joinpath(name).read_text(encoding="utf-8"))
