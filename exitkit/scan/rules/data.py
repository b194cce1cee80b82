"""Rules about data: who holds its keys, and how much there is."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.model.finding import Severity
from exitkit.model.inventory import Custody, Spot
from exitkit.scan.rules.base import Estate, rule

Found = Iterator[tuple[Spot, str, str]]


@rule("LK420", "the provider holds the key", Severity.MEDIUM, "use a key that is yours, and know where its copy is")
def provider_key(estate: Estate) -> Found:
    """A data store is encrypted with a key of the provider (K0), or not at all.

    What it means: nobody but the provider can take the key away, and nobody but the provider can prove who used it.

    Way out: use a customer key, brought or kept outside where the law asks for it; on leaving, plan the re-encryption.
    """
    for one in estate.inventory.resources:
        if one.custody is Custody.K0 and one.count:
            yield one.spot, one.address, f"{one.address} holds data under a key of the provider (K0)"


@rule("LK421", "a key that cannot leave", Severity.LOW, "plan the re-encryption, or bring a key you hold a copy of")
def made_there(estate: Estate) -> Found:
    """A data store is encrypted with a customer key that the provider made (K1).

    What it means: you decide over the key, but it does not leave: what is encrypted with it is decrypted there first.

    Way out: plan to re-encrypt at the target, or bring a key of which you hold a copy (K2).
    """
    for one in estate.inventory.resources:
        if one.custody is Custody.K1 and one.count:
            yield one.spot, one.address, f"{one.address} holds data under a key that was made at the provider (K1)"


@rule("LK422", "a key nobody could trace", Severity.LOW, "name the key in the same folder, or give the state")
def untraced(estate: Estate) -> Found:
    """It could not be told who holds the key of a data store.

    What it means: this is not a pass. The key is named by a value that only a run would tell, or lives elsewhere.

    Way out: scan the folder that makes the key together with this one.
    """
    for one in estate.inventory.resources:
        if one.custody is Custody.UNKNOWN and one.count:
            yield one.spot, one.address, f"nobody could tell who holds the key of {one.address}"


@rule("LK423", "nobody knows how much data", Severity.INFO, "measure it: copying takes time by the byte")
def unknown_size(estate: Estate) -> Found:
    """The size of a data store is said nowhere in the files.

    What it means: how long the copy takes, and what leaving with it costs, cannot be told.

    Way out: measure it, and declare it in the workload (`size:`), or add the state.
    """
    for one in estate.inventory.resources:
        if one.stores_data and one.size is None and one.count:
            yield one.spot, one.address, f"how much {one.address} holds is said nowhere"
