"""Everything a report is built from, as one value that can be kept and read again."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from exitkit.lockin.alternatives import Option
from exitkit.lockin.assumptions import Assumption, Given
from exitkit.lockin.assumptions import given as shipped
from exitkit.lockin.declared import Declared
from exitkit.model.base import Frozen, Slug
from exitkit.model.bill import Bill
from exitkit.model.infrastructure import Infrastructure
from exitkit.model.journal import Setting
from exitkit.model.permission import Permissions
from exitkit.model.placement import Loss
from exitkit.model.report import Measurements, Past
from exitkit.model.workload import Workload
from exitkit.units import Bytes


class Facts(Frozen):
    """What a report is built from. By provider, `permissions` is what the policies generated for it say, and
    `infrastructure` what its generated tree makes, `planned` what a plan of it does; `copying` is a forecast of the
    days of copying, `options` where else to be, `trend` the rehearsals there were, this one last, `others` what
    earlier runs of the same plan measured, `changed` what changed in the workload since the rehearsal; None where its
    file could not be looked at.

    The last four are None or empty where nothing was rehearsed.
    """

    workload: Workload
    source: Slug
    source_title: str
    target: Slug
    target_title: str
    losses: tuple[Loss, ...]
    run_rate: Bill
    egress: Bill
    exitkit: str
    today: date
    given: Given = Field(default_factory=shipped)
    declared: Declared = Declared()
    copying: Assumption | None = None
    options: tuple[Option, ...] = ()
    trend: tuple[Past, ...] = ()
    infrastructure: dict[str, Infrastructure] = Field(default_factory=dict)
    planned: dict[str, Infrastructure] = Field(default_factory=dict)
    permissions: dict[str, Permissions] = Field(default_factory=dict)
    setting: Setting | None = None
    measurements: Measurements | None = None
    others: tuple[Measurements, ...] = ()
    changed: tuple[str, ...] | None = None
    journal_digest: str = ""
    plan_digest: str = ""

    def without_run(self) -> Facts:
        """What was known besides the run: what a bundle keeps, since the rest is told again from the journal."""
        gone = {
            "setting": None,
            "measurements": None,
            "others": (),
            "trend": (),
            "journal_digest": "",
            "plan_digest": "",
        }
        return self.model_copy(update=gone)

    def with_run(
        self, setting: Setting, measured: Measurements, *, trend: tuple[Past, ...], journal: str, plan: str
    ) -> Facts:
        """The same with what a run showed."""
        shown = {
            "setting": setting,
            "measurements": measured,
            "trend": trend,
            "journal_digest": journal,
            "plan_digest": plan,
        }
        return self.model_copy(update={**shown, "exitkit": setting.exitkit})


def sized(workload: Workload, measured: Measurements) -> Workload:
    """The workload with the sizes a run measured, where it declares none."""
    found = {
        step.component: Bytes(int(one.value))
        for step in measured.steps
        for one in step.evidence
        if step.kind == "verify" and one.what == "bytes equal"
    }
    parts = tuple(
        part.model_copy(update={"size": found[part.name]})
        if part.name in found and getattr(part, "size", None) is None
        else part
        for part in workload.components
    )
    return workload.model_copy(update={"components": parts})
