"""One check of a contract, and what comes of trying it: pass, fail, or unknown, and why."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from exitkit.errors import ExitkitError, OutsideError
from exitkit.model.contract import Checked, Facet, Need
from exitkit.model.evidence import Verdict
from exitkit.model.workload import Component

B = TypeVar("B")
"""What a check is tried on: a bucket to fill, a database to speak to, a port."""

Wanted = Callable[[Any], Need]
"""Takes a component; answers who wants a check of it."""

Opened = Callable[[], AbstractContextManager[B]]
"""Opens what checks are tried on, and clears it away afterwards."""

PAUSES = (0.2, 0.4, 0.8, 1.6)
"""Seconds between tries of a check that got no answer."""

PATIENCE_SECONDS = 12.0
"""Pauses that one side gets in all; a side that is silent for so long is not asked further."""

_LONGEST = 160


class BrokenError(Exception):
    """A promise that a side does not keep, in words."""


class UntriedError(Exception):
    """A promise that could not be tried on a side, and why: no verdict on it."""


def hold(kept: object, otherwise: str) -> None:
    """Go on where a promise is kept. Raises BrokenError."""
    if not kept:
        raise BrokenError(otherwise)


def asked(component: object) -> Need:  # noqa: ARG001 - whatever it is
    """The workload wants it of every component of the kind."""
    return Need.ASKED


def usual(component: object) -> Need:  # noqa: ARG001 - whatever it is
    """Programs usually rely on it; whether these do, the workload does not say."""
    return Need.USUAL


@dataclass(frozen=True)
class Check(Generic[B]):
    """One promise: its name, its facet, who wants it, and a function that raises where it is not kept."""

    name: str
    facet: Facet
    promise: str
    act: Callable[[B], None]
    needs: Wanted


@dataclass(frozen=True)
class Contract(Generic[B]):
    """The checks of one protocol, in the order they are tried in."""

    protocol: str
    checks: list[Check[B]] = field(default_factory=list)

    def promise(self, facet: Facet, needs: Wanted = usual) -> Callable[[Callable[[B], None]], Callable[[B], None]]:
        """Take a function in: its name is the check's, the first sentence of its docstring what is promised."""

        def taken(act: Callable[[B], None]) -> Callable[[B], None]:
            name = f"{self.protocol}.{act.__name__.replace('_', '-')}"
            said = (act.__doc__ or "").strip().split("\n")[0].rstrip(".")
            self.checks.append(Check(name, facet, said, act, needs))
            return act

        return taken


@dataclass
class Patience:
    """How long one side may still be waited for."""

    left: float = PATIENCE_SECONDS
    pause: Callable[[float], None] = time.sleep

    def waits(self, seconds: float) -> bool:
        """Wait; False where there is no patience left."""
        if seconds > self.left:
            return False
        self.left -= seconds
        self.pause(seconds)
        return True


Found = tuple[Verdict, str]
"""What came of one check on one side, and why where it did not pass."""


def hold_both(contract: Contract[B], component: Component, source: Opened[B], target: Opened[B]) -> tuple[Checked, ...]:
    """Try every check somebody wants on both sides, one side after the other."""
    wanted = [one for one in contract.checks if one.needs(component) is not Need.NOBODY]
    here, there = _tried_on(wanted, source), _tried_on(wanted, target)
    return tuple(_joined(one, one.needs(component), here.get(one.name), there.get(one.name)) for one in contract.checks)


def _joined(check: Check[B], need: Need, here: Found | None, there: Found | None) -> Checked:
    told = Checked(name=check.name, facet=check.facet, need=need, promise=check.promise)
    if here is None or there is None:
        return told
    whys = {"source": here[1], "target": there[1]}
    why = here[1] if here == there else "; ".join(f"{side}, {words}" for side, words in whys.items() if words)
    return told.model_copy(update={"source": here[0], "target": there[0], "why": why})


def _tried_on(checks: Iterable[Check[B]], opened: Opened[B]) -> dict[str, Found]:
    """What comes of each check on one side; where nothing can be opened there, all stay unknown.

    What cannot be cleared away again raises OutsideError.
    """
    listed, patience = list(checks), Patience()
    with ExitStack() as held:
        try:
            bench = held.enter_context(opened())
        except (UntriedError, ExitkitError) as error:
            return {one.name: (Verdict.UNKNOWN, _short(error)) for one in listed}
        return {one.name: try_one(one, bench, patience) for one in listed}


def try_one(check: Check[B], bench: B, patience: Patience | None = None) -> Found:
    """Try one check, again where no answer came."""
    patience = patience or Patience()
    why = "nothing was asked: this side had stopped answering"
    if patience.left <= 0:
        return Verdict.UNKNOWN, why
    for pause in (*PAUSES, None):
        try:
            check.act(bench)
        except BrokenError as broken:
            return Verdict.FAIL, _short(broken)
        except UntriedError as untried:
            return Verdict.UNKNOWN, _short(untried)
        except OutsideError as error:
            why = _short(error)
        else:
            return Verdict.PASS, ""
        if pause is not None and not patience.waits(pause):
            patience.left = 0.0
            break
    return Verdict.UNKNOWN, why


def _short(error: Exception) -> str:
    words = " ".join((error.message if isinstance(error, ExitkitError) else str(error)).split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 3]}..."
