"""One small workload and what is known of leaving it, for the rules and the switching cost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from exitkit.lockin.rules.base import Case
from exitkit.lockin.switching import Known
from exitkit.model.bill import Bill
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.network import Network
from exitkit.model.kinds.service import Service
from exitkit.model.placement import Kept, Loss
from exitkit.model.report import Measurements
from exitkit.model.workload import Workload

TODAY = date(2026, 11, 21)

SHOP = Workload(
    name="shop",
    components=(
        Network(name="net", kind="network"),
        Bucket(name="images", kind="bucket", size="50 GiB"),
        Service(
            name="web",
            kind="service",
            image="registry.example/shop:1",
            network="net",
            uses=("images",),
            hatch={"aws": {"machine_image": "ami-1"}},
        ),
    ),
)


def loss(outcome: Kept, *, weakens: bool = False) -> Loss:
    """What becomes of one capability of web."""
    return Loss(
        component="web",
        capability=Capability.SERVICE_IDENTITY,
        outcome=outcome,
        source_support="native",
        target_support="workaround",
        why="static keys",
        source="a page (read 2026-11-01)",
        weakens_security=weakens,
    )


def seconds(what: str, value: str) -> Evidence:
    """A measured time."""
    return Evidence(what=what, value=Decimal(value), unit="s", basis=Basis.MEASURED, sources=("journal:x",))


def measured(**changed: object) -> Measurements:
    """A run that went well, with some of it changed."""
    empty = dict.fromkeys(
        ("writes", "lost", "objects_equal", "objects_differing", "rows_equal", "rows_differing", "bytes_copied")
    )
    whole = {
        "run": "abc-1",
        "plan": "a" * 64,
        "began": datetime(2026, 11, 21, 10, tzinfo=UTC),
        "ended": datetime(2026, 11, 21, 11, tzinfo=UTC),
        "steps": (),
        "outage": seconds("outage", "36"),
        "copy_seconds": seconds("copying", "86400"),
        "way_back_seconds": seconds("way back", "5"),
        "interruptions": 0,
        "integrity": Verdict.PASS,
        "returned": Verdict.PASS,
        **empty,
    }
    return Measurements.model_validate({**whole, **changed})


def case(**changed: object) -> Case:
    """A case in which nothing is wrong, with some of it changed."""
    whole = {
        "workload": SHOP,
        "source": "aws",
        "target": "ovh",
        "losses": (),
        "measurements": measured(),
        "objectives": (),
        "rehearsed_on": TODAY,
        "today": TODAY,
    }
    return Case(**{**whole, **changed})  # type: ignore[arg-type]


def price(value: str, unit: str) -> Bill:
    """A bill of one line."""
    line = Evidence(
        what="x", value=Decimal(value), unit=unit, basis=Basis.PUBLISHED, sources=("list (read 2026-10-09)",)
    )
    return Bill(lines=(line,))


def known(**changed: object) -> Known:
    """What a switching cost is computed from, with some of it changed."""
    whole = {
        "workload": SHOP,
        "run_rate": price("100", "EUR/month"),
        "egress": price("10", "EUR"),
        "tried": frozenset(),
        "measurements": None,
        "today": TODAY,
    }
    return Known(**{**whole, **changed})  # type: ignore[arg-type]
