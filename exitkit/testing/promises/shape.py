"""What a provider says of itself."""

from __future__ import annotations

import re
from typing import Protocol

from exitkit.errors import Unsupported
from exitkit.model.capability import Capability, Support
from exitkit.ports import Settings
from exitkit.testing.bench import Bench, hold, refused

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?")
_DATED = re.compile(r"\S.*\(read \d{4}-\d{2}(-\d{2})?\)")


class _NoSuchPort(Protocol):
    """A port that nobody has."""


def it_has_a_name_and_a_title(bench: Bench) -> None:
    """A word for the command line, and its name as people write it."""
    name, title = bench.provider.name, bench.provider.title
    hold(_NAME.fullmatch(name), f"its name {name!r} is not lower case letters, digits and hyphens")
    hold(title and title == title.strip(), f"its title {title!r} is not how people write it")


def it_claims_every_capability_once(bench: Bench) -> None:
    """No capability is passed over in silence, and none is invented."""
    claimed = list(bench.provider.claims)
    missing, unknown = set(Capability) - set(claimed), set(claimed) - set(Capability)
    hold(not missing, f"it says nothing of {', '.join(sorted(missing))}")
    hold(not unknown, f"it claims what is no capability: {', '.join(sorted(map(str, unknown)))}")
    hold(len(claimed) == len(set(claimed)), "it claims a capability twice")


def every_claim_has_a_reason_and_a_dated_source(bench: Bench) -> None:
    """Only what was not looked at may go without a source."""
    for capability, claim in bench.provider.claims.items():
        hold(claim.why.strip(), f"{capability} gives no reason")
        if claim.support is not Support.UNMAPPED:
            hold(_DATED.fullmatch(claim.source), f"{capability} has no source with the date it was read")


def only_a_workaround_degrades(bench: Bench) -> None:
    """What is native gives everything, what is absent nothing."""
    for capability, claim in bench.provider.claims.items():
        less = claim.degrades or claim.weakens_security
        hold(not less or claim.support is Support.WORKAROUND, f"{capability} is {claim.support}, and yet gives less")


def a_port_it_has_not_is_refused(bench: Bench) -> None:
    """Unsupported, never something that is not what was asked for."""
    refused(
        lambda: bench.provider.open(_NoSuchPort, bench.settings or Settings()),  # type: ignore[type-abstract]
        Unsupported,
        "it opened a port that does not exist",
    )
