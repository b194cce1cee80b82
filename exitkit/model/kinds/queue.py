"""A queue of messages."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator

from exitkit.model.base import Slug
from exitkit.model.capability import Capability
from exitkit.model.kinds.base import ComponentBase, Find, between, output, said
from exitkit.model.placement import Input
from exitkit.units import Duration


class Queue(ComponentBase):
    """A queue of messages, each delivered at least once, with a second queue for those nobody could take."""

    used_as: ClassVar = "queues"
    tells: ClassVar = {"id": "id", "name": "name", "dead_letter": "dead_letter"}

    kind: Literal["queue"]
    visibility: Duration = Field(
        Duration(30), description="How long a message stays hidden from others once somebody took it; 12 h at most."
    )
    keep: Duration = Field(Duration(4 * 86400), description="How long a message is kept: 60 s to 14 days.")
    tries: int = Field(5, ge=1, le=1000, description="Times a message is taken before it goes to the second queue.")
    network: Slug | None = Field(
        None,
        description="The network it is reachable on, where a cloud gives it by a private broker.",
        json_schema_extra={"refers-to": ["network"]},
    )

    @field_validator("visibility")
    @classmethod
    def _hidden_for_a_while(cls, value: Duration) -> Duration:
        return between(value, "0 s", "12 h")

    @field_validator("keep")
    @classmethod
    def _kept_for_a_while(cls, value: Duration) -> Duration:
        return between(value, "60 s", "14 days")

    def capabilities(self) -> tuple[Capability, ...]:
        """All three, always."""
        return (Capability.QUEUE_SEND_RECEIVE, Capability.QUEUE_VISIBILITY, Capability.QUEUE_DEAD_LETTER)

    def charges(self) -> tuple[str, ...]:
        """What one of it costs a month."""
        return ("queue",)

    def inputs(self, find: Find) -> dict[str, Input]:  # noqa: ARG002 - asked of every kind
        """How long, and how often."""
        inputs: dict[str, Input] = {"network": output(self.network, "attachment")} if self.network else {}
        return inputs | said(visibility_seconds=int(self.visibility), keep_seconds=int(self.keep), tries=self.tries)
