"""Ask a service what its workload declares it has to answer, and note every answer as a figure."""

from __future__ import annotations

import time
from decimal import Decimal
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.journal import Result
from exitkit.model.kinds.service import AcceptanceProbe, Service
from exitkit.model.plan import Probe
from exitkit.rehearsal.world import World, name_of

_PATIENCE_SECONDS = 15.0
_TRIES = 8
_PAUSE_SECONDS = 0.4
"""Between two asks of a server that gave no answer at all; an answer, whatever it says, counts at once."""

_MOST_BYTES = 2**20


class _Stay(HTTPRedirectHandler):
    """Takes a redirect for the answer it is."""

    def redirect_request(  # noqa: PLR0917 - as the library calls it
        self,
        req: Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


def ask(step: Probe, world: World) -> Result:
    """Ask every declared probe where the service's name points: seconds each took, passed or failing, and why.

    There is no verdict where none is declared.
    """
    service = world.part(step.component, Service)
    if not service.probes:
        return Result()
    address = world.resolver().resolve(name_of(service))
    times: list[Evidence] = []
    told: list[str] = []
    wrong = 0
    for number, one in enumerate(service.probes, start=1):
        seconds, why = _asked(address, one, step.at)
        wrong += bool(why)
        told.append(f"probe {number}, {one.path}: {f'FAIL, {why}' if why else 'pass'}")
        times.append(world.measured(f"`{one.path}` at {step.at}", seconds, "s", step.id))
    evidence = (
        world.measured("probes passed", len(service.probes) - wrong, "probes", step.id),
        world.measured("probes failing", wrong, "probes", step.id),
        *times,
    )
    told.sort(key=lambda line: not line.partition(": ")[2].startswith("FAIL"))
    return Result(evidence=evidence, verdict=Verdict.FAIL if wrong else Verdict.PASS, details=tuple(told))


def _asked(address: str | None, probe: AcceptanceProbe, at: str) -> tuple[Decimal, str]:
    """How many seconds an answer took, and what is wrong with it; nothing where it is as declared."""
    first = time.monotonic()
    if address is None:
        return Decimal(0), "the name leads nowhere"
    for tried in range(_TRIES):
        if tried:
            time.sleep(_PAUSE_SECONDS)
        began = time.monotonic()
        if began - first > _PATIENCE_SECONDS:
            break
        answer = _answer(f"http://{address}{probe.path}")
        if answer is not None:
            seconds = _since(began)
            return seconds, _wrong(answer, seconds, probe, at)
    return _since(first), "no answer"


def _since(began: float) -> Decimal:
    return Decimal(str(round(time.monotonic() - began, 4)))


def _answer(url: str) -> tuple[int, str, str] | None:
    """(status, who served it, body); None where there was no whole answer."""
    try:
        try:
            answer = build_opener(_Stay).open(url, timeout=_PATIENCE_SECONDS)
        except HTTPError as error:
            answer = error
        with answer:
            body = answer.read(_MOST_BYTES).decode("utf-8", "replace")
            return answer.status, answer.headers.get("X-Served-By", ""), body
    except (URLError, OSError, HTTPException, ValueError):
        return None


def _wrong(answer: tuple[int, str, str], seconds: Decimal, probe: AcceptanceProbe, at: str) -> str:
    """Everything in which an answer is not as declared; of a body nothing is told but what was looked for."""
    status, served, body = answer
    found = []
    if status != probe.status:
        found.append(f"answered {status}, not {probe.status}")
    if served not in ("", at):
        found.append(f"served by {served}, not {at}")
    if probe.contains not in body:
        found.append(f"without the text `{probe.contains}`")
    if probe.within is not None and seconds > int(probe.within):
        found.append(f"took {seconds} s, more than {probe.within}")
    return "; ".join(found)
