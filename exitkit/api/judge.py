"""Score an exit, and report on it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from exitkit import __version__, registry
from exitkit.api.infrastructure import infrastructure_of, plans_beside, with_plans
from exitkit.api.past import trend
from exitkit.api.placed import tree_of
from exitkit.api.runs import Run
from exitkit.api.scanned import read_inventory
from exitkit.errors import ExitkitError, MissingExtra, Unsupported, UsageError
from exitkit.lockin import declared, rates
from exitkit.lockin.alternatives import Option
from exitkit.lockin.assumptions import Assumption
from exitkit.lockin.declared import Declared
from exitkit.lockin.jurisdictions import jurisdictions
from exitkit.model.bill import Bill
from exitkit.model.inventory import TieKind
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.permission import Permissions
from exitkit.model.report import Report
from exitkit.model.workload import Workload
from exitkit.placing import losses
from exitkit.ports import Provider
from exitkit.rehearsal.measure import measure
from exitkit.rehearsal.since import changed
from exitkit.report.build import build
from exitkit.report.facts import Facts, sized
from exitkit.scan.permissions import permissions
from exitkit.spec.load import lines, load
from exitkit.units import Bytes

_NO_SIZE = Bill(unpriced=("egress: no size is declared or measured",))


def report_of(run: Run, *, as_of: date | None = None, before: Sequence[Run] = ()) -> Report:
    """The report of a run, rebuilt from its files alone; the same files and the same day give the same report.

    `before` are rehearsals to see it beside: they give the trend, the predictions and the scenarios that were covered.
    Of those of the same plan the worst is what objectives are held against.
    """
    return build(facts_of(run, as_of=as_of, before=before))


def _changed(run: Run) -> tuple[str, ...] | None:
    """What is other in the workload's file than what was rehearsed; None where there is none that can be read."""
    file = run.workload_folder / Path(run.plan.spec).name
    try:
        return changed(run.plan.workload, load(file, providers=registry.names()))
    except ExitkitError:
        return None


def facts_of(run: Run, *, as_of: date | None = None, before: Sequence[Run] = ()) -> Facts:
    """What a run's report is built from."""
    for one in before:
        if one.plan.workload.name != run.plan.workload.name:
            names = f"run {one.name} is of {one.plan.workload.name}, run {run.name} of {run.plan.workload.name}"
            raise UsageError(names, hint="a report is about one workload; exitkit portfolio sees several")
    measured = measure(run.plan, run.name, run.journal)
    ended = measured.ended.date() if measured.ended is not None else run.setting.began.date()
    workload, said = sized(run.plan.workload, measured), declared_beside(run.workload_folder)
    known = known_of(workload, run.plan.source, run.plan.target, as_of or ended, said)
    known = with_plans(known, plans_beside(said, run.workload_folder))
    if measured.bytes_copied is not None:
        declared_size = sum(int(getattr(part, "size", None) or 0) for part in run.plan.workload.components)
        leaving = Bytes(max(int(measured.bytes_copied.value), declared_size))
        known = known.model_copy(update={"egress": registry.get(run.plan.source).egress(leaving)})
    same = [one for one in before if one.plan.digest == run.plan.digest]
    others = tuple(measure(one.plan, one.name, one.journal) for one in same)
    known = known.model_copy(update={"others": others, "changed": _changed(run)})
    digests = {"journal": run.journal_digest, "plan": run.plan.digest}
    return known.with_run(run.setting, measured, trend=trend((*before, run)), **digests)


@dataclass(frozen=True)
class Lines:
    """The file a workload is written in, and the line on which each of its components begins; empty where not known."""

    file: str = "workload.yaml"
    of: dict[str, int] = field(default_factory=dict)


def lines_in(spec: Path) -> Lines:
    """Where the components of a workload's file begin; the file as seen from here."""
    return Lines(Path(os.path.relpath(spec)).as_posix(), lines(spec))


def lines_of(run: Run) -> Lines:
    """The same for what a run rehearsed; nothing where its file has changed since, since then its lines say nothing."""
    for file in sorted(run.workload_folder.glob("*.y*ml")):
        try:
            if load(file, providers=registry.names()).digest == run.plan.workload.digest:
                return lines_in(file)
        except ExitkitError:
            continue
    return Lines()


def declared_beside(folder: Path) -> Declared:
    """What `exit.toml` beside a workload declares, with the files it names; nothing where there is none."""
    file = folder / declared.FILE
    try:
        said = declared.read(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Declared()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read") from error
    if said.rates:
        said = with_rates(said, folder / said.rates, source=f"{said.rates}, {said.source}")
    if not said.inventory:
        return said
    inventory = read_inventory(folder / said.inventory)
    source = f"{said.inventory} (scan of {inventory.root}, catalogue {inventory.catalogue}; {said.source})"
    tied = {kind.value: sum(one.kind is kind for one in inventory.ties) for kind in TieKind}
    observed = said.observed.model_copy(update={"scanned": inventory.shares, "scanned_source": source, "tied": tied})
    return said.model_copy(update={"observed": observed})


def with_rates(said: Declared, file: Path, *, source: str | None = None) -> Declared:
    """With the rates of copying that `exitkit move measure -f json` wrote. Raises UsageError where there are none."""
    hint = "`exitkit move measure --from … --to … -f json` writes them"
    try:
        found = rates.read(file.read_text(encoding="utf-8"), source or str(file))
    except OSError as error:
        raise UsageError(f"`{file}` cannot be read: {error.strerror}", hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"`{file}` holds no measured rates of this version of exitkit", hint=hint) from error
    return said.model_copy(update={"transfer": found})


def _must_say_how_much(workload: Workload, said: Declared) -> None:
    """Rates reckon from sizes and counts; without them a copy would take no time, and nobody would be told."""
    buckets = [one for one in workload.components if isinstance(one, Bucket)]
    open_ones = [one.name for one in buckets if one.size is None or one.objects is None]
    if said.transfer and (open_ones or not buckets):
        named = ", ".join(open_ones) or "there is none"
        raise UsageError(
            f"measured rates reckon from `size` and `objects` of each bucket: {named}",
            hint="declare them in the workload, or leave the rates out",
        )


def score(
    workload: Workload,
    *,
    source: str,
    target: str,
    run: Run | None = None,
    said: Declared | None = None,
    copying: Assumption | None = None,
    measured: Path | None = None,
    plans: Mapping[str, Path] | None = None,
) -> Report:
    """What is known of leaving one provider for another, with or without a rehearsal.

    `measured` is a file of rates that `exitkit move measure -f json` wrote, in place of those that exit.toml names;
    `plans` are, by provider, files that `terraform show -json` printed of a plan. Of a run, its own exit.toml is read.
    """
    if run is not None:
        facts = with_plans(facts_of(run, as_of=datetime.now(UTC).date()), plans or {})
        if measured is not None:
            facts = facts.model_copy(update={"declared": with_rates(facts.declared, measured)})
            _must_say_how_much(facts.workload, facts.declared)
        return build(facts.model_copy(update={"copying": copying} if copying is not None else {}))
    said = with_rates(said or Declared(), measured) if measured is not None else said
    return build(with_plans(known_of(workload, source, target, datetime.now(UTC).date(), said), plans or {}))


def known_of(workload: Workload, source: str, target: str, today: date, said: Declared | None = None) -> Facts:
    """What is known of an exit without a rehearsal."""
    _must_say_how_much(workload, said or Declared())
    here, there = registry.get(source), registry.get(target)
    options = options_of(workload, here, there)
    bills = [there.bill(component, workload) for component in workload.components]
    sizes = [size for part in workload.components if (size := getattr(part, "size", None)) is not None]
    out = here.egress(Bytes(sum(sizes))) if sizes else _NO_SIZE
    return Facts(
        workload=workload,
        source=source,
        source_title=here.title,
        target=target,
        target_title=there.title,
        losses=losses(workload, here, there),
        run_rate=Bill(
            lines=tuple(line for bill in bills for line in bill.lines),
            unpriced=tuple(name for bill in bills for name in bill.unpriced),
        ),
        egress=out,
        exitkit=__version__,
        today=today,
        declared=said or Declared(),
        options=options,
        permissions=permissions_of(workload, here, there),
        infrastructure=infrastructure_of(workload, here, there),
    )


def options_of(workload: Workload, here: Provider, there: Provider) -> tuple[Option, ...]:
    """Staying, the target, and every other provider somebody has looked at as a party."""
    looked_at = set(jurisdictions()) & set(registry.names())
    names = dict.fromkeys((here.name, there.name, *sorted(looked_at)))
    return tuple(_option(workload, here, registry.get(name)) for name in names)


def _option(workload: Workload, here: Provider, one: Provider) -> Option:
    """What is known of one place; what a provider refuses has no bill there, and is named with the reason."""
    bills, refused = {}, {}
    for component in workload.components:
        try:
            bills[component.name] = one.bill(component, workload)
        except Unsupported as error:
            refused[component.name] = error.message
    sizes = [size for part in workload.components if (size := getattr(part, "size", None)) is not None]
    out = one.egress(Bytes(sum(sizes))) if sizes else _NO_SIZE
    lost = () if one.name == here.name else losses(workload, here, one)
    return Option(provider=one.name, title=one.title, losses=lost, bills=bills, egress=out, refused=refused)


def permissions_of(workload: Workload, *providers: Provider) -> dict[str, Permissions]:
    """By provider, who may do what as the policies of its generated tree say; none where it generates no tree.

    Empty where what reads Terraform is not installed: then nothing is known of permissions.
    """
    found = {}
    for one in providers:
        try:
            found[one.name] = permissions(tree_of(workload, one.name), one.name)
        except MissingExtra:
            return {}
        except ExitkitError:
            continue
    return found
