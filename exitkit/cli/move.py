"""The verbs that move objects: move objects, move verify, move diff, move measure."""

from __future__ import annotations

import gc
import json
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exitkit.cli import words
from exitkit.cli.console import console, table
from exitkit.cli.plain import Plain, PlainGroup
from exitkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from exitkit.transfer.copy import Tally
    from exitkit.transfer.verify import Compared

_From = Annotated[str, typer.Option("--from", help="The bucket to leave, such as s3://BUCKET?profile=NAME.")]
_To = Annotated[str, typer.Option("--to", help="Where to; swift://, lab-ovh:// and file:///DIR go as well.")]
_Journal = Annotated[Path | None, typer.Option("--journal", help="The journal; one for each pair, if left out.")]
_Tags = Annotated[bool, typer.Option("--tags", help="Tags too: two requests more for an object that has some.")]
_EVERY_SECONDS = 0.5
_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the root."""
    group = typer.Typer(
        name="move", cls=PlainGroup, help="Move objects from one bucket to another, and prove it.", no_args_is_help=True
    )
    for name, verb in (("objects", objects), ("verify", verify), ("diff", diff), ("measure", measure)):
        group.command(name, cls=Plain, epilog=words.EPILOG)(verb)
    app.add_typer(group, epilog=words.EPILOG)


class Moving:
    """Says how far a move is: objects, bytes, rate, time left."""

    def __init__(self) -> None:
        gc.set_threshold(50_000, 20, 100)  # what a move makes holds no cycles, and there is much of it
        from exitkit.transfer.rate import Rate

        self._rates = Rate(), Rate()
        self._next = 0.0
        self._todo, self._whole = (0, 0), False
        self._most = 0

    def found(self, todo: int, size: int, whole: bool) -> None:
        """So many are to be done, and bytes; with `whole` no more will come."""
        self._todo, self._whole = (todo, size), whole

    def progress(self, done: int, size: int) -> None:
        """So many are done."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _EVERY_SECONDS
        from exitkit.units import Bytes, human_count

        self._most = size = max(size, self._most)  # parts of an object that is sent anew count once
        for rate, counted in zip(self._rates, (done, size), strict=True):
            rate.add(now, counted)
        speed = f"{self._rates[0].now:,.0f}/s, {Bytes(round(self._rates[1].now))}/s"
        console.progress(f"{human_count(done)} objects, {Bytes(size)}, {speed}{self._left(done, size)}")

    def _left(self, done: int, size: int) -> str:
        if not self._whole:
            return ", still listing"
        from exitkit.transfer.rate import longer

        left = longer(
            *(rate.left(max(0, n - m)) for rate, n, m in zip(self._rates, self._todo, (done, size), strict=True))
        )
        return f", {_time(left[0])} to {_time(left[1])} left" if left is not None else ""


def _time(seconds: float) -> str:
    from exitkit.units import human_seconds

    return human_seconds(Decimal(str(round(seconds, 1))))


def objects(
    source: _From,
    target: _To,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the journal ends.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove what the origin no longer has.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over what is newer there.")] = False,
    tags: _Tags = False,
    retention: Annotated[bool, typer.Option("--retention", help="Object locks too.")] = False,
    writes: Annotated[float, typer.Option("--writes", min=0, help="Writes a second at most.")] = 0,
    reads: Annotated[float, typer.Option("--reads", min=0, help="Reads a second at most.")] = 0,
    versions: Annotated[bool, typer.Option("--versions", help="Every version, oldest first.")] = False,
    inventory: Annotated[Path | None, typer.Option("--inventory", help="An S3 Inventory for the listing.")] = None,
    cluster: Annotated[str, typer.Option("--cluster", help="A Dask scheduler, tcp://…, or local.")] = "",
    workers: Annotated[int, typer.Option("--workers", min=0, help="Workers of a local cluster.")] = 0,
    processes: Annotated[int, typer.Option("--processes", min=1, help="Processes here, each with its ranges.")] = 1,
    classes: Annotated[list[str] | None, typer.Option("--class", help="FROM=TO for a storage class; repeat.")] = None,
    journal: _Journal = None,
    form: words.Format = "table",
) -> None:
    """Copy every object that is not there yet, hashed while its bytes pass; nothing newer is written over."""
    from exitkit import api

    manner = api.Manner(
        prune, overwrite, tags, retention, writes, reads, versions, inventory, cluster, workers, processes,
        tuple(_class(said) for said in classes or ()),
    )  # fmt: skip
    moving, file = Moving(), journal or api.journal_of(source, target)
    try:
        tally = api.move_objects(
            source, target, manner=manner, journal=file, resume=resume, progress=moving.progress, found=moving.found
        )
    except KeyboardInterrupt:
        console.say("stopped; what the journal tells is at the target\n  resume      the same with --resume")
        raise
    console.answer(_as_json(tally) if form == "json" else _told(tally))
    for line in tally.refused[:_SHOWN]:
        console.say(f"  {line}")
    _must_converge(tally)
    raise typer.Exit(int(ExitCode.NO if tally.refusals else ExitCode.YES))


def _must_converge(tally: Tally) -> None:
    """What changes while a pass runs is less than a pass carries. Raises Refused, with both."""
    if not tally.changes:
        return
    from exitkit.transfer.churn import Churn
    from exitkit.units import Bytes

    churn = Churn(tally.changes, tally.carries)
    churn.passes_until(tally.bytes, 1)
    rates = f"{Bytes(round(tally.changes))} a second change, {Bytes(round(tally.carries))} are carried"
    near = "; a busier day would undo that" if churn.doubtful else ""
    console.say(f"churn: {rates}: a pass leaves {churn.ratio:.1%} of what the one before left{near}")


def _class(said: str) -> tuple[str, str]:
    """A storage class of the origin and what it becomes. Raises UsageError."""
    origin, sign, target = said.partition("=")
    if not (origin and sign and target):
        raise UsageError(f"`{said}` names no two storage classes", hint="such as --class STANDARD_IA=STANDARD")
    return origin, target


def _told(tally: Tally) -> str:
    from exitkit.units import Bytes, human_count

    speed = f"{tally.objects / tally.seconds:,.0f} a second" if tally.objects and tally.seconds else "nothing to do"
    lines = [
        f"copied         {human_count(tally.objects)} objects, {Bytes(tally.bytes)}, {_time(tally.seconds)}, {speed}",
        f"already there  {human_count(tally.skipped)}",
        f"removed        {human_count(tally.removed)}",
        f"refused        {human_count(tally.refusals)}",
    ]  # fmt: skip
    if tally.swept:
        lines.append(f"swept          {human_count(tally.swept)} uploads that an earlier pass did not end")
    return "\n".join(lines)


def _as_json(found: Tally | Compared) -> str:
    from dataclasses import asdict

    return json.dumps({"format_version": 1, **asdict(found)}, indent=2)


def verify(
    source: _From,
    target: _To,
    sample: Annotated[int | None, typer.Option("--sample", min=1, help="Read so many; list all.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the sample.")] = 0,
    manifest: Annotated[Path | None, typer.Option("--manifest", help="Write FILE.jsonl or FILE.parquet.")] = None,
    journal: _Journal = None,
    form: words.Format = "table",
) -> None:
    """Compare both sides again, by SHA-256: every object, or a sample with the bound it gives."""
    from exitkit import api
    from exitkit.units import Bytes, human_count

    file = journal or api.journal_of(source, target)
    found = api.verify_moved(
        source, target, manner=api.Manner(), journal=file, sample=sample, seed=seed, manifest=manifest,
        progress=Moving().progress,
    )  # fmt: skip
    first = "equal" if sample is None else "alike"
    lines = [
        f"{first}          {human_count(found.equal)} of {human_count(found.of)} objects, {Bytes(found.bytes)}",
        f"differing      {human_count(len(found.differing))}",
        f"read           {human_count(found.looked)}",
    ]
    if not found.differing and found.looked < found.of:
        lines.append(f"not read       at most {found.unseen:.3%} of all differ, with 95 % confidence")
    if found.left:
        lines.append(f"left over      {human_count(found.left)} parts of no object, {Bytes(found.left_bytes)}")
    console.answer(_as_json(found) if form == "json" else "\n".join(lines))
    for line in found.differing[:_SHOWN]:
        console.say(f"  {line}")
    raise typer.Exit(int(ExitCode.NO if found.differing else ExitCode.YES))


def diff(source: _From, target: _To, tags: _Tags = False, form: words.Format = "table") -> None:
    """What objects keep, attribute by attribute: equal, translated, degraded, lost, unknown."""
    from exitkit import api
    from exitkit.transfer.fidelity import Kept, rows

    found, alone = api.diff_moved(source, target, manner=api.Manner(tags=tags))
    if form == "json":
        counts = {name: {how.value: count[how] for how in Kept} for name, count in sorted(found.counts.items())}
        told = {
            "format_version": 1,
            "attributes": counts,
            "settings": {n: h.value for n, h in found.settings.items()},
            "differing": found.named,
            "on one side only": list(alone),
        }
        console.answer(json.dumps(told, indent=2))
    else:
        console.answer(table(rows(found), header=("attribute", *(how.value for how in Kept))))
        if found.settings:
            console.answer("\n" + table(((n, h.value) for n, h in found.settings.items()), header=("setting", "kept")))
        for line in [*found.named[:_SHOWN], *(f"{key}: on one side only" for key in alone[:_SHOWN])]:
            console.say(f"  {line}")
    raise typer.Exit(int(ExitCode.NO if found.worse or alone else ExitCode.YES))


def measure(
    source: _From,
    target: _To,
    writes: Annotated[float, typer.Option("--writes", min=0, help="Writes a second the target will allow.")] = 0,
    reads: Annotated[float, typer.Option("--reads", min=0, help="Reads a second the origin will allow.")] = 0,
    form: words.Format = "table",
) -> None:
    """Measure what moving costs between two empty buckets: made objects of three sizes, removed afterwards."""
    from exitkit import api

    told: Any = api.measure_moving(source, target, writes=writes, reads=reads, progress=console.progress)
    if form == "json":
        console.answer(json.dumps(told, indent=2))
        return
    whole = ("value", "low", "high")
    found = [(one["what"], *(_number(one[name]) for name in whole), one["unit"]) for one in told["numbers"]]
    console.answer(table(found, header=("what", "value", "from", "to", "unit")))
    counted, measured = ("objects up to bytes", "at once"), ("objects a second", "bytes a second")
    lines = [
        (*(str(one[name]) for name in counted), *(_number(one[name]) for name in measured)) for one in told["rates"]
    ]
    console.answer("\n" + table(lines, header=(*counted, *measured)))
    for what, most in told["limits"].items():
        console.answer(f"\nheld to {most:g} {what} a second: 1,000,000 objects take {_time(1e6 / most)} at least")
    if told["indicative"]:
        console.say("indicative: too few trials for an interval to be relied on")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}"
