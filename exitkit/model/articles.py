"""What rules ask of an exit, and what there is to show for it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from exitkit.model.base import Frozen
from exitkit.model.evidence import Verdict


class Requirement(Frozen):
    """One article: what it asks, which artefact answers, whether that is there, where the article was read."""

    article: str
    asks: str
    artefact: str
    status: Literal["given", "partly", "not given"]
    source: str


class Artefact(Frozen):
    """One of the eleven things an exit is shown with: its files in a bundle, what it answers, whether it is there."""

    code: str
    name: str
    files: str
    answers: str
    status: Literal["given", "partly", "not given"]


class Covered(Frozen):
    """One scenario that a rule asks for, and the newest rehearsal of its own playbook; None is: never rehearsed."""

    name: str
    article: str
    asks: str
    playbook: str
    run: str | None
    on: date | None
    verdict: Verdict
    source: str
