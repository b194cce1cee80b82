"""Read a portfolio's file, look at each of its exits, and at all of them together."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from exitkit.api import runs
from exitkit.api.describe import validate
from exitkit.api.infrastructure import plans_beside
from exitkit.api.judge import declared_beside, score
from exitkit.errors import UsageError, not_toml
from exitkit.lockin.assumptions import Assumption, given
from exitkit.lockin.jurisdictions import jurisdictions
from exitkit.lockin.portfolio import RESOURCES, Exit, Portfolio, portfolio
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import Report
from exitkit.model.workload import Workload
from exitkit.units import Bytes

_KNOWN = {"by", "on", "exits", *RESOURCES}
_UNITS = {"people": "people", "link": "B/s", "cpus": "processors", "memory": "B"}
_LIKE = 'by, on, people = 6, link = "100 MB" (a second), cpus = 64, memory = "256 GiB", [[exits]] workload, from, to'


def portfolio_of(file: Path) -> Portfolio:
    """What a portfolio's file comes to. Raises UsageError, naming the row, where it cannot be used."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read") from error
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(str(file), text, error) from error
    for name in table:
        if name not in _KNOWN:
            raise UsageError(f"{file}: there is no `{name}` in a portfolio", hint=_LIKE)
    by, on, rows = table.get("by"), table.get("on"), table.get("exits")
    if not isinstance(by, str) or not by.strip() or not isinstance(on, date):
        raise UsageError(
            f"{file}: who says so, and when?", hint='by = "a name", on = 2026-11-21, above everything else'
        )
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"{file}: a portfolio has [[exits]]", hint=_LIKE)
    source = f"{file.name} (declared by {by}, {on})"
    there = {name: _shared(file, name, table[name], source) for name in RESOURCES if name in table}
    assumed = given().named()
    exits = [_exit(file, number, row) for number, row in enumerate(rows, start=1)]
    names = [one.workload for one in exits]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"{file}: {twice} is in the portfolio twice")
    share = _middle(assumed["available"], "share of time people have", "share of time")
    return portfolio(exits, there=there, available=share, parties=jurisdictions())


def _shared(file: Path, name: str, value: object, source: str) -> Evidence:
    try:
        number = Decimal(int(Bytes.parse(value))) if isinstance(value, str) else Decimal(str(value))
    except (ValueError, ArithmeticError) as error:
        raise UsageError(f"{file}: {name} is no quantity", hint=_LIKE) from error
    if isinstance(value, bool) or not number.is_finite() or number < 0:
        raise UsageError(f"{file}: {name} is no quantity", hint=_LIKE)
    told = {"what": f"{name} that exits share", "unit": _UNITS[name], "basis": Basis.DECLARED}
    return Evidence(value=number, sources=(f"{source}: {name}",), **told)


def _exit(file: Path, number: int, row: Mapping[str, Any]) -> Exit:
    if not {"workload", "from", "to"} <= set(row) <= {"workload", "from", "to", "run"} or not all(
        isinstance(value, str) for value in row.values()
    ):
        raise UsageError(f"{file}: exit {number} needs workload, from and to, and may have run", hint=_LIKE)
    spec = file.parent / row["workload"]
    workload = validate(spec)
    run = runs.find(str(file.parent / row["run"])) if "run" in row else None
    if run is not None and (run.plan.source, run.plan.target) != (row["from"], row["to"]):
        raise UsageError(f"{file}: run {run.name} of exit {number} went from {run.plan.source} to {run.plan.target}")
    said = declared_beside(spec.parent)
    plans = plans_beside(said, spec.parent)
    report = score(workload, source=row["from"], target=row["to"], run=run, said=said, plans=plans)
    stay = next(one for one in report.alternatives if one.role == "stay")
    effort = next(line for line in report.cost.lines if line.name == "effort")
    return Exit(
        workload=workload.name,
        source=row["from"],
        target=row["to"],
        spend=None if stay.unpriced else stay.run_rate,
        data=_data(report),
        effort=Evidence(
            what=f"effort of {workload.name}, P50",
            value=effort.interval.p50,
            unit="person-days",
            basis=effort.basis,
            sources=effort.sources,
        ),
        cost=report.cost.total,
        days=report.cost.days,
        basis=max((line.basis for line in report.cost.lines), key=lambda one: one.rank),
        needs=_needs(workload),
    )


def _data(report: Report) -> Evidence | None:
    gravity = next(one for one in report.dimensions if one.code == "D1")
    return next((fact for fact in gravity.figures if fact.what == "data to take along"), None)


def _needs(workload: Workload) -> dict[str, Evidence]:
    """People and link as they are assumed for one exit; processors and memory as the workload declares them."""
    assumed = given().named()
    shapes = [shape for part in workload.components if (shape := part.shape()) is not None]
    source = f"spec:{workload.name}: cpus and memory of its machines, databases and caches"
    cpus, memory = sum(one.cpus * one.count for one in shapes), sum(int(one.memory) * one.count for one in shapes)
    return {
        "people": _middle(assumed["team"], "people an exit takes", "people"),
        "link": _middle(assumed["speed"], "bytes a second a copy takes", "B/s"),
        "cpus": _one("processors at the target", Decimal(cpus), "processors", Basis.DECLARED, source),
        "memory": _one("memory at the target", Decimal(memory), "B", Basis.DECLARED, source),
    }


def _middle(one: Assumption, what: str, unit: str) -> Evidence:
    return _one(what, one.mode, unit, one.basis, one.source)


def _one(what: str, value: Decimal, unit: str, basis: Basis, source: str) -> Evidence:
    return Evidence(what=what, value=value, unit=unit, basis=basis, sources=(source,))
