"""Three reports to render: one that passed, one that found differences, one where nothing was rehearsed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis, Evidence, Interval, Verdict
from exitkit.model.finding import Finding, Severity, Suppression
from exitkit.model.journal import NotExercised
from exitkit.model.placement import Kept, Loss
from exitkit.model.report import (
    CostLine,
    Exercised,
    Measurements,
    ObjectiveMet,
    Report,
    StepMeasure,
    SwitchingCost,
)

OVH_DOCS = "https://help.ovhcloud.com/csm/en-public-cloud-storage-s3-object-lock?id=kb_article_view (read 2026-08-20)"


def seen(what: str, value: str, unit: str, *lines: int) -> Evidence:
    sources = tuple(f"journal:{line}" for line in lines)
    return Evidence(what=what, value=Decimal(value), unit=unit, basis=Basis.MEASURED, sources=sources)


def step(
    kind: str,
    component: str,
    seconds: str,
    *brought: Evidence,
    verdict: Verdict | None = None,
    tries: int = 1,
    state: str = "ok",
    details: tuple[str, ...] = (),
    back: bool = False,
) -> StepMeasure:
    return StepMeasure(
        id=("undo-" if back else "") + f"{kind}-{component}",
        kind=kind,
        component=component,
        state=state,
        verdict=verdict,
        seconds=Decimal(seconds),
        tries=tries,
        evidence=brought,
        details=details,
        way_back=back,
    )


OUTAGE = seen("outage", "114", "s", 19, 27)
STEPS = (
    step("provision", "net", "18.2"),
    step("provision", "attestations", "41"),
    step("provision", "loans", "342"),
    step(
        "copy-objects",
        "attestations",
        "842",
        seen("bytes copied", "51754827776", "B", 9),
        seen("objects copied", "630000", "objects", 9),
    ),
    step("copy-database", "loans", "320", seen("bytes copied", "12884901888", "B", 12), tries=2),
    step("start-service", "api", "48"),
    step(
        "verify",
        "attestations",
        "190",
        seen("objects equal", "630000", "objects", 15),
        seen("objects differing", "0", "objects", 15),
        verdict=Verdict.PASS,
    ),
    step("freeze-writes", "loans", "2.4"),
    step("catch-up", "loans", "22", seen("rows brought over", "1204", "rows", 21)),
    step("verify", "loans", "19", seen("rows equal", "1260004", "rows", 23), verdict=Verdict.PASS),
    step("switch-traffic", "api", "41"),
    step("probe", "api", "30", seen("writes read back", "18204", "writes", 27), verdict=Verdict.PASS),
    step("switch-traffic", "api", "33", back=True),
    step("catch-up", "loans", "17", seen("rows brought back", "311", "rows", 31), back=True),
    step("stop-service", "api", "6", back=True),
    step("drop-database", "loans", "12", back=True),
    step("destroy", "loans", "184", back=True),
)

MEASURED = Measurements(
    run="9f2c41-1",
    plan="9f2c41",
    began=datetime(2026, 11, 21, 9, 2, 11, tzinfo=UTC),
    ended=datetime(2026, 11, 21, 9, 41, 57, tzinfo=UTC),
    steps=STEPS,
    outage=OUTAGE,
    writes=seen("writes acknowledged to clients", "18204", "writes", 27),
    lost=seen("acknowledged writes that could not be read back", "0", "writes", 27),
    objects_equal=seen("objects equal", "630000", "objects", 15),
    objects_differing=seen("objects differing", "0", "objects", 15),
    rows_equal=seen("rows equal", "1260004", "rows", 23),
    rows_differing=seen("rows differing", "0", "rows", 23),
    bytes_copied=seen("bytes copied in the run", "64639729664", "B", 9, 12),
    copy_seconds=seen("time spent copying", "1162", "s", 9, 12),
    way_back_seconds=seen("time to come back", "252", "s", 28, 36),
    interruptions=1,
    integrity=Verdict.PASS,
    returned=Verdict.PASS,
)


def line(name: str, unit: str, low: str, middle: str, high: str, basis: Basis, formula: str, *sources: str) -> CostLine:
    interval = Interval(p10=Decimal(low), p50=Decimal(middle), p90=Decimal(high))
    return CostLine(name=name, unit=unit, interval=interval, basis=basis, formula=formula, sources=sources)


COST = SwitchingCost(
    lines=(
        line(
            "Work to move", "person-days", "38", "61.5", "104", Basis.ASSUMED, "efforts by capability, summed",
            "exitkit/lockin/facts/efforts.toml",
        ),
        line(
            "Work to move, paid", "EUR", "24700", "40560.37", "71240", Basis.ASSUMED, "person-days × day rate",
            "exitkit/lockin/facts/efforts.toml", "workload.yaml:41",
        ),
        line(
            "Running both clouds", "EUR", "6120", "9480", "15300", Basis.DECLARED, "days in parallel × daily run cost",
            "workload.yaml:44",
        ),
        line(
            "Transfer out", "EUR", "0", "5.42", "5.42", Basis.PUBLISHED, "60.2 GiB × 0.09 EUR, zero from 2027",
            "https://aws.amazon.com/ec2/pricing/on-demand/ (read 2026-08-20)",
        ),
        line(
            "Copying the data", "days", "0.01", "0.014", "0.02", Basis.MEASURED, "bytes ÷ measured speed",
            "journal:9", "journal:12",
        ),
    ),
    total=Interval(p10=Decimal("33800"), p50=Decimal("51210.88"), p90=Decimal("83400")),
    days=Interval(p10=Decimal("29"), p50=Decimal("44"), p90=Decimal("71")),
    draws=20000,
    seed=20261121,
    measured_share=Decimal("0.12"),
    not_counted=("Notice period of the enterprise agreement", "Training beyond the platform team"),
)  # fmt: skip

TRIED = {
    Capability.OBJECT_STORE: ("attestations", "630,000 of 630,000 objects equal by SHA-256"),
    Capability.POSTGRES_DATABASE: ("loans", "38 of 38 tables equal by row count and content hash"),
    Capability.SERVICE_RUN: ("api", "answered from the target"),
}
UNTRIED = {
    Capability.NETWORK_PRIVATE: ("net", "the lab has one network; nothing keeps a stranger out of it"),
    Capability.NETWORK_EGRESS: ("net", "the lab opens no way out"),
    Capability.OBJECT_VERSIONS: ("attestations", "old versions were not copied"),
    Capability.OBJECT_RETENTION: ("attestations", "the lab accepts a lock and does not enforce it"),
    Capability.OBJECT_LIFECYCLE: ("attestations", "no rule came due in 40 minutes"),
    Capability.OBJECT_ENCRYPTION: ("attestations", "the lab stores in clear"),
    Capability.OBJECT_PRIVATE: ("attestations", "the lab checks no credentials"),
    Capability.POSTGRES_STANDBY: ("loans", "the lab runs one PostgreSQL"),
    Capability.POSTGRES_BACKUPS: ("loans", "no backup was restored"),
    Capability.POSTGRES_ENCRYPTION: ("loans", "the lab stores in clear"),
    Capability.POSTGRES_PRIVATE: ("loans", "the lab listens on one machine only"),
    Capability.SERVICE_REPLICAS: ("api", "the lab runs one copy"),
    Capability.SERVICE_BALANCER: ("api", "a small proxy stands in for the balancer"),
    Capability.SERVICE_TLS: ("api", "the lab speaks plain HTTP"),
}
EXERCISED = tuple(
    Exercised(component=component, capability=capability, verdict=verdict, why=why)
    for verdict, group in ((Verdict.PASS, TRIED), (Verdict.UNKNOWN, UNTRIED))
    for capability, (component, why) in group.items()
)
NOT_EXERCISED = (
    NotExercised(what="the speed of the providers' networks", why="both sides are one machine"),
    NotExercised(
        what="retention that even an administrator cannot lift",
        why="the object store of the lab records the lock and lets the object be deleted",
        capability=Capability.OBJECT_RETENTION,
    ),
    NotExercised(what="quotas and rate limits", why="the lab has none"),
)


def loss(
    component: str,
    capability: Capability,
    outcome: Kept,
    support: str,
    why: str,
    *,
    here: tuple[str, ...] = (),
    there: tuple[str, ...] = (),
    weaker: bool = False,
) -> Loss:
    return Loss(
        component=component,
        capability=capability,
        outcome=outcome,
        source_support="native",
        target_support=support,
        source_resources=here,
        target_resources=there,
        why=why,
        source=OVH_DOCS,
        weakens_security=weaker,
    )


LOSSES = (
    loss(
        "net", Capability.NETWORK_PRIVATE, Kept.KEPT, "native", "a private network with its own gateway",
        here=("aws_vpc", "aws_subnet"), there=("ovh_cloud_project_network_private",),
    ),
    loss(
        "attestations", Capability.OBJECT_STORE, Kept.KEPT, "native", "the same protocol",
        here=("aws_s3_bucket",), there=("ovh_cloud_project_storage",),
    ),
    loss(
        "attestations", Capability.OBJECT_RETENTION, Kept.DEGRADED, "workaround",
        "the lock is set by a script after the bucket is made, so there is a moment without it",
        here=("aws_s3_bucket_object_lock_configuration",), weaker=True,
    ),
    loss(
        "attestations", Capability.OBJECT_LIFECYCLE, Kept.LOST, "absent", "no rule can move objects to a colder class",
        here=("aws_s3_bucket_lifecycle_configuration",),
    ),
    loss(
        "loans", Capability.POSTGRES_STANDBY, Kept.KEPT, "native", "a plan with two nodes",
        here=("aws_db_instance",), there=("ovh_cloud_project_database",),
    ),
    loss(
        "loans", Capability.POSTGRES_ENCRYPTION, Kept.UNKNOWN, "unmapped", "not looked at yet",
        here=("aws_kms_key",),
    ),
    loss(
        "api", Capability.SERVICE_REPLACEMENT, Kept.EMULATED, "workaround", "a timer on each machine starts it again",
        here=("aws_autoscaling_group",), there=("openstack_compute_instance_v2",),
    ),
    loss(
        "api", Capability.SERVICE_IDENTITY, Kept.LOST, "absent", "machines have no identity; keys are files",
        here=("aws_iam_role", "aws_iam_instance_profile"), weaker=True,
    ),
)  # fmt: skip

FINDINGS = (
    Finding(
        code="LK203", component="api", severity=Severity.MEDIUM, message="Replacing a copy is emulated on OVHcloud.",
        way_out="Run two copies and let the balancer drop the one that fails.",
        accepted=Suppression(rule="LK203", on="api", because="two copies are enough", until=date(2027, 1, 31)),
    ),
    Finding(
        code="LK101", component="api", severity=Severity.HIGH, message="The service signs in the way of one cloud.",
        way_out="Sign in with a key kept in a secret store that both clouds can read.",
        evidence=(
            Evidence(
                what="places in the code that use it", value=Decimal(3), unit="places", basis=Basis.DECLARED,
                sources=("workload.yaml:58",),
            ),
        ),
    ),
    Finding(
        code="LK301", component="attestations", severity=Severity.INFO, message="Objects change class by a rule.",
        way_out="Delete by date in the service, or accept the price of one class.",
    ),
)  # fmt: skip

PASSED = Report(
    workload="pge",
    source="aws",
    target="ovh",
    source_title="Amazon Web Services",
    target_title="OVHcloud",
    exitkit="0.1.0",
    as_of=date(2026, 11, 21),
    verdict=Verdict.PASS,
    reasons=(
        "The rehearsal went there and back, and returned clean.",
        "Everything compared was equal: 630,000 objects, 1,260,004 rows.",
        "The outage of 1 min 54 s is within the objective of 15 min.",
    ),
    place="the lab: both clouds on one machine",
    machine={"cpu": "4 × AMD EPYC 7R13", "memory": "15.3 GiB", "system": "Linux 6.1", "python": "3.12.7"},
    rehearsed_on=date(2026, 11, 21),
    expires_on=date(2027, 5, 20),
    measurements=MEASURED,
    objectives=(
        ObjectiveMet(
            name="outage", objective="at most 15 min", found=OUTAGE, verdict=Verdict.PASS,
            sources=("workload.yaml:8", "journal:19", "journal:27"),
        ),
        ObjectiveMet(
            name="data loss", objective="at most 1 min", found=seen("loss", "0", "s", 27), verdict=Verdict.PASS,
            sources=("workload.yaml:9", "journal:27"),
        ),
        ObjectiveMet(
            name="leave within", objective="at most 60 days", found=None, verdict=Verdict.UNKNOWN,
            sources=("workload.yaml:10",),
        ),
    ),
    exercised=EXERCISED,
    not_exercised=NOT_EXERCISED,
    losses=LOSSES,
    findings=FINDINGS,
    cost=COST,
    decisions=(
        "Accept that locked retention has a gap of seconds, or keep a second copy elsewhere.",
        "Pay for one rehearsal on real accounts before May 2027.",
        "Move the service to keys kept in a store both clouds can read.",
    ),
    journal_digest="b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184",
    plan_digest="9f2c41d0c7f1e7be63b6f4ae5a40d1f2c9e5a4b6d8f7a1c3e5b7d9f1a3c5e7d9",
    components={"net": "network", "attestations": "bucket", "loans": "postgres", "api": "service"},
)  # fmt: skip


def unmeasured(met: ObjectiveMet) -> ObjectiveMet:
    return met.model_copy(update={"found": None, "note": "", "verdict": Verdict.UNKNOWN, "sources": ()})


def _with_differences() -> Report:
    keys = tuple(f"differs: attestations/2020/04/{n:06d}.pdf" for n in range(1, 53))
    steps = list(STEPS)
    steps[6] = step(
        "verify", "attestations", "191.5",
        seen("objects equal", "629948", "objects", 15), seen("objects differing", "52", "objects", 15),
        verdict=Verdict.FAIL, details=keys,
    )  # fmt: skip
    steps[9] = step(
        "verify", "loans", "19.2", seen("rows differing", "1", "rows", 23),
        verdict=Verdict.FAIL, details=("table loans: row 48231 differs",),
    )  # fmt: skip
    steps[10] = step("switch-traffic", "api", "3.1", state="failed", tries=3)
    steps[11] = step("probe", "api", "0", state="not run", tries=0)
    measurements = MEASURED.model_copy(
        update={
            "steps": tuple(steps),
            "outage": None,
            "lost": None,
            "writes": None,
            "objects_equal": seen("objects equal", "629948", "objects", 15),
            "objects_differing": seen("objects differing", "52", "objects", 15),
            "rows_equal": seen("rows equal", "1260003", "rows", 23),
            "rows_differing": seen("rows differing", "1", "rows", 23),
            "integrity": Verdict.FAIL,
            "returned": Verdict.UNKNOWN,
        }
    )
    return PASSED.model_copy(
        update={
            "verdict": Verdict.FAIL,
            "reasons": ("52 objects and 1 row differ between the two sides.", "Traffic could not be switched."),
            "measurements": measurements,
            "objectives": tuple(unmeasured(met) for met in PASSED.objectives),
        }
    )


def _never_rehearsed() -> Report:
    exercised = tuple(
        one.model_copy(update={"verdict": Verdict.UNKNOWN, "why": "nothing has been rehearsed"}) for one in EXERCISED
    )
    cost = SwitchingCost(
        lines=(), total=_NOTHING, days=_NOTHING, draws=0, seed=0, measured_share=Decimal(0), not_counted=("everything",)
    )
    return PASSED.model_copy(
        update={
            "verdict": Verdict.UNKNOWN,
            "reasons": ("Nothing has been rehearsed.",),
            "place": "",
            "machine": {},
            "rehearsed_on": None,
            "expires_on": None,
            "measurements": None,
            "objectives": tuple(unmeasured(met) for met in PASSED.objectives),
            "exercised": exercised,
            "not_exercised": (),
            "cost": cost,
            "decisions": ("Rehearse in the lab.",),
            "journal_digest": "",
            "plan_digest": "",
        }
    )


_NOTHING = Interval(p10=Decimal(0), p50=Decimal(0), p90=Decimal(0))

REPORTS = {"pass": PASSED, "fail": _with_differences(), "never": _never_rehearsed()}


@pytest.fixture(params=sorted(REPORTS))
def report(request: pytest.FixtureRequest) -> Report:
    """Each of the three reports in turn."""
    return REPORTS[request.param]


@pytest.fixture
def passed() -> Report:
    """There and back again, and everything equal."""
    return REPORTS["pass"]


@pytest.fixture
def failed() -> Report:
    """Differences found, traffic not switched."""
    return REPORTS["fail"]


@pytest.fixture
def never() -> Report:
    """Nothing has been rehearsed."""
    return REPORTS["never"]
