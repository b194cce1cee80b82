"""The whole rehearsal, decided before anything is touched: the step kinds, their inverses, the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from exitkit.model.base import FORMAT_VERSION, Frozen, Slug
from exitkit.model.carried import CopySecret, DropSecret, MoveMessages, ReturnMessages
from exitkit.model.contract import CheckContract, ClearContract
from exitkit.model.custody import PlantSealed, ReadEverything, RemoveSealed, TurnOffKeys, TurnOnKeys
from exitkit.model.following import (
    AssessDatabase,
    BringBack,
    CheckHome,
    FallBack,
    FollowChanges,
    MeasureLag,
    StopFollowing,
)
from exitkit.model.gone import BuildTree, CheckMerged, CutSource, KeepApart, MergeHome, RestoreSource, TakeStock
from exitkit.model.names import LowerTtl, RestoreTtl
from exitkit.model.playbook import Playbook
from exitkit.model.step import At as _At
from exitkit.model.step import Between as _Between
from exitkit.model.step import Look as _Look
from exitkit.model.step import StepId
from exitkit.model.step import swapped as _swapped
from exitkit.model.workload import Workload
from exitkit.units import Bytes


class Provision(_At):
    """Make an empty place for one component."""

    kind: Literal["provision"] = "provision"

    def inverse(self) -> AnyStep:
        """Take the place away."""
        return self._turned(Destroy)


class Destroy(_At):
    """Take away the place that a provision made."""

    kind: Literal["destroy"] = "destroy"

    def inverse(self) -> AnyStep:
        """Make it again."""
        return self._turned(Provision)


class CopyObjects(_Between):
    """Copy every object of a bucket while it is in use."""

    kind: Literal["copy-objects"] = "copy-objects"
    size: Bytes | None = None

    def inverse(self) -> AnyStep:
        """Discard the copies."""
        return DiscardObjects(**_swapped(self), size=self.size)


class DiscardObjects(_Between):
    """Discard the copies of a bucket's objects."""

    kind: Literal["discard-objects"] = "discard-objects"
    size: Bytes | None = None

    def inverse(self) -> AnyStep:
        """Copy them again."""
        return CopyObjects(**_swapped(self), size=self.size)


class CopyDatabase(_Between):
    """Dump a database while it is in use, and restore it elsewhere."""

    kind: Literal["copy-database"] = "copy-database"
    size: Bytes | None = None

    def inverse(self) -> AnyStep:
        """Drop the copy."""
        return DropDatabase(**_swapped(self), size=self.size)


class DropDatabase(_Between):
    """Drop the copy of a database."""

    kind: Literal["drop-database"] = "drop-database"
    size: Bytes | None = None

    def inverse(self) -> AnyStep:
        """Copy it again."""
        return CopyDatabase(**_swapped(self), size=self.size)


class StartService(_At):
    """Start a service and wait until it is well."""

    kind: Literal["start-service"] = "start-service"

    def inverse(self) -> AnyStep:
        """Stop it."""
        return self._turned(StopService)


class StopService(_At):
    """Stop a service."""

    kind: Literal["stop-service"] = "stop-service"

    def inverse(self) -> AnyStep:
        """Start it."""
        return self._turned(StartService)


class FreezeWrites(_At):
    """Let a database be read only, and let what was being written finish."""

    kind: Literal["freeze-writes"] = "freeze-writes"

    def inverse(self) -> AnyStep:
        """Let it be written again."""
        return self._turned(ThawWrites)


class ThawWrites(_At):
    """Let a database be written."""

    kind: Literal["thaw-writes"] = "thaw-writes"

    def inverse(self) -> AnyStep:
        """Let it be read only."""
        return self._turned(FreezeWrites)


class CatchUp(_Between):
    """Bring over what changed since the copy; `prune` also removes what the origin no longer has.

    Its inverse brings back what was written on the other side meanwhile, and never removes anything at home.
    """

    kind: Literal["catch-up"] = "catch-up"
    prune: bool = True

    def inverse(self) -> AnyStep:
        """Bring back what was written there meanwhile."""
        return CatchUp(**_swapped(self), prune=not self.prune)


class SwitchTraffic(_Between):
    """Point a service's names elsewhere, and wait until resolvers have heard of it."""

    kind: Literal["switch-traffic"] = "switch-traffic"

    def inverse(self) -> AnyStep:
        """Point it back."""
        return SwitchTraffic(**_swapped(self))


class Verify(_Between, _Look):
    """Compare both sides whole: every object by SHA-256, every table by content hash, every record of a zone."""

    kind: Literal["verify"] = "verify"


class Probe(_At):
    """Ask, where traffic goes now, what the service declares, and read back everything clients were told was written.

    `before` is the look at the source ahead of the switch: what does not hold there is not the move's doing.
    `may_lose` is how many seconds of writes may be missing, where the source was gone before it could be asked;
    `own` looks only for what this side itself had acknowledged.
    """

    kind: Literal["probe"] = "probe"
    changes: ClassVar[bool] = False
    may_lose: int | None = Field(None, ge=0)
    own: bool = False
    before: bool = False

    def inverse(self) -> None:
        """A look leaves nothing to undo."""
        return


AnyStep = (
    Provision
    | Destroy
    | CopyObjects
    | DiscardObjects
    | CopyDatabase
    | DropDatabase
    | StartService
    | StopService
    | FreezeWrites
    | ThawWrites
    | CatchUp
    | AssessDatabase
    | CheckContract
    | ClearContract
    | FollowChanges
    | StopFollowing
    | MeasureLag
    | FallBack
    | BringBack
    | CheckHome
    | MoveMessages
    | ReturnMessages
    | CopySecret
    | DropSecret
    | LowerTtl
    | RestoreTtl
    | SwitchTraffic
    | CutSource
    | RestoreSource
    | TakeStock
    | BuildTree
    | KeepApart
    | MergeHome
    | CheckMerged
    | PlantSealed
    | RemoveSealed
    | TurnOffKeys
    | TurnOnKeys
    | ReadEverything
    | Verify
    | Probe
)
Step = Annotated[AnyStep, Field(discriminator="kind")]


class Plan(Frozen):
    """The whole rehearsal, decided before anything is touched. `spec` is the workload's file, as it was named.

    `book` is the playbook it was made of, whole, so that the runbook of an old plan is the one of its day; `phases`
    says which steps each phase took.
    """

    format_version: Literal[1] = FORMAT_VERSION
    workload: Workload
    spec: str
    source: Slug
    target: Slug
    playbook: Slug
    playbook_digest: str
    landings: dict[Slug, str] = Field(description="Digest of each landing, by provider.")
    steps: tuple[Step, ...]
    mirror: Slug | None = Field(None, description="The provider that keeps a copy no cloud holds, where one is used.")
    phases: dict[Slug, tuple[StepId, ...]] = Field(default_factory=dict, description="Ids of steps, by phase.")
    book: Playbook | None = None

    @property
    def short(self) -> str:
        """The first six letters of the digest: what people call the plan."""
        return self.digest[:6]

    def step(self, identifier: str) -> AnyStep:
        """The step of that id. Raises KeyError."""
        for step in self.steps:
            if step.id == identifier:
                return step
        raise KeyError(identifier)

    def way_back(self, touched: Iterable[str]) -> tuple[AnyStep, ...]:
        """The inverses of every step that was so much as started, last first.

        A source that was cut off comes back before all else: no step since had anything to do with it, and what
        follows may.
        """
        started = set(touched)
        turned = [step.inverse() for step in reversed(self.steps) if step.id in started]
        back = [step for step in turned if step is not None]
        return tuple(sorted(back, key=lambda step: not isinstance(step, RestoreSource)))

    def homecoming(self) -> tuple[AnyStep, ...]:
        """The looks that end the way back: is what clients were told was written there, and is home as it should be.

        To a source that was gone comes home what was kept apart. Where nothing was, only what the source had itself
        acknowledged is looked for.
        """
        moved = dict.fromkeys(step.component for step in self.steps if isinstance(step, SwitchTraffic))
        gone = any(isinstance(step, CutSource) for step in self.steps)
        apart = dict.fromkeys(step.component for step in self.steps if isinstance(step, KeepApart))
        own = gone and not apart
        probes = tuple(Probe(id=f"home-probe-{name}", component=name, at=self.source, own=own) for name in moved)
        merged = tuple(CheckMerged(id=f"home-merged-{name}", component=name, at=self.source) for name in apart)
        copied = dict.fromkeys(
            step.component
            for step in self.steps
            if isinstance(step, FallBack) or (isinstance(step, CopyObjects) and step.origin == self.source and not gone)
        )
        checks = tuple(CheckHome(id=f"home-check-{name}", component=name, at=self.source) for name in copied)
        return (*probes, *merged, *checks)
