"""An alarm on another component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, field_validator

from exitkit.model.base import Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, Misfit, between, output, said
from exitkit.model.kinds.service import Service
from exitkit.model.placement import Input
from exitkit.units import Duration

FITS: Mapping[str, tuple[str, ...]] = {
    "service": ("errors", "latency", "unhealthy", "cpu"),
    "queue": ("depth",),
    "postgres": ("storage", "cpu"),
    "cache": ("storage", "cpu"),
}
"""What can be watched of each kind."""


class Alarm(ComponentBase):
    """A mail when another component is unwell for a while."""

    tells: ClassVar = {"id": "id", "rule": "rule"}

    kind: Literal["alarm"]
    on: Slug = Field(
        description="The component it watches.",
        json_schema_extra={"refers-to": ["service", "queue", "postgres", "cache"]},
    )
    when: Literal["errors", "latency", "unhealthy", "depth", "storage", "cpu"] = Field(
        description="errors: answers of 500 and above a minute; latency: seconds; unhealthy: machines; "
        "depth: messages; storage and cpu: percent used."
    )
    above: float = Field(ge=0, le=10**9, description="The number that is too much.")
    lasting: Duration = Field(Duration(300), alias="for", description="For how long: 1 min to 1 day.")
    notify: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=254)] = Field(
        description="Mail address that is told."
    )

    @field_validator("lasting")
    @classmethod
    def _for_a_while(cls, value: Duration) -> Duration:
        if value % 60:
            raise ValueError(f"{value} is not in whole minutes; clouds look once a minute")
        return between(value, "1 min", "1 day")

    def capabilities(self) -> tuple[Capability, ...]:
        """Watching, and telling somebody."""
        return (Capability.ALARM_WATCH, Capability.ALARM_NOTIFY)

    def charges(self) -> tuple[str, ...]:
        """What one of it costs a month."""
        return ("alarm",)

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """What is watched, and who is told."""
        above = int(self.above) if Decimal(str(self.above)) % 1 == 0 else self.above
        inputs: dict[str, Input] = {"target": output(self.on, "watch")}
        return inputs | said(when=self.when, above=above, for_seconds=int(self.lasting), notify=self.notify)

    def misfits(self, find: Find) -> Iterator[Misfit]:
        """What is watched has to be something that the component has."""
        watched = find(self.on)
        fits = FITS.get(watched.kind, ())
        what = f"a {watched.kind}"
        if isinstance(watched, Service) and not watched.public:
            fits, what = ("cpu",), "a worker, which has no load balancer,"
        if fits and self.when not in fits:
            yield Misfit("when", f"`{self.when}` of {self.on} cannot be watched: {what} has {_words(fits)}")


def _words(fits: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(f"`{one}`" for one in fits[:-1]), f"`{fits[-1]}`")))
