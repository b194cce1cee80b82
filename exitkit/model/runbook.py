"""A plan for people, in one language: who does what when, what must hold, when to stop, how to go back."""

from __future__ import annotations

from pydantic import Field

from exitkit.model.base import FORMAT_VERSION, Frozen
from exitkit.model.evidence import Evidence, Verdict


class Line(Frozen):
    """One step record: `automated` where a rehearsal does it, else people do.

    `planned` and `actual` are seconds: of the worst run so far and of the newest; None is: not measured. `proof` is the
    digest of the journal's entry in the newest run.
    """

    number: int
    id: str
    action: str
    command: str
    by_hand: str
    precondition: str
    owner: str
    deputy: str
    planned: Evidence | None
    actual: Evidence | None
    expected: str
    check: str
    proof: str
    abort: str
    undo: str
    automated: bool
    one_way: bool = False


class Held(Frozen):
    """One criterion: measured against what runs found, or attested by a person, who signs."""

    what: str
    wanted: str
    found: Evidence | None
    measured: bool
    verdict: Verdict
    source: str


class GateSheet(Frozen):
    """One gate: when it is come to, its criteria, what proves it. Its verdict is that of all criteria."""

    id: str
    title: str
    when: str
    line: str
    criteria: tuple[Held, ...]
    evidence: str
    verdict: Verdict


class Stretch(Frozen):
    """One phase."""

    name: str
    title: str
    purpose: str
    lines: tuple[Line, ...]
    gate: GateSheet | None


class Share(Frozen):
    """One row of the RACI: the activity, and each role's part in the order of the roles."""

    activity: str
    parts: tuple[str, ...]


class Timer(Frozen):
    """One clock."""

    what: str
    limit: str
    source: str


class Stops(Frozen):
    """When to stop, when to go back, who decides, what must be so for that."""

    authority: str
    abort: tuple[Held, ...]
    rollback: tuple[Held, ...]
    preconditions: tuple[str, ...]


class Runbook(Frozen):
    """The whole, in one language. `runs` are those it takes minutes and verdicts from, oldest first."""

    format_version: int = FORMAT_VERSION
    lang: str
    title: str
    scenario: str
    workload: str
    spec: str
    source: str
    target: str
    plan: str = Field(description="Digest of the plan.")
    playbook: str
    playbook_digest: str
    exitkit: str
    runs: tuple[str, ...]
    objectives: tuple[tuple[str, int], ...] = Field(description="Each objective that is set, in seconds.")
    triggers: tuple[str, ...]
    clocks: tuple[Timer, ...]
    roles: tuple[str, ...]
    raci: tuple[Share, ...]
    phases: tuple[Stretch, ...]
    way_back: tuple[Line, ...]
    stops: Stops | None
    sources: tuple[str, ...]
