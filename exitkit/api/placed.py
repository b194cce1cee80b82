"""Place a workload on providers, and generate the Terraform for one of them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exitkit import registry
from exitkit.drivers.terraform import Checked
from exitkit.errors import UsageError
from exitkit.model.placement import Landing, Loss
from exitkit.model.workload import Workload


@dataclass(frozen=True)
class Placed:
    """A workload, where it lands on each provider, and what is lost from the first to each of the others."""

    workload: Workload
    landings: tuple[Landing, ...]
    losses: dict[str, tuple[Loss, ...]]


@dataclass(frozen=True)
class Generated:
    """A tree that was written or compared: its files, what changed, what terraform said of it."""

    folder: Path
    files: int
    modules: tuple[str, ...]
    stale: tuple[str, ...]
    checked: Checked | None


def place(workload: Workload, providers: Sequence[str]) -> Placed:
    """Where each part lands on each provider. Raises UsageError on an unknown one."""
    from exitkit.placing import losses
    from exitkit.placing import place as place_one

    found = [registry.get(name) for name in providers]
    landings = tuple(place_one(workload, provider) for provider in found)
    lost = {one.name: losses(workload, found[0], one) for one in found[1:]}
    return Placed(workload, landings, lost)


def generate(workload: Workload, provider: str, folder: Path, *, check_only: bool = False) -> Generated:
    """Write the tree of one provider, or with `check_only` tell which of its files are stale; nothing half-written.

    Files of the tree's owner are left alone: only what exitkit writes is compared, replaced, or, below `modules/`,
    removed.
    """
    from exitkit.drivers.terraform import check
    from exitkit.infra.compose import compose
    from exitkit.infra.vendor import modules
    from exitkit.placing import place as place_one

    landing = place_one(workload, registry.get(provider))
    tree = compose(workload, landing, modules(provider, [one.module for one in landing.placements]))
    stale = tuple(path for path, text in tree.items() if _read(folder / path) != text)
    extra = tuple(path for path in _module_files(folder) if path not in tree)
    used = tuple(sorted({one.module for one in landing.placements}))
    if check_only:
        return Generated(folder, len(tree), used, tuple(sorted(stale + extra)), None)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    with tempfile.TemporaryDirectory(prefix="exitkit-") as staging:
        for path, text in tree.items():
            file = Path(staging) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        checked = check(Path(staging))
        _deliver(Path(staging), folder, stale, extra)
    return Generated(folder, len(tree), used, tuple(sorted(stale + extra)), checked)


def _deliver(staging: Path, folder: Path, stale: Sequence[str], extra: Sequence[str]) -> None:
    try:
        for path in stale:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            fresh = (folder / path).with_name(f".{Path(path).name}.new")
            shutil.copyfile(staging / path, fresh)
            os.replace(fresh, folder / path)
        for path in extra:
            (folder / path).unlink()
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error


def _module_files(folder: Path) -> tuple[str, ...]:
    found = (folder / "modules").rglob("*") if folder.is_dir() else ()
    return tuple(sorted(str(file.relative_to(folder)) for file in found if file.is_file()))


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
