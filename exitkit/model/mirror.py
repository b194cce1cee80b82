"""What one needs when the source is gone, and the copies of it that no cloud holds."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from exitkit.model.base import Frozen

Thing = Literal["state", "images", "secrets", "keys", "names", "identity", "pipeline", "licences", "docs", "contacts"]

THINGS: tuple[Thing, ...] = get_args(Thing)
"""The ten things, in the order of the check list of exit plans (sudden exit; compiled 2026-11)."""

MEANT: dict[Thing, str] = {
    "state": "Terraform, and its state",
    "images": "the images services run from",
    "secrets": "values of secrets, sealed",
    "keys": "keys that open data and backups",
    "names": "the DNS registrar's account, and the zones",
    "identity": "the identity provider's users and rights",
    "pipeline": "what builds and deploys, with its runner",
    "licences": "licences and their keys",
    "docs": "runbooks and documentation",
    "contacts": "who to call, on what line",
}
"""What each of them is."""


class Mirror(Frozen):
    """Copies that no cloud holds: the folder they are kept in, and where each thing is copied from.

    Paths are relative to the workload's file. What is not named lives only at the source.
    """

    folder: str = Field("mirror", min_length=1, max_length=400, description="Where the copies are kept.")
    holds: dict[Thing, str] = Field(
        default_factory=dict,
        description=f"The file or folder that each thing is copied from: {', '.join(THINGS)}.",
    )


class Kept(Frozen):
    """One file of a mirror: its path below the thing it belongs to, its size in bytes, its SHA-256."""

    path: str
    size: int
    sha256: str


class Inventory(Frozen):
    """The list beside a mirror: every file of every thing, as it was when it was copied."""

    format_version: Literal[1] = 1
    workload: str
    things: dict[Thing, tuple[Kept, ...]]
