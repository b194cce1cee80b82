"""Rules about the reading itself: what was not read is not a pass."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.model.finding import Severity
from exitkit.model.inventory import Spot, State
from exitkit.scan.rules.base import Estate, rule

Found = Iterator[tuple[Spot, str, str]]


@rule(
    "LK430", "a file that was not read whole", Severity.MEDIUM, "repair the file, or scan it on its own", unknown=True
)
def not_read(estate: Estate) -> Found:
    """A file was refused, or read in part.

    What it means: what stands in it is in no count. Not knowing is not a pass.

    Way out: repair the file, or leave it out knowingly.
    """
    for one in estate.inventory.files:
        if one.state in (State.REFUSED, State.PARTIAL):
            yield Spot(file=one.path), one.path, f"{one.path} was {_STATES[one.state]}: {one.why}"


_STATES = {State.REFUSED: "refused", State.PARTIAL: "read in part"}


@rule("LK431", "an acceptance that does not hold", Severity.LOW, "write `exitkit:ignore LK401 until 2027-01-31: why`")
def broken_waiver(estate: Estate) -> Found:
    """A comment would accept a finding, and does not: it names no rule, no day or no reason, or the day has passed.

    What it means: the finding counts as if the comment were not there.

    Way out: say all three: `# exitkit:ignore LK401 until 2027-01-31: moved with the next release`.
    """
    for one in estate.comments:
        spot = Spot(file=one.file, line=one.line)
        if one.until is None:
            yield spot, f"line {one.line}", f"`{one.said or 'exitkit:ignore'}` must name a rule, a day and a reason"
        elif one.until < estate.today:
            yield spot, " ".join(one.codes), f"the acceptance of {', '.join(one.codes)} ended on {one.until}"


@rule("LK432", "something that could not be known", Severity.INFO, "give it a default, or add the state or a plan")
def not_known(estate: Estate) -> Found:
    """How many there are of a resource, or where, hangs on something that only a run would tell.

    What it means: it is counted once, and the shares are that much less certain.

    Way out: give the variable a default, or add the state or a plan in JSON.
    """
    for one in estate.inventory.resources:
        if one.unclear:
            yield one.spot, one.address, f"{one.address}: {'; '.join(one.unclear)}"
    for gap in estate.inventory.opaque:
        if not gap.resources:
            yield gap.spot, gap.what, f"{gap.what}: {gap.why}"
