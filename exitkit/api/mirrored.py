"""Keep the copies that no cloud holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from exitkit.api.describe import validate
from exitkit.api.staged import kept_of
from exitkit.errors import UsageError
from exitkit.transfer.mirror import Stock, keep, take_stock


@dataclass(frozen=True)
class Mirrored:
    """What a mirror holds of the ten things, and where it is."""

    folder: Path
    stock: tuple[Stock, ...]


def mirror(spec: Path, *, check_only: bool = False) -> Mirrored:
    """Copy what the workload names into its mirror, and look at all ten things; `check_only` copies nothing.

    Raises UsageError where the workload names no mirror, or a path that holds nothing.
    """
    workload = validate(spec)
    store = kept_of(workload, spec.parent)
    if workload.mirror is None or store is None:
        raise UsageError(
            f"{workload.name} names no mirror: everything beside its data lives only where it runs",
            hint="say `mirror: {folder: …, holds: {state: …, images: …}}`; exitkit schema workload prints the words",
        )
    folder = spec.parent / workload.mirror.folder
    if not check_only:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep(workload.mirror, workload.name, spec.parent, store)
    return Mirrored(folder, take_stock(workload.mirror, workload.name, store))
