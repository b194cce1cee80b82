"""Say how each line of a switching cost is known: its formula, its weakest quantity, its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exitkit.lockin.model import EFFORT, Shape
from exitkit.model.bill import Bill
from exitkit.model.evidence import Basis, Evidence, Interval
from exitkit.model.report import CostLine

_FORMULAS = {
    "labour": "effort × day rate",
    "training": "days × day rate",
    "parallel run": "months × run rate of the target",
    "egress": "size × list price, 0 from 2027-01-12",
    "outage": "hours × price of an hour",
    "commitments": "what is left of commitments + penalty",
    "licences": "licences the target needs",
}
_ROLES = {
    "training": ("training", "day-rate"),
    "parallel run": ("parallel",),
    "egress": (),
    "outage": ("outage-hours", "outage-price"),
    "commitments": ("commitments", "penalty"),
    "licences": ("licences",),
}


@dataclass(frozen=True)
class Teller:
    """Knows which quantities stand behind which line."""

    shape: Shape
    run_rate: Bill
    egress: Bill

    @property
    def effort_roles(self) -> tuple[str, ...]:
        """What an effort rests on; what is left of it counts only where something was rehearsed."""
        efforts = [EFFORT + part.name for part in self.shape.parts]
        again = ("again",) if any(part.again for part in self.shape.parts) else ()
        return (*efforts, "tests", *again, "governance", "bias")

    def line(self, name: str, interval: Interval) -> CostLine:
        """One line in euros."""
        roles = (*self.effort_roles, "day-rate") if name == "labour" else _ROLES[name]
        bills = {"parallel run": self.run_rate.lines, "egress": self.egress.lines}.get(name, ())
        formula = _FORMULAS[name]
        hours = self.shape.quantities.get("outage-hours")
        if name == "outage" and hours is not None and hours.basis is Basis.MEASURED:
            formula = "measured outage × price of an hour"
        return CostLine(
            name=name,
            unit="EUR",
            interval=interval,
            basis=self.basis(roles, bills),
            formula=formula,
            sources=self.sources(roles, bills),
        )

    def basis(self, roles: Iterable[str], bills: Sequence[Evidence] = ()) -> Basis:
        """The weakest way any of these is known."""
        have = self.shape.inputs()
        known = [have[role].basis for role in roles if role in have] + [line.basis for line in bills]
        return max(known, key=lambda basis: basis.rank, default=Basis.ASSUMED)

    def sources(self, roles: Iterable[str], bills: Sequence[Evidence] = ()) -> tuple[str, ...]:
        """Where all of these come from, each once."""
        have = self.shape.inputs()
        listed = [source for line in bills for source in line.sources]
        listed += [have[role].source for role in roles if role in have]
        return tuple(dict.fromkeys(listed)) or ("the price list charges nothing for this much",)
