"""Check what an evidence bundle says, from nothing but the bundle: every figure is told again from the journal.

What it shows: the files are those of the seal, the journal is whole and in order, its figures are those of the
clients' and the copies' own records, and the report follows from them. What it cannot show: that the bundle was not
made up from start to end. Whoever needs that compares the seal with one that was published, or checks a signature.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from pydantic import ValidationError

from exitkit.model.base import Frozen
from exitkit.model.evidence import Evidence
from exitkit.model.journal import FIRST, Entry, Outcome, Seen, Setting
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.service import Service
from exitkit.model.plan import AnyStep, CopyDatabase, Plan, Probe, Verify
from exitkit.model.report import Report
from exitkit.rehearsal.clients import outages
from exitkit.rehearsal.measure import measure
from exitkit.report.build import build
from exitkit.report.bundle import INDEX, Bundle, Damaged, Index, Problem, differences
from exitkit.report.facts import Facts, sized
from exitkit.report.past import past
from exitkit.report.roles import strangers
from exitkit.report.trials import trials
from exitkit.report.versions import another, ours

PLAN, SETTING, JOURNAL = "plan.json", "setting.json", "journal.jsonl"
KNOWN, REPORT, WORKLOAD = "known.json", "report.json", "workload.json"
_SHOWN = 10
_ARRIVED = ("copied", "verified")
F = TypeVar("F", bound=Frozen)
_MOST_ENTRIES = 1_000_000
_LONGEST_START = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """What a bundle tells of one run, read and in order."""

    index: Index
    plan: Plan
    setting: Setting
    known: Facts
    journal: tuple[Entry, ...]


def read_index(bundle: Bundle) -> Index:
    """The index. Raises Damaged where there is none, it is another version's, or not written as exitkit writes it."""
    body = bundle.whole(INDEX)
    try:
        index = Index.model_validate_json(body)
        words = "" if body == index.canonical() + b"\n" else "is not written as exitkit writes it"
    except ValidationError as error:
        words = f"is no index that this version reads: {_first(error)}"
    if words:
        other = another(body)
        raise Damaged(of_another_version(other, f"{INDEX} {words}") if other else Problem(INDEX, words))
    return index


def of_another_version(other: str, differs: str) -> Problem:
    """A bundle of another exitkit in which something does not hold here: that version alone can tell what changed."""
    words = f"was sealed by another version ({other}; this is {ours()}), which tells it differently: {differs}"
    return Problem(f"{INDEX} versions", f"{words}; verify it with the version that sealed it")


def contents(bundle: Bundle, index: Index) -> Iterator[Problem]:
    """Everything about the contents that does not hold: plan, journal, records, report."""
    try:
        told = _told(bundle, index)
    except Damaged as error:
        yield error.problem
        return
    problems = [*strangers(bundle.names, told.plan.workload, (told.plan.source, told.plan.target))]
    problems += [*_named(told), *chain(told), *trials(told.plan, told.journal, JOURNAL)]
    yield from problems
    if problems:
        return
    yield from _records(bundle, told)
    yield from _report(bundle, told)


def _told(bundle: Bundle, index: Index) -> Told:
    plan = _read(bundle, PLAN, Plan)
    setting = _read(bundle, SETTING, Setting)
    known = _read(bundle, KNOWN, Facts)
    return Told(index, plan, setting, known, tuple(_entries(bundle)))


def _read(bundle: Bundle, name: str, kind: type[F]) -> F:
    body = bundle.whole(name)
    try:
        value = kind.model_validate_json(body)
    except ValidationError as error:
        raise Damaged(Problem(name, f"is not what it should be: {_first(error)}")) from error
    if body != value.canonical() + b"\n":
        raise Damaged(Problem(name, "is not written as exitkit writes it"))
    return value


def _entries(bundle: Bundle) -> Iterator[Entry]:
    for number, line in enumerate(bundle.lines(JOURNAL), start=1):
        place = f"{JOURNAL}:{number}"
        if number > _MOST_ENTRIES:
            raise Damaged(Problem(place, "there are more entries than a rehearsal writes"))
        try:
            entry = Entry.model_validate_json(line)
        except ValidationError as error:
            raise Damaged(Problem(place, f"is no entry: {_first(error)}")) from error
        if entry.canonical() != line:
            raise Damaged(Problem(place, "is not written as exitkit writes it"))
        yield entry


def _named(told: Told) -> Iterator[Problem]:
    """The names of things by their content."""
    if told.plan.digest != told.index.plan:
        yield Problem(PLAN, f"has digest {told.plan.digest[:16]}…; the index says {told.index.plan[:16]}…")
    if told.setting.exitkit != told.index.exitkit:
        yield Problem(SETTING, f"is of exitkit {told.setting.exitkit}; the index says {told.index.exitkit}")
    if told.journal and told.journal[0].at - told.setting.began > _LONGEST_START:
        yield Problem(SETTING, f"began at {told.setting.began}, more than a day before its first entry")
    if told.setting.run != told.index.run:
        yield Problem(SETTING, f"is of run {told.setting.run}; the index says {told.index.run}")
    if told.known.setting is not None or told.known.measurements is not None or told.known.trend:
        yield Problem(KNOWN, "holds measurements; they are only ever told from the journal")
    if (told.known.source, told.known.target) != (told.plan.source, told.plan.target):
        yield Problem(KNOWN, "is about other providers than the plan")


def chain(told: Told) -> Iterator[Problem]:
    """The journal's chain: every entry after the one it names, of this plan, at a time that does not go back."""
    previous, at = FIRST, told.setting.began
    steps = {step.id for step in (*told.plan.steps, *_returning(told.plan))}
    for number, entry in enumerate(told.journal, start=1):
        place = f"{JOURNAL}:{number}"
        if entry.seq != number - 1 or entry.previous != previous:
            yield Problem(place, "does not follow the entry before it: the chain is broken here")
            return
        if entry.plan != told.plan.digest:
            yield Problem(place, f"is of plan {entry.plan[:16]}…, not of {PLAN}")
        if entry.step not in steps:
            yield Problem(place, f"is about {entry.step}, which is no step of the plan")
        if entry.at < at:
            yield Problem(place, f"was written at {entry.at}, before what came before it: a clock was moved")
        previous, at = entry.digest, max(at, entry.at)
    if previous != told.index.journal or len(told.journal) != told.index.entries:
        words = f"ends after {len(told.journal)} entries at {previous[:16]}…"
        yield Problem(JOURNAL, f"{words}; the index says {told.index.entries} and {told.index.journal[:16]}…")


def _returning(plan: Plan) -> tuple[AnyStep, ...]:
    return (*plan.way_back(step.id for step in plan.steps), *plan.homecoming())


def _records(bundle: Bundle, told: Told) -> Iterator[Problem]:
    """The journal against the records that clients and copies kept themselves."""
    written = {service.name for service in told.plan.workload.of(Service) if service.canary is not None}
    looks_back = (step for step in (*told.plan.steps, *told.plan.homecoming()) if isinstance(step, Probe))
    probes = {step.id: step for step in looks_back if step.component in written}
    buckets = {one.name for one in told.plan.workload.of(Bucket)}
    looks = {step.id: step for step in told.plan.steps if isinstance(step, Verify) and step.component in buckets}
    copies = {step.id: step.component for step in told.plan.steps if isinstance(step, CopyDatabase)}
    ended = [(n, one) for n, one in enumerate(told.journal, start=1) if one.outcome is Outcome.OK]
    copied = {one.step: n for n, one in ended if one.step in copies}  # the last one wrote the records that are kept
    seen: dict[str, list[Seen]] = {}
    began: dict[str, datetime] = {}
    for number, entry in enumerate(told.journal, start=1):
        if entry.outcome is Outcome.STARTED:
            began[entry.step] = entry.at
        place = f"{JOURNAL}:{number}"
        try:
            if entry.outcome is Outcome.OK and entry.step in probes and entry.evidence:
                component = probes[entry.step].component
                if component not in seen:
                    seen[component] = _seen(bundle, f"clients-{component}.jsonl")
                yield from _clients(place, entry, seen[component], began.get(entry.step, entry.at))
            elif copied.get(entry.step) == number:
                yield from _rows(bundle, place, entry, f"rows-{copies[entry.step]}.jsonl")
            elif entry.outcome is Outcome.OK and entry.step in looks:
                yield from _objects(bundle, place, entry, f"objects-{looks[entry.step].component}.jsonl")
        except Damaged as error:
            yield error.problem


def _seen(bundle: Bundle, name: str) -> list[Seen]:
    found = []
    for number, line in enumerate(bundle.lines(name), start=1):
        try:
            found.append(Seen.model_validate_json(line))
        except ValidationError as error:
            raise Damaged(Problem(f"{name}:{number}", f"is no record of a client: {_first(error)}")) from error
    return found


def _clients(place: str, entry: Entry, seen: list[Seen], began: datetime) -> Iterator[Problem]:
    """What a probe says clients saw, against what they wrote down; some of it arrived while the probe read."""
    surely = [one for one in seen if (began - one.at).total_seconds() > float(one.seconds)]
    perhaps = [one for one in seen if one.at <= entry.at]
    counted = {"writes acknowledged": "written", "writes refused": "refused", "writes without answer": "no answer"}
    for what, outcome in counted.items():
        least, most = (sum(one.outcome == outcome for one in some) for some in (surely, perhaps))
        said = _value(entry.evidence, what)
        if said is not None and not least <= said <= most:
            yield Problem(place, f"says {said} {what}; the clients' own record gives {least} to {most}")
    said = _value(entry.evidence, "outage")
    if said is not None:
        longest = [max((gap.seconds for gap in outages(some)), default=Decimal(0)) for some in (surely, perhaps)]
        if not min(longest) <= said <= max(longest):
            yield Problem(place, f"says an outage of {said} s; the clients' own record gives {max(longest)} s")


def _objects(bundle: Bundle, place: str, entry: Entry, name: str) -> Iterator[Problem]:
    """What a comparison says was equal, against the manifest of the copies."""
    said = _value(entry.evidence, "objects equal")
    if said is None:
        return
    keys = set()
    for number, line in enumerate(bundle.lines(name), start=1):
        try:
            fact = json.loads(line)
            if fact.get("outcome", "copied") in _ARRIVED:
                keys.add(fact["key"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Damaged(Problem(f"{name}:{number}", "is no line of a manifest")) from error
    if said > len(keys):
        yield Problem(place, f"says {said} objects were equal; {name} knows only {len(keys)}")


def _rows(bundle: Bundle, place: str, entry: Entry, name: str) -> Iterator[Problem]:
    """How many rows a copy says it brought, against the record of each of them."""
    said = _value(entry.evidence, "rows copied")
    if said is None:
        return
    count, known = 0, set[tuple[str, str]]()
    for count, line in enumerate(bundle.lines(name), start=1):
        try:
            table, key, body = json.loads(line)
        except (ValueError, TypeError, RecursionError) as error:
            raise Damaged(Problem(f"{name}:{count}", "is no record of a row")) from error
        if not all(isinstance(part, str) for part in (table, key, body)):
            raise Damaged(Problem(f"{name}:{count}", "is no record of a row"))
        if (table, key) in known:
            yield Problem(f"{name}:{count}", "is the record of a row that is there already")
        known.add((table, key))
    if said != count:
        yield Problem(place, f"says {said} rows were copied; {name} holds {count}")


def _value(evidence: tuple[Evidence, ...], what: str) -> Decimal | None:
    return next((one.value for one in evidence if one.what == what), None)


def _report(bundle: Bundle, told: Told) -> Iterator[Problem]:
    """The report, built again from the plan, the journal and what else was known."""
    measured = measure(told.plan, told.setting.run, told.journal)
    if told.known.workload != sized(told.plan.workload, measured):
        yield Problem(KNOWN, "is about another workload than the plan")
        return
    if bundle.whole(WORKLOAD) != told.plan.workload.canonical() + b"\n":
        yield Problem(WORKLOAD, "is not the workload of the plan")
    digests = {"journal": told.index.journal, "plan": told.plan.digest}
    known = told.known.with_run(told.setting, measured, trend=(past(told.plan, measured, told.setting),), **digests)
    again = build(known)
    body = bundle.whole(REPORT)
    try:
        report = Report.model_validate_json(body)
    except ValidationError as error:
        yield Problem(REPORT, f"is no report that this version reads: {_first(error)}")
        return
    if body == again.canonical() + b"\n" and again.digest == told.index.report:
        return
    found = list(differences(report.model_dump(mode="json"), again.model_dump(mode="json")))
    for where, said, told_again in found[:_SHOWN]:
        yield Problem(f"{REPORT} {where}", f"says {_short(said)}; the journal and the facts give {_short(told_again)}")
    if not found:
        yield Problem(REPORT, "is not written as exitkit writes it, or is not the one in the index")


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 80 else text[:79] + "…"


def _first(error: ValidationError) -> str:
    one = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in one["loc"])
    return f"{where}: {one['msg']}" if where else one["msg"]
