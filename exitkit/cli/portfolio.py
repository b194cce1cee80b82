"""The verb for those who have several exits to think of: portfolio."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exitkit.cli import words
from exitkit.cli.console import console, table

if TYPE_CHECKING:
    from exitkit.lockin.portfolio import Portfolio
    from exitkit.model.evidence import Evidence


def add_to(app: typer.Typer) -> None:
    """Add this verb to the root."""
    app.command(epilog=words.EPILOG)(portfolio)


def portfolio(
    file: Annotated[Path, typer.Argument(help="The portfolio's file: people, link, quota, and its exits.")] = Path(
        "portfolio.toml"
    ),
    form: words.Format = "table",
) -> None:
    """Look at several exits together: where they concentrate, and how many fit at once."""
    from exitkit.api.portfolio import portfolio_of

    found = portfolio_of(file)
    console.answer(found.model_dump_json(indent=2) if form == "json" else "\n\n".join(_blocks(found)))


def _blocks(found: Portfolio) -> Iterator[str]:
    rows = [
        [one.workload, one.source, one.target, f"{one.cost.p50:,.0f} EUR", f"{one.cost.p90:,.0f} EUR",
         f"{one.days.p50:,.0f}", f"{one.days.p90:,.0f}", one.basis.value]
        for one in found.exits
    ]  # fmt: skip
    yield table(rows, header=["workload", "from", "to", "cost P50", "P90", "days P50", "P90", "basis"])
    rows = [
        [one.when, one.by, one.name, _share(one.workloads), _share(one.spend), _share(one.data)]
        for one in found.concentrations
    ]
    yield table(rows, header=["when", "by", "name", "workloads", "spend", "data"])
    rows = [
        [one.resource, f"{one.there.value:,} {one.there.unit}", str(one.whichever), str(one.at_most), one.there.basis]
        for one in found.fits
    ]
    if rows:
        yield table(rows, header=["shared", "there is", "fit, whichever", "fit, at most", "basis"])
    yield "\n".join(_ending(found))


def _ending(found: Portfolio) -> Iterator[str]:
    if found.whichever is not None:
        yield f"{found.whichever} of {len(found.exits)} exits fit at once whichever they are; at most {found.at_most}"
    for fact in (found.people_days, found.link_days):
        if fact is not None:
            yield f"{fact.what}: {fact.value:,.1f} {fact.unit} ({fact.basis})"
    yield from (f"not known: {one}" for one in found.missing)


def _share(fact: Evidence | None) -> str:
    return "not known" if fact is None else f"{fact.value * 100:.0f} %, {fact.basis}"
