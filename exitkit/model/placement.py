"""Where components land on one cloud, and what is lost between two landings."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability


class Literally(Frozen):
    """A value written as it is."""

    to: Literal["value"] = "value"
    value: JsonValue


class FromModule(Frozen):
    """An output of another component's module."""

    to: Literal["module"] = "module"
    component: Slug
    output: str


class FromModules(Frozen):
    """One output of several modules, as a map from a key to each."""

    to: Literal["modules"] = "modules"
    outputs: dict[str, FromModule]


class FromRoot(Frozen):
    """A variable or a local of the root: `var.region`, `local.location`."""

    to: Literal["root"] = "root"
    expression: str


Input = Annotated[Literally | FromModule | FromModules | FromRoot, Field(discriminator="to")]


class Placement(Frozen):
    """Where one component lands: a Terraform module and its inputs, in the order a reader would want them.

    `lacks` says what it asks for and does not get there.
    """

    component: Slug
    kind: str
    module: str
    inputs: dict[str, Input]
    notes: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


class RootVariable(Frozen):
    """A variable of the generated root; `required` ones have no default. `example` is what a test of the tree gives."""

    name: str
    type: str
    description: str
    default: JsonValue = None
    required: bool = False
    sensitive: bool = False
    example: JsonValue = "example"


class RequiredProvider(Frozen):
    """A Terraform provider the root needs: its local name, address, version and settings."""

    name: str
    source: str
    version: str
    settings: dict[str, Input] = Field(default_factory=dict)
    blocks: dict[str, dict[str, Input]] = Field(default_factory=dict)


class Frame(Frozen):
    """What the root of a generated tree needs on one cloud, besides its modules.

    `files` are further files of the tree, by path. `mocks` are what a mocked provider answers, by resource type (a
    data source's with `data.` before it) and attribute; under `*`, for every type that has the attribute.
    """

    title: str
    providers: tuple[RequiredProvider, ...]
    variables: tuple[RootVariable, ...]
    locals: dict[str, Input] = Field(default_factory=dict)
    credentials: tuple[str, ...] = ()
    steps_before: tuple[str, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)
    mocks: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    tested_by: Literal["plan", "apply"] = "plan"


class Landing(Frozen):
    """All placements of one workload on one provider."""

    workload: Slug
    provider: Slug
    placements: tuple[Placement, ...]
    frame: Frame

    def placement(self, component: str) -> Placement:
        """The placement of one component. Raises KeyError."""
        for placement in self.placements:
            if placement.component == component:
                return placement
        raise KeyError(component)


class Kept(StrEnum):
    """What becomes of a capability on the way, best first."""

    KEPT = "kept"
    EMULATED = "emulated"
    DEGRADED = "degraded"
    LOST = "lost"
    UNKNOWN = "unknown"


class Loss(Frozen):
    """What one component has of one capability on one cloud, and what it has of it on the other."""

    component: Slug
    capability: Capability
    outcome: Kept
    source_support: str
    target_support: str
    source_resources: tuple[str, ...] = ()
    target_resources: tuple[str, ...] = ()
    why: str
    source: str
    weakens_security: bool = False


class Moved(Frozen):
    """One input of a module that a change of the workload changes; None is: not given."""

    name: str
    before: Input | None
    after: Input | None


class Change(Frozen):
    """What a change of a workload does on one provider. `changed` holds, by component, what its module is told anew."""

    provider: Slug
    added: tuple[Slug, ...]
    removed: tuple[Slug, ...]
    changed: dict[Slug, tuple[Moved, ...]]
    lost: tuple[Loss, ...]
    regained: tuple[Loss, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing changes there."""
        return not (self.added or self.removed or self.changed or self.lost or self.regained)
