"""What every component has, whatever its kind; a kind says here everything that is said of it anywhere."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from pydantic import BaseModel, Field, JsonValue

from exitkit.model.base import Frozen, Slug
from exitkit.model.capability import Capability
from exitkit.model.placement import FromModule, Input, Literally, RootVariable
from exitkit.units import Bytes, Duration

REFERS_TO = "refers-to"
"""What a field that names other components says in its schema: the kinds they may be of."""


@dataclass(frozen=True)
class Reference:
    """One component named by another: the field it stands in, its name, the kinds it may be of."""

    field: str
    name: Slug
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Misfit:
    """Two components that do not go together: the field to look at, and what is wrong."""

    field: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True)
class Shape:
    """What one machine of a component has to hold; `sold_as` is the list of a provider's sizes it is chosen from."""

    sold_as: Literal["machines", "databases", "caches"]
    cpus: int
    memory: Bytes
    count: int = 1


class ComponentBase(Frozen):
    """One part of a workload; `hatch` holds provider-specific settings, passed through and counted as lock-in."""

    used_as: ClassVar[str] = ""
    """The input of a service that takes the access to it; empty where no service uses it."""
    tells: ClassVar[Mapping[str, str]] = {"id": "id"}
    """What a root tells of it: names for outputs of its module, none of them secret."""
    longest_name: ClassVar[int] = 32
    """The shortest limit any cloud sets on what is named after a component (an AWS load balancer)."""
    kind: str

    name: Slug
    hatch: dict[Slug, dict[str, JsonValue]] = Field(
        default_factory=dict,
        description="Provider-specific settings, by provider: inputs of its module, counted as lock-in.",
    )

    def references(self) -> tuple[Reference, ...]:
        """Every component it names, in the order of its fields."""
        return tuple(_references(self))

    def needs(self) -> tuple[Slug, ...]:
        """The components this one cannot stand without."""
        return tuple(dict.fromkeys(reference.name for reference in self.references()))

    @abstractmethod
    def capabilities(self) -> tuple[Capability, ...]:
        """What this component, as described, needs of a cloud."""

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - some kinds look at what they use
        """The inputs its module takes on every cloud, in the order of terraform/CONTRACT.md; None is left unsaid."""
        return {}

    def remarks(self) -> tuple[str, ...]:
        """Where what it asks for is not what any cloud gives."""
        return ()

    def variables(self) -> tuple[RootVariable, ...]:
        """What its owner has to tell the root of a generated tree, on every cloud."""
        return ()

    def shape(self) -> Shape | None:
        """The machines it asks for; None where it asks for none by size."""
        return None

    def charges(self) -> tuple[str, ...]:
        """The prices of a provider that it costs once a month, besides its machines and what it holds."""
        return ()

    def misfits(self, find: Find) -> Iterator[Misfit]:  # noqa: ARG002 - some kinds look at what they name
        """What does not go together with the components it names."""
        return iter(())


Find = Callable[[str], ComponentBase]
"""Takes the name of a component of the same workload; answers it."""


def _references(part: BaseModel, within: str = "") -> Iterator[Reference]:
    for name, field in type(part).model_fields.items():
        value, word = getattr(part, name), within or field.alias or name
        if kinds := refers_to(field.json_schema_extra):
            named = (value,) if isinstance(value, str) else value or ()
            yield from (Reference(word, other, kinds) for other in named)
        elif isinstance(value, BaseModel | dict):
            inside = value.values() if isinstance(value, dict) else (value,)
            for one in inside:
                if isinstance(one, BaseModel):
                    yield from _references(one, word)


def refers_to(extra: object) -> tuple[str, ...]:
    """The kinds a field may name, from what it says in its schema; none where it names no component."""
    kinds = extra.get(REFERS_TO) if isinstance(extra, dict) else None
    return tuple(str(kind) for kind in kinds) if isinstance(kinds, list) else ()


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - whatever a field is annotated with
    """The models a field may hold, itself or inside."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def said(**values: JsonValue) -> dict[str, Input]:
    """Inputs that are plain values."""
    return {name: Literally(value=value) for name, value in values.items()}


def output(component: str, name: str) -> FromModule:
    """An input that is an output of another component's module."""
    return FromModule(component=component, output=name)


def prefix(component: str) -> str:
    """What the environment variables about a component begin with."""
    return component.upper().replace("-", "_")


def variable(component: str, what: str) -> str:
    """The variable of the root that is about a component."""
    return f"{component.replace('-', '_')}_{what}"


def between(value: Duration, least: str, most: str) -> Duration:
    """A duration within limits. Raises ValueError in words."""
    if not Duration.parse(least) <= value <= Duration.parse(most):
        raise ValueError(f"{value} is not between {least} and {most}; both clouds keep to these limits")
    return value
