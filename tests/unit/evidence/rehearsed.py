"""A run without a lab: the example's plan, carried out by a hand that only writes down what a rehearsal would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from exitkit import api
from exitkit.api import runs
from exitkit.api.past import noted
from exitkit.api.runs import Run
from exitkit.model.contract import Checked, Facet, Need, whole
from exitkit.model.contract import counted as counts_of
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.journal import NotExercised, Result, Setting
from exitkit.model.plan import AnyStep
from exitkit.rehearsal.run import run as carry_out
from exitkit.rehearsal.run import touched
from exitkit.rehearsal.tried import tried
from exitkit.transfer.export import append
from exitkit.transfer.journal import VERIFIED, Fact, Journal

SPEC = Path(__file__).resolve().parents[3] / "examples" / "pge-attestation" / "workload.yaml"
BEGAN = datetime(2026, 11, 21, 9, tzinfo=UTC)
OBJECTS = 40
SIZE = 2_000


class _Clock:
    """One second later each time it is asked."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def rehearsed(
    folder: Path,
    *,
    name: str = "aaaaaa-1",
    objects: int = OBJECTS,
    back: bool = True,
    playbook: str = "orderly",
    sealed_by_the_source: int = 0,
    after: Sequence[Run] | None = None,
) -> Run:
    """The folder of a run that went there and back; so many objects can be read with the source's keys only.

    `after` are the rehearsals that were known when it began; None where nobody wrote them down.
    """
    plan = api.plan(api.validate(SPEC), spec=SPEC, source="aws", target="ovh", playbook=playbook)
    folder = folder / name
    folder.mkdir(parents=True)
    setting = Setting(
        run=name,
        place="the lab: no cloud at all",
        began=BEGAN,
        exitkit="0.1.0",
        machine={"processors": "2"},
        not_exercised=(NotExercised(what="distance", why="there is none"),),
        earlier=None if after is None else tuple(noted(one) for one in after),
    )
    (folder / "plan.json").write_bytes(plan.canonical() + b"\n")
    (folder / "setting.json").write_bytes(setting.canonical() + b"\n")
    (folder / "lab.path").write_text("nowhere\nnowhere\n")
    with Journal(folder / "objects-dossiers.sqlite", origin="aws", to="ovh") as known:
        for number in range(objects):
            known.add(Fact(f"dossier/{number:04}", SIZE, f"{number:064x}", outcome=VERIFIED, proof="read", at=1))
        append(known, folder / "objects-dossiers.jsonl")
    (folder / "rows-register.jsonl").write_text("".join(f'["public.item", "{n}", "{n:064x}"]\n' for n in range(9)))
    (folder / "clients-web.jsonl").write_text("".join(_seen(n) for n in range(1, 31)))
    run = runs.find(str(folder))
    clock = _Clock()
    list(_carried(run, plan.steps, clock, objects, sealed_by_the_source))
    if back:
        list(_carried(run, (*plan.way_back(touched(run.journal)), *plan.homecoming()), clock, objects))
    return runs.find(str(folder))


def _carried(run: Run, steps: tuple[AnyStep, ...], clock: _Clock, objects: int, sealed: int = 0) -> object:
    return carry_out(
        run.plan.digest,
        steps,
        run.journal,
        do=lambda step: _noted(run, step, objects, sealed),
        holds=lambda step: False,
        clock=clock,
    )


def _noted(run: Run, step: AnyStep, objects: int, sealed: int) -> Result:
    """What a step brought, with what that tried."""
    brought = _read(step, objects, sealed) if step.kind == "read-everything" else _brought(step, objects)
    return brought.model_copy(update={"tried": tried(step, run.plan, brought.evidence, brought.verdict)})


def _seen(number: int) -> str:
    """Clients that write every 200 ms before anything else happens; the writes 11 to 13 are refused."""
    written = not 11 <= number <= 13
    at = BEGAN + timedelta(milliseconds=10 * number)
    told = {
        "n": number,
        "at": at.isoformat().replace("+00:00", "Z"),
        "seconds": "0.001",
        "outcome": "written" if written else "refused",
        "status": 201 if written else 503,
        "served_by": "aws",
        "identifier": f"w{number}" if written else "",
    }
    return json.dumps(told) + "\n"


def _check(name: str, target: Verdict) -> Checked:
    """A check that passes at the source."""
    told = {"facet": Facet.BEHAVIOURAL, "need": Need.USUAL, "promise": "It is so"}
    return Checked(name=name, source=Verdict.PASS, target=target, **told)


def _brought(step: AnyStep, objects: int) -> Result:
    match step.kind, step.component:
        case "copy-objects" | "verify", "dossiers":
            what = "objects copied" if step.kind == "copy-objects" else "objects equal"
            size = "bytes copied" if step.kind == "copy-objects" else "bytes equal"
            found = (_one(what, objects, "objects"), _one(size, objects * SIZE, "bytes"))
            differing = (_one("objects differing", 0, "objects"),) if step.kind == "verify" else ()
            return Result(evidence=(*found, *differing), verdict=Verdict.PASS if step.kind == "verify" else None)
        case "copy-database", _:
            return Result(evidence=(_one("rows copied", 9, "rows"), _one("dump size", 5000, "bytes")))
        case "check-contract", "dossiers":
            checks = (_check("s3.a", Verdict.PASS), _check("s3.b", Verdict.FAIL), _check("s3.c", Verdict.PASS))
            told = tuple(_one(what, count, "checks") for what, count in counts_of(checks).items())
            return Result(evidence=told, verdict=whole(checks), details=tuple(one.line for one in checks))
        case "move-messages", _:
            moved = (_one("messages moved", 12, "messages"), _one("messages missing", 0, "messages"))
            return Result(evidence=moved, verdict=Verdict.PASS)
        case "copy-secret", _:
            return Result(evidence=(_one("secrets equal", 1, "secrets"),), verdict=Verdict.PASS)
        case ("start-service" | "lower-ttl", _) | ("catch-up", "dossiers"):
            return Result(evidence=_FOUND[step.kind])
        case "provision" | "verify", "names":
            what = "records copied" if step.kind == "provision" else "records equal"
            return Result(evidence=(_one(what, 2, "records"),), verdict=Verdict.PASS if step.kind == "verify" else None)
        case "verify", _:
            return Result(
                evidence=(_one("rows equal", 9, "rows"), _one("rows differing", 0, "rows")), verdict=Verdict.PASS
            )
        case "probe", _:
            home = step.id.startswith("home-")
            outage = _one("outage on the way back" if home else "outage", "0.04", "s")
            counted = {"writes acknowledged": 27, "writes refused": 3, "writes without answer": 0, "writes lost": 0}
            counted |= {"writes read back": 27, "writes unknown": 0}
            found = tuple(_one(what, count, "writes") for what, count in counted.items())
            return Result(evidence=(*found, _one("loss", 0, "s"), outage), verdict=Verdict.PASS)
    return Result()


def _read(step: AnyStep, objects: int, sealed: int) -> Result:
    """What could be read with the source's key service off."""
    match step.component:
        case "dossiers":
            counted = (
                _one("objects readable", objects - sealed, "objects"),
                _one("objects unreadable", sealed, "objects"),
            )
            return Result(evidence=counted, verdict=Verdict.FAIL if sealed else Verdict.PASS)
        case "register":
            return Result(evidence=(_one("rows readable", 9, "rows"),), verdict=Verdict.PASS)
    counted = (_one("secrets readable", 1, "secrets"), _one("secrets unreadable", 0, "secrets"))
    return Result(evidence=counted, verdict=Verdict.PASS)


def _one(what: str, value: object, unit: str) -> Evidence:
    return Evidence(what=what, value=Decimal(str(value)), unit=unit, basis=Basis.MEASURED, sources=("here",))


_FOUND = {
    "start-service": (_one("services in good health", 1, "services"),),
    "catch-up": (_one("objects copied", 1, "objects"), _one("bytes copied", SIZE, "bytes")),
    "lower-ttl": (_one("TTL before", 300, "s"), _one("TTL", 60, "s")),
}
