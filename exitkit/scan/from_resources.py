"""Draft components from plain resources of a cloud, as far as their attributes tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exitkit.scan import drafted_aws, drafted_others
from exitkit.scan.around import HELPERS, Around, kind_of
from exitkit.scan.drafting import Worker
from exitkit.scan.proposals import Proposed, Shapes
from exitkit.scan.seen import Seen

WORKERS: Mapping[str, Worker] = {**drafted_aws.WORKERS, **drafted_others.WORKERS}
"""By the type of the resource that is a component; what configures it is read with it."""

NETWORKS = frozenset({
    "aws_vpc", "google_compute_network", "azurerm_virtual_network", "openstack_networking_network_v2",
    "ovh_cloud_project_network_private",
})  # fmt: skip
KEYS = frozenset({"aws_kms_key", "google_kms_crypto_key", "azurerm_key_vault_key", "ovh_okms_service_key"})
_ON_NETWORK = frozenset({"postgres", "service", "cache", "cluster", "queue"})
_WITH_KEY = frozenset({"postgres", "bucket"})


def proposed(all_seen: Sequence[Seen], shapes: Shapes) -> list[Proposed]:
    """One component for each resource that is one; what configures it is covered with it."""
    around = Around(all_seen, shapes)
    made: list[tuple[Seen, Proposed]] = []
    for seen in all_seen:
        worker = WORKERS.get(kind_of(seen))
        one = worker(seen, around) if worker is not None and seen.instances != 0 else None
        if one is None:
            continue
        if seen.instances != 1:
            one.remarks.append(f"it stands for {seen.instances or 'an unknown number of'} resources")
        one.covers.add(seen.address)
        made.append((seen, one))
    mains = {id(seen) for seen, _ in made}
    for seen, one in made:
        parts = _parts(seen, one, around, mains)
        one.covers |= {part.address for part in parts}
        _links(seen, one, around, parts)
    return [one for _, one in made]


def _links(seen: Seen, one: Proposed, around: Around, parts: Sequence[Seen]) -> None:
    if one.kind in _ON_NETWORK and (found := around.reached([seen], NETWORKS)):
        one.links["network"] = found
    if one.kind in _WITH_KEY and (found := around.reached([seen, *parts], KEYS)):
        one.links["key"] = found


def _parts(seen: Seen, one: Proposed, around: Around, mains: set[int]) -> list[Seen]:
    """What configures it: of the right types, naming it or named by it, and so on from there."""
    fits, found = HELPERS[one.kind], {id(seen): seen}
    level = [seen, *(part for address in one.covers for part in around.named(seen) if part.address == address)]
    for _ in range(3):
        near = (
            part
            for known in level
            for part in (*around.parts(known), *around.named(known))
            if id(part) not in found and id(part) not in mains and fits.fullmatch(part.type)
        )
        level = list({id(part): part for part in near}.values())
        found |= {id(part): part for part in level}
    return [part for part in found.values() if part is not seen]


def kinds() -> frozenset[str]:
    """The types that are drafted."""
    return frozenset(WORKERS)
