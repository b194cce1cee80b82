"""What there is to count for D1 to D9, and how a figure of them is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from exitkit.lockin.assumptions import Given
from exitkit.lockin.declared import Declared
from exitkit.model.bill import Bill
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.infrastructure import Infrastructure
from exitkit.model.permission import Permissions
from exitkit.model.placement import Kept, Loss
from exitkit.model.report import Dimension, Measurements, StepMeasure, SwitchingCost
from exitkit.model.workload import Workload

CLASSES = {Kept.KEPT: "P1", Kept.EMULATED: "P2", Kept.DEGRADED: "P3", Kept.LOST: "P4"}
"""P1 one to one, P2 other settings, P3 another product, P4 rewrite; what nobody looked at has no class."""

HARD = (Kept.DEGRADED, Kept.LOST)
"""What takes another product or another program: P3 and P4."""


@dataclass(frozen=True)
class Counted:
    """What there is to count. `bills` is a month of each component at the source."""

    workload: Workload
    source: str
    target: str
    losses: tuple[Loss, ...]
    measured: Measurements | None
    declared: Declared
    cost: SwitchingCost
    given: Given
    bills: dict[str, Bill] = field(default_factory=dict)
    infrastructure: dict[str, Infrastructure] = field(default_factory=dict)
    planned: dict[str, Infrastructure] = field(default_factory=dict)
    permissions: dict[str, Permissions] = field(default_factory=dict)

    def made(self, side: str) -> Infrastructure | None:
        """What the Terraform of one side makes: as a plan of it tells, else as the generated text does."""
        return self.planned.get(side, self.infrastructure.get(side))

    @property
    def claims(self) -> str:
        """Where classes come from."""
        return f"claims of {self.source} and {self.target}: each is a row of section 4, with its source"


def fact(what: str, value: float | Decimal, unit: str, basis: Basis, *sources: str) -> Evidence:
    """A figure; what was computed keeps six digits."""
    number = value if isinstance(value, Decimal) else Decimal(f"{value:.6g}")
    return Evidence(what=what, value=number + 0, unit=unit, basis=basis, sources=sources)


def dimension(  # noqa: PLR0917 - in the order they are read
    code: str,
    name: str,
    figures: Sequence[Evidence],
    formula: str,
    missing: Sequence[str],
    residue: Sequence[str] = (),
) -> Dimension:
    """One dimension."""
    told = {"figures": tuple(figures), "missing": tuple(missing), "residue": tuple(residue)}
    return Dimension(code=code, name=name, formula=formula, **told)


def steps_of(measured: Measurements | None, *kinds: str) -> list[StepMeasure]:
    """The steps of these kinds that went well on the way there."""
    steps = measured.steps if measured is not None else ()
    return [one for one in steps if one.kind in kinds and one.state == "ok" and not one.way_back]
