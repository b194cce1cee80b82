"""Faults that the lab's object stores have on request: seeded, so that a test that failed can be run again.

No real server offers them. They are asked for through the lab's control door, or, by a store that stands alone, in the
environment; nothing outside tests asks for any.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from exitkit.model.base import Frozen

VARIABLE = "EXITKIT_LAB_FAULTS"
Kind = Literal[
    "flip",  # one byte of what is read is another one
    "truncate",  # the connection ends in the middle of what was promised
    "short",  # less is sent than there is, and the length says so too
    "wrong-length",  # the length promises more than comes; the connection stays open
    "slow-down",  # 503 SlowDown, nothing done
    "fail",  # 500 InternalError, nothing done
    "expired",  # 400 ExpiredToken, nothing done
    "full",  # 507 XMinioStorageFull to a write, nothing done
    "redirect",  # 307 to another endpoint, nothing done
    "stall",  # the answer waits
    "drip",  # the answer comes in small pieces
    "reset",  # the connection is reset before anything is done
    "lose",  # it is done, and the connection is reset before the answer
    "skew",  # the server's clock is wrong: the Date it sends, and the times it accepts
    "lying-tag",  # another ETag than the object's
    "rot",  # what is written is kept with one byte changed, under the tag of what was sent
    "forget",  # what is written is acknowledged, and not kept
]
BEFORE = ("slow-down", "fail", "expired", "full", "redirect", "reset", "rot", "forget")


class Rule(Frozen):
    """One fault: how often, for which requests, how strong."""

    kind: Kind
    share: float = Field(1.0, ge=0, le=1)
    after: int = Field(0, ge=0)
    most: int | None = None
    methods: tuple[str, ...] = ()
    starting: str = ""
    seconds: float = 0.0
    to: str = ""


class Faults(Frozen):
    """The faults of one store, and the seed of their chance."""

    seed: int = 0
    rules: tuple[Rule, ...] = ()


class Chance:
    """Decides, request by request, which faults strike; the same requests in the same order meet the same ones."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.chance = random.Random(faults.seed)  # noqa: S311 - it must repeat, not be secret
        self._seen = [0] * len(faults.rules)
        self.struck = [0] * len(faults.rules)
        self.skew = sum(rule.seconds for rule in faults.rules if rule.kind == "skew")
        """How many seconds the server's clock is ahead."""

    def strike(self, method: str, path: str) -> list[Rule]:
        """The faults of the next request, `path` as it was written."""
        found = []
        for at, rule in enumerate(self.faults.rules):
            if (rule.methods and method not in rule.methods) or not path.startswith(rule.starting):
                continue
            self._seen[at] += 1
            spent = rule.most is not None and self.struck[at] >= rule.most
            if self._seen[at] <= rule.after or spent or self.chance.random() >= rule.share:
                continue
            self.struck[at] += 1
            found.append(rule)
        return found

    def flipped(self, body: bytes | memoryview) -> bytes:
        """The same with one byte changed."""
        changed = bytearray(body)
        if changed:
            changed[self.chance.randrange(len(changed))] ^= 1 << self.chance.randrange(8)
        return bytes(changed)


def told(rules: Iterable[Rule], kind: Kind) -> Rule | None:
    """The rule of a kind, where it struck."""
    return next((rule for rule in rules if rule.kind == kind), None)
