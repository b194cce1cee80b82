"""Rules about what a component has on one cloud and does not keep on the other (LK1xx)."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.lockin.rules.base import Case, rule
from exitkit.model.finding import Finding, Severity
from exitkit.model.placement import Kept, Loss


def _finding(code: str, loss: Loss, severity: Severity, message: str, way_out: str) -> Finding:
    return Finding(code=code, component=loss.component, severity=severity, message=message, way_out=way_out)


@rule("LK101", "lost at the target")
def lost(case: Case) -> Iterator[Finding]:
    """A capability the workload needs has no equivalent at the target.

    What it means: the component stands at the target without it, or not at all.

    Way out: do without it, or replace it by something both clouds have, before leaving becomes urgent.
    """
    for loss in case.losses:
        if loss.outcome is Kept.LOST:
            message = f"{loss.capability} is lost at {case.target}: {loss.why}"
            yield _finding("LK101", loss, Severity.HIGH, message, "replace it by something both clouds have")


@rule("LK102", "less at the target")
def degraded(case: Case) -> Iterator[Finding]:
    """A workaround stands in for a capability at the target, and gives less.

    What it means: users or operators will notice a difference that the workload's description does not show.

    Way out: accept the difference with a date, or change the workload so that it does not need the capability.
    """
    for loss in case.losses:
        if loss.outcome is Kept.DEGRADED and not loss.weakens_security:  # which LK104 tells
            message = f"there is less of {loss.capability} at {case.target}: {loss.why}"
            yield _finding("LK102", loss, Severity.MEDIUM, message, "accept it with a date, or do without")


@rule("LK103", "emulated at the target")
def emulated(case: Case) -> Iterator[Finding]:
    """A workaround gives a capability at the target by other means.

    What it means: it works, differently; somebody has to know and to keep it working.

    Way out: use the same means on both clouds, so that moving changes nothing.
    """
    for loss in case.losses:
        if loss.outcome is Kept.EMULATED:
            message = f"{loss.capability} is given by other means at {case.target}: {loss.why}"
            yield _finding("LK103", loss, Severity.LOW, message, "use the same means on both clouds")


@rule("LK104", "weaker security at the target")
def weaker(case: Case) -> Iterator[Finding]:
    """The way a capability is given at the target is weaker than at the source.

    What it means: the move itself opens something, such as a static key where there was an identity without one.

    Way out: decide it knowingly, with a date and an owner; add a control of your own, such as rotating what became
    static and watching its use.
    """
    for loss in case.losses:
        if loss.weakens_security:
            message = f"{loss.capability} is weaker at {case.target}: {loss.why}"
            yield _finding(
                "LK104",
                loss,
                Severity.HIGH,
                message,
                "accept it with a date and an owner, or add a control of your own",
            )


@rule("LK105", "not looked at")
def unknown(case: Case) -> Iterator[Finding]:
    """Nobody has looked yet at what becomes of a capability.

    What it means: this is a gap of ours, not of either cloud. It is not a pass.

    Way out: look, and write the claim with its source.
    """
    for loss in case.losses:
        if loss.outcome is Kept.UNKNOWN:
            message = f"nobody has looked at {loss.capability} from {case.source} to {case.target}"
            yield _finding("LK105", loss, Severity.MEDIUM, message, "look, and write the claim with its source")
