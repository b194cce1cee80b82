"""Which capabilities a step tries at the target, and by which of its own figures that is seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from exitkit.model.capability import Capability
from exitkit.model.contract import Checked
from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.journal import Tried
from exitkit.model.kinds.domain import Domain
from exitkit.model.plan import AnyStep, Plan
from exitkit.model.workload import Component


@dataclass(frozen=True)
class Trial:
    """What doing a step shows: `held` are the figures that count what held, `beside` are told with them.

    Where every figure of `held` is missing or zero, nothing was shown: a queue of no messages was not tried. The
    verdict is the step's; where a step holds many things at once, `failed` and `silent` count what failed and what
    gave no answer, and the verdict is theirs.
    """

    capabilities: tuple[Capability, ...]
    held: tuple[str, ...]
    beside: tuple[str, ...] = ()
    failed: str = ""
    silent: str = ""

    @property
    def figures(self) -> tuple[str, ...]:
        """Every figure it is seen by."""
        return tuple(one for one in (*self.held, *self.beside, self.failed, self.silent) if one)


_OBJECTS = (Capability.OBJECT_STORE,)
_ROWS = (Capability.POSTGRES_DATABASE,)
_RUNS = (Capability.SERVICE_RUN,)
_SECRETS = (Capability.SECRET_STORE,)

_TRIALS: dict[tuple[str, str], Trial] = {
    ("copy-objects", "bucket"): Trial(_OBJECTS, ("objects copied", "objects already there"), ("objects refused",)),
    ("verify", "bucket"): Trial(_OBJECTS, ("objects equal",), ("objects differing",)),
    ("read-everything", "bucket"): Trial(
        _OBJECTS, ("objects readable", "objects readable with the owner's key"), ("objects unreadable",)
    ),
    ("copy-database", "postgres"): Trial(_ROWS, ("rows copied",)),
    ("verify", "postgres"): Trial(
        _ROWS, ("rows equal",), ("rows differing", "tables equal", "sequences equal", "invariants equal")
    ),
    ("read-everything", "postgres"): Trial(_ROWS, ("rows readable",)),
    ("start-service", "service"): Trial(_RUNS, ("services in good health",)),
    ("probe", "service"): Trial(
        _RUNS, ("writes read back", "probes passed"), ("writes lost", "writes unknown", "probes failing")
    ),
    ("provision", "domain"): Trial((Capability.DOMAIN_ZONE,), ("records copied",)),
    ("verify", "domain"): Trial(
        (Capability.DOMAIN_ZONE, Capability.DOMAIN_RECORDS), ("records equal",), ("records differing",)
    ),
    ("move-messages", "queue"): Trial(
        (Capability.QUEUE_SEND_RECEIVE,), ("messages moved",), ("messages missing", "messages there twice")
    ),
    ("copy-secret", "secret"): Trial(_SECRETS, ("secrets equal",)),
    ("read-everything", "secret"): Trial(_SECRETS, ("secrets readable",), ("secrets unreadable",)),
}
"""By kind of step and kind of component. What a step does to a mirror, or at the source, tries nothing."""

_CHECKED: dict[Capability, tuple[str, ...]] = {
    Capability.OBJECT_VERSIONS: (
        "s3.earlier-versions-are-kept", "s3.a-delete-only-hides", "s3.versions-are-listed",
    ),
    Capability.OBJECT_PRIVATE: ("s3.nobody-gets-in-unsigned", "s3.a-wrong-secret-is-refused"),
    Capability.OBJECT_RETENTION: ("s3.a-legal-hold-holds",),
    Capability.QUEUE_SEND_RECEIVE: ("queue.a-message-comes-as-it-was-sent", "queue.every-message-comes"),
    Capability.QUEUE_VISIBILITY: ("queue.what-is-taken-is-hidden",),
    Capability.SECRET_STORE: ("secret.a-secret-comes-back", "secret.what-is-forgotten-is-gone"),
    Capability.SECRET_ROTATION: ("secret.a-new-value-replaces",),
    Capability.DOMAIN_ZONE: ("dns.the-zone-is-answered-for", "dns.what-is-not-there-is-not-told"),
    Capability.DOMAIN_RECORDS: ("dns.records-say-what-was-written",),
}  # fmt: skip
"""Which checks of the contract that both sides are held to try a capability; the others are about the protocol."""

_SWITCHED = Trial(
    (Capability.DOMAIN_ALIAS,), ("name servers changed",), ("resolvers answering with the new place",)
)  # fmt: skip


def tries(step: AnyStep, plan: Plan) -> Iterator[tuple[str, Trial]]:
    """What a step tries of which component; nothing where it does not end at the target."""
    if step.places[-1:] != (plan.target,):
        return
    part = next((one for one in plan.workload.components if one.name == step.component), None)
    if part is None:
        return
    held = [trial for trial in (_TRIALS.get((step.kind, part.kind)),) if trial is not None]
    held += [_checks(one) for one in _CHECKED] if step.kind == "check-contract" else []
    for one in held:
        if trial := _needed(part, one):
            yield part.name, trial
    if step.kind == "switch-traffic":
        for domain in plan.workload.of(Domain):
            leads = any(record.to == step.component for record in domain.records.values())
            if domain.hosted and leads and (trial := _needed(domain, _SWITCHED)):
                yield domain.name, trial


def tried(step: AnyStep, plan: Plan, evidence: Iterable[Evidence], verdict: Verdict | None) -> tuple[Tried, ...]:
    """What a step that was done has tried, by the figures and the verdict of its own entry."""
    figures = {one.what: one for one in evidence}
    return tuple(
        Tried(component=component, capability=capability, verdict=_held(trial, figures, verdict), seen=seen)
        for component, trial in tries(step, plan)
        for seen in [tuple(figures[what] for what in trial.figures if what in figures)]
        for capability in trial.capabilities
        if seen or not trial.failed  # a contract that holds no check of it did not try it
    )


def owed(step: AnyStep, plan: Plan, verdict: Verdict) -> tuple[Tried, ...]:
    """What a step should have tried and did not: failed where the step failed, else unknown."""
    return tuple(
        Tried(component=component, capability=capability, verdict=verdict)
        for component, trial in tries(step, plan)
        for capability in trial.capabilities
    )


def _needed(part: Component, trial: Trial | None) -> Trial | None:
    """A trial of what this component asks of a cloud; None where it asks for nothing of it."""
    own = set(part.capabilities())
    wanted = tuple(one for one in trial.capabilities if one in own) if trial else ()
    return replace(trial, capabilities=wanted) if trial and wanted else None


def _checks(capability: Capability) -> Trial:
    passed, failed, silent = (f"checks {how}: {capability}" for how in ("passed", "failed", "without an answer"))
    return Trial((capability,), (passed,), failed=failed, silent=silent)


def counted(found: Iterable[Checked]) -> Iterator[tuple[str, int]]:
    """How many checks of each capability passed at the target, failed there, or had no answer."""
    target = {one.name: one.target for one in found if one.tried}
    for capability, names in _CHECKED.items():
        told = [target[name] for name in names if name in target]
        trial = _checks(capability)
        for what, verdict in zip(trial.figures, (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN), strict=True):
            if told:
                yield what, told.count(verdict)


def _held(trial: Trial, figures: dict[str, Evidence], verdict: Verdict | None) -> Verdict:
    told = {what: figures[what].value for what in (trial.failed, trial.silent) if what in figures}
    if trial.failed:
        verdict = Verdict.FAIL if told.get(trial.failed) else Verdict.UNKNOWN if told.get(trial.silent) else None
    if verdict is Verdict.FAIL:
        return verdict
    shown = any(figures[what].value for what in trial.held if what in figures)
    return (verdict or Verdict.PASS) if shown else Verdict.UNKNOWN
