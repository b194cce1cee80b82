"""Take from a rehearsal's journal what is otherwise only declared: what could be read with the source's keys off."""

from __future__ import annotations

from dataclasses import dataclass

from exitkit.lockin.counted import Counted
from exitkit.lockin.declared import Declared
from exitkit.model.evidence import Basis, Verdict
from exitkit.model.report import Measurements, StepMeasure

READABLE = ("objects readable", "objects readable with the owner's key", "rows readable", "secrets readable")
UNREADABLE = ("objects unreadable", "secrets unreadable")
"""What the step read-everything counts."""


@dataclass(frozen=True)
class Looked:
    """How much of what was tried at the target was readable while the source's key service was off.

    `left` names what should have been read and was not, or gave no answer: with it, all readable is no pass.
    """

    tried: int
    readable: int
    basis: Basis
    sources: tuple[str, ...]
    left: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Everything that is tried has to be readable."""
        if self.readable < self.tried:
            return Verdict.FAIL
        return Verdict.UNKNOWN if self.left else Verdict.PASS


def with_keys_off(known: Counted) -> Looked | None:
    """What the journal says; where it says nothing, what is declared; None where neither does."""
    return _measured(known.measured) or _declared(known.declared)


def _measured(run: Measurements | None) -> Looked | None:
    steps = [one for one in run.steps if not one.way_back] if run is not None else []
    if not any(one.kind == "turn-off-keys" and one.state == "ok" for one in steps):
        return None
    looks = [one for one in steps if one.kind == "read-everything"]
    readable, unreadable = (sum(_count(one, names) for one in looks) for names in (READABLE, UNREADABLE))
    if not readable + unreadable:
        return None
    open_ones = [one for one in looks if one.state != "ok" or one.verdict in (None, Verdict.UNKNOWN)]
    return Looked(
        tried=readable + unreadable,
        readable=readable,
        basis=Basis.MEASURED,
        sources=tuple(f"journal:{one.id}" for one in looks if one.evidence),
        left=tuple(one.component for one in open_ones),
    )


def _count(step: StepMeasure, names: tuple[str, ...]) -> int:
    return sum(int(one.value) for one in step.evidence if one.what in names)


def _declared(said: Declared) -> Looked | None:
    off = said.observed.key_off
    if off is None:
        return None
    return Looked(off.tried, off.readable, Basis.DECLARED, (f"{said.source}: key-off",))
