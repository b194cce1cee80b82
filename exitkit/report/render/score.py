"""Write what a score found as plain text for a terminal: lines, what drives them, what would change them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exitkit.model.evidence import WEIGHED, Interval
from exitkit.model.finding import Finding
from exitkit.model.placement import Kept
from exitkit.model.report import Report
from exitkit.report.build import headline

_SHOWN = 6


def render(report: Report) -> str:
    """The answer in one line, then everything it rests on."""
    blocks = (_cost, _shares, _drivers, _outlooks, _unlocks, _alternatives, _gates, _findings)
    parts = ["\n".join(lines) for lines in (list(block(report)) for block in blocks) if lines]
    opening = f"{report.workload}, from {report.source} to {report.target}: {headline(report.cost)}"
    return "\n\n".join([opening, *parts])


def _cost(report: Report) -> Iterator[str]:
    cost = report.cost
    rows = [[line.name, *_ends(line.interval), line.unit, line.basis.value] for line in cost.lines]
    rows.append(["total", *_ends(cost.total), "EUR", ""])
    rows.append(["calendar", *_ends(cost.days), "days", ""])
    yield from columns([["line", "P10", "P50", "P90", "unit", "basis"], *rows])


def _ends(interval: Interval) -> tuple[str, ...]:
    return tuple(f"{value:,.0f}" for value in (interval.p10, interval.p50, interval.p90))


def _shares(report: Report) -> Iterator[str]:
    cost = report.cost
    shares = ", ".join(f"{basis.value} {cost.shares.get(basis, 0) * 100:.0f} %" for basis in WEIGHED)
    yield f"{shares} of the total; percentiles of lines do not add up"
    yield from (f"not counted: {one}" for one in cost.not_counted)
    yield from (f"stale price: {one}" for one in report.stale)


def _drivers(report: Report) -> Iterator[str]:
    moving = [one for one in report.cost.drivers if one.on_cost or one.on_days][:_SHOWN]
    if moving:
        yield "what drives it: rank correlation, and the outcome at P10 and P90 of this alone"
        rows = [
            [
                one.name,
                f"{one.on_cost:+.2f}",
                f"{one.cost.p10:,.0f} … {one.cost.p90:,.0f} EUR",
                f"{one.on_days:+.2f}",
                f"{one.days.p10:,.0f} … {one.days.p90:,.0f} days",
                one.basis.value,
            ]
            for one in moving
        ]
        yield from columns([["quantity", "cost", "", "days", "", "basis"], *rows])


def _outlooks(report: Report) -> Iterator[str]:
    if report.cost.outlooks:
        yield "scenarios: P50 and P90"
        yield from columns(
            [
                [
                    one.scenario,
                    f"from {one.begins}" if one.begins else "before 2027-01-12",
                    f"{one.total.p50:,.0f} EUR",
                    f"{one.total.p90:,.0f} EUR",
                    f"{one.days.p50:,.0f} days",
                    f"{one.days.p90:,.0f} days",
                    one.basis.value,
                ]
                for one in report.cost.outlooks
            ]
        )


def _unlocks(report: Report) -> Iterator[str]:
    if report.cost.unlocks:
        yield "what would make leaving easier, most days saved per day of work first"
    for one in report.cost.unlocks[:_SHOWN]:
        worth = f"; pays from a likelihood of {one.likelihood.value:.2f}" if one.likelihood else ""
        saves = f"minus {one.saves_days.value:.1f} days, costs {one.takes.value:.1f}{worth}"
        yield f"  {one.component}: {one.what}: {saves}"


def _alternatives(report: Report) -> Iterator[str]:
    if report.alternatives:
        yield "where else: a month there, getting there and leaving it again at P50"
        rows = [["place", "month", "there", "away", "", "lost"]]
        for one in report.alternatives:
            lost = one.outcomes.get(Kept.LOST)
            rows.append([
                f"{one.title}, {one.role}",
                f"{one.run_rate.value:,.0f} EUR" if one.run_rate else "no price known",
                f"{one.there.interval.p50:,.0f} EUR" if one.there else "-",
                f"{one.away.interval.p50:,.0f} EUR",
                f"{one.away_days.interval.p50:,.0f} days",
                f"{lost.value} capabilities" if lost else "-",
            ])  # fmt: skip
        yield from columns(rows)


def _gates(report: Report) -> Iterator[str]:
    if report.gates:
        yield "gates, never averaged"
        yield from columns([[one.name, one.verdict.value, one.why] for one in report.gates])


def _findings(report: Report) -> Iterator[str]:
    yield from (_finding(one) for one in report.findings)


def _finding(one: Finding) -> str:
    until = f"   accepted until {one.accepted.until}: {one.accepted.because}" if one.accepted else ""
    return f"{one.code}  {one.severity.value:<6}  {one.component:<10} {one.message}{until}"


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell, two spaces apart."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
