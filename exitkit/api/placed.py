"""Place a workload on providers, and generate the Terraform for one of them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from exitkit import registry
from exitkit.drivers.terraform import Checked
from exitkit.errors import MissingExtra, Mistake, UsageError
from exitkit.model.placement import Change, Landing, Loss
from exitkit.model.workload import Workload


@dataclass(frozen=True)
class Placed:
    """A workload, where it lands on each provider, and what is lost from the first to each of the others."""

    workload: Workload
    landings: tuple[Landing, ...]
    losses: dict[str, tuple[Loss, ...]]


@dataclass(frozen=True)
class Generated:
    """A tree that was written or compared: its files, what changed, what terraform and the schemas said of it.

    `mistakes` is None where nothing here can read Terraform, and then nothing is known of the schemas.
    """

    folder: Path
    files: int
    modules: tuple[str, ...]
    stale: tuple[str, ...]
    checked: Checked | None
    mistakes: tuple[Mistake, ...] | None = ()


def place(workload: Workload, providers: Sequence[str]) -> Placed:
    """Where each part lands on each provider. Raises UsageError on an unknown one."""
    from exitkit.placing import losses

    found = [registry.get(name) for name in providers]
    landings = tuple(_landed(workload, provider.name)[0] for provider in found)
    lost = {one.name: losses(workload, found[0], one) for one in found[1:]}
    return Placed(workload, landings, lost)


def _landed(workload: Workload, name: str) -> tuple[Landing, Mapping[str, str]]:
    """A landing and its modules. Raises UsageError where a setting for this provider is no input of its module."""
    from exitkit.infra.hatch_check import check_hatches
    from exitkit.infra.vendor import modules
    from exitkit.placing import place as place_one

    landing = place_one(workload, registry.get(name))
    used = modules(name, [one.module for one in landing.placements]) if landing.frame.providers else {}
    check_hatches(workload, name, used)
    return landing, used


def difference(before: Workload, after: Workload, providers: Sequence[str]) -> tuple[Change, ...]:
    """What a change of a workload does on each provider, and to what is lost from the first to the others."""
    from exitkit.placing import changes

    old, new = place(before, providers), place(after, providers)
    landings = zip(providers, old.landings, new.landings, strict=True)
    return tuple(
        changes(here, there, old.losses.get(name, ()), new.losses.get(name, ())) for name, here, there in landings
    )


def tree_of(workload: Workload, provider: str) -> Mapping[str, str]:
    """The files of one provider's tree, by path. Raises Unsupported where nothing is made with Terraform."""
    from exitkit.infra.compose import compose

    landing, used = _landed(workload, provider)
    return compose(workload, landing, used)


def generate(workload: Workload, provider: str, folder: Path, *, check_only: bool = False) -> Generated:
    """Write the tree of one provider, or with `check_only` tell which of its files are stale; nothing half-written.

    Files of the tree's owner are left alone: only what exitkit writes is compared, replaced, or, below `modules/`,
    removed. A tree that holds what looks like a secret is not written.
    """
    from exitkit.drivers.terraform import check

    tree = tree_of(workload, provider)
    _without_secrets(tree)
    stale = tuple(path for path, text in tree.items() if _read(folder / path) != text)
    extra = tuple(path for path in _module_files(folder) if path not in tree)
    used = tuple(sorted({path.split("/")[1] for path in tree if path.startswith("modules/")}))
    mistakes = _mistakes(tree, provider)
    if check_only:
        return Generated(folder, len(tree), used, tuple(sorted(stale + extra)), None, mistakes)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    with tempfile.TemporaryDirectory(prefix="exitkit-") as staging:
        for path, text in tree.items():
            file = Path(staging) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        checked = check(Path(staging))
        _deliver(Path(staging), folder, stale, extra)
    return Generated(folder, len(tree), used, tuple(sorted(stale + extra)), checked, mistakes)


def _mistakes(tree: Mapping[str, str], provider: str) -> tuple[Mistake, ...] | None:
    from exitkit.infra.tree_check import check_terraform

    try:
        return check_terraform(tree, provider)
    except MissingExtra:
        return None


def _without_secrets(tree: Mapping[str, str]) -> None:
    from exitkit.infra.secret_check import secrets_in

    if found := next(secrets_in(tree), None):
        raise UsageError(
            f"{found.file}:{found.line}:{found.column}: {found.message}",
            hint="say it as a component of kind `secret`, whose value no file holds",
        )


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
