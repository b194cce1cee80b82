"""Show the loss ledger, and what a change of a workload does, as a table, JSON or Markdown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from exitkit.cli.console import table
from exitkit.errors import UsageError
from exitkit.model.placement import FromModule, FromModules, FromRoot, Input, Kept, Loss, Moved

if TYPE_CHECKING:
    from exitkit.api.placed import Placed
    from exitkit.model.placement import Change

FORMS = ("table", "json", "md")
_HEADER = ("component", "capability", "outcome")


def show(placed: Placed, form: str) -> str:
    """The ledger. Raises UsageError on a format it does not know."""
    return {"table": _table, "json": _json, "md": _markdown}[_known(form)](placed)


def show_changes(changes: Sequence[Change], form: str) -> str:
    """What a change does on each provider. Raises UsageError on a format it does not know."""
    if _known(form) == "json":
        told = [change.model_dump(mode="json") for change in changes]
        return json.dumps({"format_version": 1, "changes": told}, indent=2, ensure_ascii=False)
    mark = "### " if form == "md" else ""
    return "\n".join(line for change in changes for line in _changed(change, mark)).rstrip()


def _known(form: str) -> str:
    if form not in FORMS:
        raise UsageError(f"there is no format `{form}` here", hint=f"formats: {', '.join(FORMS)}")
    return form


def counts(losses: Sequence[Loss]) -> dict[str, int]:
    """How many capabilities are kept, emulated and so on; and how many are weaker in security."""
    found = Counter(loss.outcome for loss in losses)
    weaker = sum(loss.weakens_security for loss in losses)
    return {outcome.value: found[outcome] for outcome in Kept} | {"weaker security": weaker}


def _json(placed: Placed) -> str:
    told = {
        "format_version": 1,
        "workload": placed.workload.name,
        "landings": [landing.model_dump(mode="json") for landing in placed.landings],
        "losses": {name: [loss.model_dump(mode="json") for loss in lost] for name, lost in placed.losses.items()},
        "counts": {name: counts(lost) for name, lost in placed.losses.items()},
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _table(placed: Placed) -> str:
    lines = [_overview(placed)]
    source = placed.landings[0].provider
    for name, lost in placed.losses.items():
        rows = [[one.component, str(one.capability), _outcome(one), _made(one, source, name)] for one in lost]
        lines += ["", table(rows, header=[*_HEADER, f"{source} → {name}"])]
        for one in lost:
            if one.outcome is not Kept.KEPT:
                lines += [
                    "",
                    f"{one.component} on {name}: {one.capability} is {_outcome(one)}: {one.why}",
                    f"    {one.source}",
                ]
        lines += ["", f"{source} → {name}: {_counted(lost)}"]
    lines += [f"\n{name} on {where}: {note}" for where, name, note in _own_notes(placed)]
    return "\n".join(lines)


def _own_notes(placed: Placed) -> list[tuple[str, str, str]]:
    """Notes of placements that are no claim of the ledger."""
    claimed = {f"{loss.capability}: {loss.why}" for lost in placed.losses.values() for loss in lost}
    return [
        (landing.provider, one.component, note)
        for landing in placed.landings
        for one in landing.placements
        for note in one.notes
        if note not in claimed
    ]


def _overview(placed: Placed) -> str:
    from exitkit import registry
    from exitkit.model.capability import Support

    names = [landing.provider for landing in placed.landings]
    worst = [Support.UNMAPPED, Support.ABSENT, Support.WORKAROUND, Support.NATIVE]
    rows = []
    for part in placed.workload.components:
        claims = [[registry.get(name).claims[need] for need in part.capabilities()] for name in names]
        found = (min((c.support for c in have), key=worst.index, default=Support.NATIVE).value for have in claims)
        rows.append([part.name, part.kind, *found])
    return table(rows, header=["component", "kind", *names])


def _markdown(placed: Placed) -> str:
    source = placed.landings[0].provider
    lines = [f"# {placed.workload.name}: what becomes of it"]
    for name, lost in placed.losses.items():
        lines += ["", f"## {source} → {name}", "", _counted(lost) + ".", ""]
        head = (*_HEADER, source, name, "why", "source")
        lines += [_row(head), _row(["---"] * len(head))]
        for one in lost:
            made = [
                ", ".join(f"`{made}`" for made in side) or "–" for side in (one.source_resources, one.target_resources)
            ]
            lines.append(_row([one.component, f"`{one.capability}`", _outcome(one), *made, one.why, one.source]))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _outcome(loss: Loss) -> str:
    return f"{loss.outcome}, weakens security" if loss.weakens_security else loss.outcome.value


def _made(loss: Loss, source: str, target: str) -> str:
    return f"{_short(loss.source_resources, source)} → {_short(loss.target_resources, target)}"


def _short(resources: Sequence[str], provider: str) -> str:
    """The first resource without its cloud's prefix, and how many more there are."""
    if not resources:
        return "nothing"
    more = f" +{len(resources) - 1}" if len(resources) > 1 else ""
    return resources[0].removeprefix(f"{provider}_") + more


def _counted(losses: Sequence[Loss]) -> str:
    return ", ".join(f"{number} {word}" for word, number in counts(losses).items())


def _changed(change: Change, mark: str) -> list[str]:
    lines = [f"{mark}{change.provider}", *([""] if mark else [])]
    if change.nothing:
        return [*lines, "  nothing changes", ""]
    bullet = "- " if mark else "  "
    lines += [f"{bullet}{name} is added" for name in change.added]
    lines += [f"{bullet}{name} is removed" for name in change.removed]
    lines += [f"{bullet}{name}: {_input(moved)}" for name, moves in change.changed.items() for moved in moves]
    lines += [f"{bullet}{one.component}: {one.capability} becomes {_outcome(one)}: {one.why}" for one in change.lost]
    lines += [f"{bullet}{one.component}: {one.capability} is no longer {_outcome(one)}" for one in change.regained]
    return [*lines, ""]


def _input(moved: Moved) -> str:
    return f"{moved.name} {_value(moved.before)} → {_value(moved.after)}"


def _value(given: Input | None) -> str:
    match given:
        case None:
            return "not given"
        case FromModule():
            return f"module.{given.component}.{given.output}"
        case FromModules():
            return "{" + ", ".join(f"{key} = {_value(value)}" for key, value in given.outputs.items()) + "}"
        case FromRoot():
            return given.expression
        case _:
            return json.dumps(given.value, ensure_ascii=False)
