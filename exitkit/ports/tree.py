"""A Terraform tree, and whether the program and its providers still make something of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from exitkit.model.evidence import Verdict


class Installed(NamedTuple):
    """A provider as it was installed: its address, its version, the hash of its package that the lock file holds."""

    source: str
    version: str
    package: str


class Look(NamedTuple):
    """One look at the tree: what was asked of it, the answer, and what there is to say about it."""

    name: str
    verdict: Verdict
    why: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looked:
    """What the program made of a tree: its own name and version, the providers it used, each look, what it planned.

    `planned` is how many resources it would make, None where that was not found out.
    """

    program: str
    looks: tuple[Look, ...]
    installed: tuple[Installed, ...] = ()
    planned: int | None = None


class Trees(Protocol):
    """What can look at a Terraform tree without an account: nothing is made, nothing of the tree is changed."""

    def look(self, tree: Path, *, packages: Sequence[Path] = ()) -> Looked:
        """Initialise, validate, and plan it with providers that answer by themselves.

        `packages` are folders of providers, each with one named registry.terraform.io in it; what they lack comes from
        wherever the machine is configured to get it.
        """
