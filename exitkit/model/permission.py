"""Who may do what on one cloud, as the documents generated for it say."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from exitkit.model.base import Frozen

Answer = Literal["allow", "deny", "unknown"]


class Statement(Frozen):
    """One thing a document says.

    `principals` are components, `*`, or services of the cloud; `actions` may hold `*`. `resources` are components,
    `dossiers/*` what is in one, `notices:dead` a second part of one. `conditions` are operator, key and values.
    `unclear` says why nothing here can tell what it comes to.
    """

    principals: tuple[str, ...]
    effect: Literal["allow", "deny"] = "allow"
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    unclear: str = ""
    source: str


class Permissions(Frozen):
    """All that the documents of one cloud's tree say.

    `holders` are, by component, who is handed what opens it: nobody else has anything to sign in to it with.
    `decided` are the components whose documents are whole: who is not named in them is denied; `*` is all.
    """

    statements: tuple[Statement, ...] = ()
    holders: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    decided: tuple[str, ...] = ()


class Permitted(Frozen):
    """May this principal do that to this resource? What both clouds answer; `why` is of an unknown."""

    principal: str
    action: str
    resource: str
    source: Answer
    target: Answer
    why: str = ""
    said: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the target allows what the source denies."""
        return (self.source, self.target) == ("deny", "allow")

    @property
    def open(self) -> bool:
        """Whether it might, for all that is known."""
        return not self.over and self.source != "allow" and self.target != "deny"

    @property
    def words(self) -> str:
        """The permission in words."""
        return f"{self.principal} may {self.action} on {self.resource}"
