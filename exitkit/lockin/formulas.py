"""The formulas of D1 to D9, each from counts that anybody can make again; no weight is hidden in them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

DAY = 86_400.0
TRANSITION_DAYS = 30.0
"""The longest transition after notice (Data Act, Regulation (EU) 2023/2854, Article 25(2)(a))."""


def copy_seconds(  # noqa: PLR0917 - the letters of the formula, in its order
    fixed: float, objects: float, latency: float, streams: float, size: float, speed: float
) -> float:
    """D1: t = a + N·h/p + B/β."""
    return fixed + objects * latency / streams + size / speed


def churn_ratio(churn: float, speed: float) -> float:
    """D1: ρ = χ/β; from one up, catching up never ends."""
    return churn / speed


def left_after(size: float, ratio: float, passes: int) -> float:
    """D1: what is left to copy after so many passes: B·ρ^k."""
    if not 0 <= ratio < 1:
        raise ValueError("writes come in as fast as they are copied, so catching up never ends")
    return float(size * ratio**passes)


def freeze_seconds(fixed: float, left: float, speed: float, verify: float, switch: float) -> float:
    """D1: F = a + B·ρ^k/β + t_verify + t_switch."""
    return fixed + left / speed + verify + switch


def law_ratio(seconds: float) -> float:
    """D1: q30 = T_copy / 30 d; at most one passes."""
    return seconds / DAY / TRANSITION_DAYS


def rule_of_three(compared: int) -> float:
    """D1, D5: after n comparisons without a difference, the rate of differences is under 3/n, at 95 %."""
    return min(1.0, 3 / compared) if compared else 1.0


def share(part: float, whole: float) -> float:
    """D2, D3, D5, D7: part of whole; of nothing, nothing."""
    return part / whole if whole else 0.0


def wilson(passed: int, tried: int, z: float = 1.959964) -> tuple[float, float]:
    """D2, D7: the interval of a share at 95 % (Wilson 1927)."""
    if not tried:
        return 0.0, 1.0
    p = passed / tried
    middle = (p + z * z / (2 * tried)) / (1 + z * z / tried)
    half = z / (1 + z * z / tried) * math.sqrt(p * (1 - p) / tried + z * z / (4 * tried * tried))
    return middle - half if passed else 0.0, middle + half if passed < tried else 1.0


def agreement(probes: Sequence[tuple[bool, bool]]) -> float:
    """D4: how often source and target answer a probe alike; each is (allowed at the source, allowed at the target)."""
    return share(sum(here == there for here, there in probes), len(probes))


def over_permissions(probes: Sequence[tuple[bool, bool]]) -> int:
    """D4: probes the source denies and the target allows; the gate asks for none."""
    return sum(there and not here for here, there in probes)


def readable_by_provider(levels: Mapping[str, float]) -> float:
    """D5: the share of bytes the provider can read in use: K0 to K3 of all."""
    return share(sum(size for level, size in levels.items() if level != "K4"), sum(levels.values()))


def to_encrypt_again(levels: Mapping[str, float]) -> float:
    """D5: bytes whose encryption is left behind: K0 to K3; what clients encrypt travels as it is."""
    return sum(size for level, size in levels.items() if level != "K4")


def network_days(partners: Sequence[float], carrier: float, ttl_seconds: float) -> float:
    """D6: the longest of partners' lead times, the carrier's, and the time names live in caches."""
    return max((*partners, carrier, ttl_seconds / DAY))


def commitments(remaining: float, usage: float, penalty: float) -> float:
    """D8: max(0, commitment left - what is still used of it) + penalty."""
    return max(0.0, remaining - usage) + penalty


def effort(types: Sequence[tuple[float, float]], bias: float, tests: float) -> float:
    """Total: E = b·Σ e·weight + E_test; a weight is 1 + λ(n-1), less where it was rehearsed."""
    return bias * sum(each * weight for each, weight in types) + tests


def work_days(person_days: float, team: float, available: float) -> float:
    """Total: calendar days of so many person-days: E/(FTE·α)·7/5."""
    return person_days / (team * available) * 7 / 5


def break_even(investment: float, before: float, after: float) -> float | None:
    """p* = I/(C0 - C1); None where nothing is saved. Above one, the reason to invest is not this cost."""
    return investment / (before - after) if before > after else None
