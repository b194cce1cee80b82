"""What the Terraform of one cloud makes: its resources, and where the attributes that are set come from."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, JsonValue

from exitkit.model.base import Frozen
from exitkit.model.evidence import Basis


class Origin(StrEnum):
    """Where an attribute comes from; of several origins the first in this order counts, a constant last.

    described: it depends on what the workload says: a value, a name, or which component uses which.
    unclear: what was read does not tell.
    override: it is said for this cloud alone, in the workload's settings for it or in a root edited by hand.
    asked: whoever applies has to say it, or takes the default: a region, a project, a certificate.
    chosen: exitkit spells it in this cloud's own words: a size, a plan.
    joined: another resource of the tree tells it, such as an id that is known after apply.
    module: a constant of a module, or the default of a variable that the description does not fill.
    """

    DESCRIBED = "described"
    UNCLEAR = "unclear"
    OVERRIDE = "override"
    ASKED = "asked"
    CHOSEN = "chosen"
    JOINED = "joined"
    MODULE = "module"


OVERRIDES = (Origin.OVERRIDE, Origin.ASKED, Origin.CHOSEN, Origin.MODULE)
"""What the description does not give: the overrides of D3. What joins resources follows from the tree, and is none."""

_ORDER = {origin: place for place, origin in enumerate(Origin)}


def first(origins: set[Origin]) -> Origin:
    """The origin that counts; what comes from nowhere is a constant."""
    return min(origins, key=_ORDER.__getitem__, default=Origin.MODULE)


class InputOrigin(Frozen):
    """What an input of a module is given by the root, and where that comes from; `literal` where it stands there."""

    origin: Origin
    value: JsonValue = None
    literal: bool = False


class Resource(Frozen):
    """One resource block: how many instances it stands for, and how many attributes are set on all of them, by origin.

    `component` is the module call it stands in, empty at the root. `why` is of a number that only a plan tells; then
    one instance is counted.
    """

    address: str
    type: str
    component: str = ""
    instances: int = Field(ge=0)
    attributes: dict[Origin, int] = Field(default_factory=dict)
    source: str
    why: str = ""


class Infrastructure(Frozen):
    """All managed resources of one cloud. `unclear` names what was read and not understood, with its place.

    Computed is: from the text of a tree that is generated; measured: from a plan of terraform.
    """

    basis: Basis
    source: str
    resources: tuple[Resource, ...]
    unclear: tuple[str, ...] = ()

    def count(self, *origins: Origin) -> int:
        """How many attributes are set, on all instances; of some origins, or of any."""
        wanted = origins or tuple(Origin)
        return sum(one.attributes.get(origin, 0) for one in self.resources for origin in wanted)


_ELSEWHERE = frozenset({"terraform", "random", "null", "time", "tls", "local", "external", "archive", "http"})


def stands_at_a_cloud(kind: str) -> bool:
    """Whether a type of resource is something at a cloud; `terraform_data` and the like live in the state alone."""
    return kind.partition("_")[0] not in _ELSEWHERE
