"""What every rendering of an inventory says in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from exitkit.model.inventory import Custody, Effort, Inventory, Portability, Share, Sighting
from exitkit.units import Bytes

CUSTODY_WORDS = {
    Custody.K0: "key of the provider",
    Custody.K1: "customer key, made at the provider",
    Custody.K2: "customer key, brought",
    Custody.K3: "key kept outside",
    Custody.K4: "encrypted before it is handed over",
    Custody.UNKNOWN: "nobody could tell",
}


def many(count: int, what: str) -> str:
    """A count with its noun."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def days(effort: Effort | None) -> tuple[str, str, str, str]:
    """Low, likely, high and basis, as cells."""
    if effort is None:
        return "", "", "", "not estimated"
    return f"{effort.low:,.1f}", f"{effort.likely:,.1f}", f"{effort.high:,.1f}", effort.basis.value


def share_words(share: Share) -> str:
    """What a share is made of."""
    if not share.total:
        return share.why
    unknown = f", {share.unknown:,} unknown" if share.unknown else ""
    why = f"; {share.why}" if share.why else ""
    return f"{share.held:,} of {share.total:,} {share.unit}{unknown}{why}"


def classes(inventory: Inventory) -> list[tuple[Portability, int, list[str], Effort | None]]:
    """Resources by class: how many, of which services, and the person-days estimated."""
    rows = []
    for one in Portability:
        counted = [part for part in inventory.resources if part.portability is one and part.provider != "neutral"]
        efforts = [part.effort for part in counted if part.effort is not None]
        whole = efforts[0] if efforts else None
        for more in efforts[1:]:
            whole = whole + more if whole is not None else more
        names = Counter(part.service or part.type for part in counted)
        if counted:
            rows.append((one, sum(part.count for part in counted), [name for name, _ in names.most_common()], whole))
    return rows


def custody(inventory: Inventory) -> list[tuple[Custody, int]]:
    """How many data stores there are at each level of custody."""
    counts = Counter(one.custody for one in inventory.resources if one.custody is not None and one.count)
    return [(level, counts[level]) for level in Custody if counts[level]]


def size(inventory: Inventory) -> tuple[Bytes, int]:
    """What is known of how much data there is, and how many stores say nothing of it."""
    stores = [one for one in inventory.resources if one.stores_data and one.count]
    known = [one.size for one in stores if one.size is not None]
    return Bytes(sum(known)), len(stores) - len(known)


def ties(inventory: Inventory) -> list[tuple[str, int]]:
    """How many ties there are of each kind."""
    return sorted(Counter(one.kind.value for one in inventory.ties).items(), key=lambda pair: (-pair[1], pair[0]))


def open_findings(findings: Iterable[Sighting]) -> list[Sighting]:
    """Findings nobody accepted."""
    return [one for one in findings if one.accepted is None]
