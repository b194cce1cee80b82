"""Copy the modules a landing uses, so that its tree stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from exitkit import registry
from exitkit.errors import Unsupported

_KEPT = (".tf", ".tftpl", ".md", ".sh", ".yaml", ".json")


def modules(provider: str, kinds: Iterable[str]) -> Mapping[str, str]:
    """The files of the modules of some kinds, by path below `modules/`. Raises Unsupported where there is no module."""
    return dict(
        entry for kind in sorted(set(kinds)) for entry in sorted(_files(_folder(provider, kind), prefix=f"{kind}/"))
    )


def _folder(provider: str, kind: str) -> Traversable:
    clouds = [cloud for cloud in _clouds(provider) if cloud.is_dir()]
    for cloud in clouds:
        if cloud.joinpath(kind, "main.tf").is_file():
            return cloud.joinpath(kind)
    raise Unsupported(
        f"there is no Terraform module for {kind} on {provider}"
        if clouds
        else f"there are no Terraform modules for {provider}: nothing can be generated"
    )


def _clouds(provider: str) -> Iterator[Traversable]:
    """Inside the installed package, else beside it in a checkout; those of a provider that lives elsewhere, with it."""
    package = files("exitkit")
    yield package.joinpath("_shipped", "terraform", provider)
    yield Path(str(package)).parent / "terraform" / provider
    own = registry.folder(provider)
    if own is not None:
        yield own.joinpath("terraform")


def _files(folder: Traversable, *, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files(entry, prefix=f"{prefix}{entry.name}/")
        elif entry.name.endswith(_KEPT):
            yield prefix + entry.name, entry.read_text(encoding="utf-8")
