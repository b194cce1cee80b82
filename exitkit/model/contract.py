"""The contract that both sides are held to: its checks, what came of each, the steps that try them and clear up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Literal

from exitkit.model.base import FORMAT_VERSION, Frozen, Slug
from exitkit.model.evidence import Verdict
from exitkit.model.step import Between, swapped


class Facet(StrEnum):
    """What a check is about: a facet of the cloud interoperability facet model (ISO/IEC 19941:2017).

    Transport is how bytes get across; syntactic, how what is exchanged is written; semantic data, what it means and
    keeps; behavioural, what a call does; policy, who may do what, and what the rules forbid. That the standard has such
    a model is on its publisher's page, standards.iteh.ai (read 2026-11-22); the priced text itself was not read.
    """

    TRANSPORT = "transport"
    SYNTACTIC = "syntactic"
    SEMANTIC = "semantic data"
    BEHAVIOURAL = "behavioural"
    POLICY = "policy"


class Need(StrEnum):
    """Who wants a check to pass: the workload, programs as they usually are, or nobody here."""

    ASKED = "asked for"
    USUAL = "usual"
    NOBODY = "not asked for"


class Checked(Frozen):
    """One check on both sides. What nobody here asks for is not tried; `why` says what was seen instead."""

    name: str
    facet: Facet
    need: Need
    promise: str
    source: Verdict = Verdict.UNKNOWN
    target: Verdict = Verdict.UNKNOWN
    why: str = ""

    @property
    def tried(self) -> bool:
        """Whether anybody wanted it tried."""
        return self.need is not Need.NOBODY

    @property
    def only_at_source(self) -> bool:
        """Whether the source does it and the target refuses to, or does it wrong."""
        return self.source is Verdict.PASS and self.target is Verdict.FAIL

    @property
    def verdict(self) -> Verdict:
        """Whether the target does what the source does and the workload asks for."""
        if self.need is not Need.ASKED or self.source is Verdict.FAIL:
            return Verdict.PASS
        return self.target if self.source is Verdict.PASS else Verdict.UNKNOWN

    @property
    def line(self) -> str:
        """The check as a line of the journal, which `read` takes back."""
        state = f"{self.source} → {self.target}" if self.tried else "not tried"
        why = f": {self.why}" if self.why else ""
        return f"{state} · {self.name} · {self.facet} · {self.need} · {self.promise}{why}"


_LINE = re.compile(
    r"(?:(?P<source>pass|fail|unknown) → (?P<target>pass|fail|unknown)|not tried)"
    r" · (?P<name>[a-z0-9.-]+) · (?P<facet>[a-z ]+) · (?P<need>[a-z ]+) · (?P<promise>[^:]+)(?:: (?P<why>.*))?",
    re.DOTALL,
)


def read(lines: Iterable[str]) -> Iterator[Checked]:
    """The checks among lines of a journal; every other line is passed over."""
    for line in lines:
        if (found := _LINE.fullmatch(line)) is not None:
            yield Checked(
                name=found["name"],
                facet=Facet(found["facet"]),
                need=Need(found["need"]),
                promise=found["promise"],
                source=Verdict(found["source"] or "unknown"),
                target=Verdict(found["target"] or "unknown"),
                why=found["why"] or "",
            )


def whole(checks: Iterable[Checked]) -> Verdict:
    """Whether the target keeps all that is asked for and the source keeps; where nothing was tried nobody knows."""
    tried = [one for one in checks if one.tried]
    verdict = Verdict.PASS if tried else Verdict.UNKNOWN
    for one in tried:
        verdict = verdict & one.verdict
    return verdict


def counted(checks: Iterable[Checked]) -> dict[str, int]:
    """How many checks came out in which way."""
    found = list(checks)
    tried = [one for one in found if one.tried]
    return {
        "checks passed at the source": sum(one.source is Verdict.PASS for one in tried),
        "checks passed at the target": sum(one.target is Verdict.PASS for one in tried),
        "checks passed at the source only": sum(one.only_at_source for one in tried),
        "checks without an answer": sum(Verdict.UNKNOWN in (one.source, one.target) for one in tried),
        "checks not asked for": len(found) - len(tried),
    }


class CheckContract(Between):
    """Hold both sides of a component to the same contract, on places made for it and removed again."""

    kind: Literal["check-contract"] = "check-contract"

    def inverse(self) -> ClearContract:
        """Remove what a killed try has left."""
        return ClearContract(**swapped(self))


class ClearContract(Between):
    """Remove what a try of the contract has left; harmless where there is nothing."""

    kind: Literal["clear-contract"] = "clear-contract"

    def inverse(self) -> CheckContract:
        """Try it again."""
        return CheckContract(**swapped(self))


class Conformance(Frozen):
    """Every component of a workload that has a contract, held to it on two clouds; `without` have none."""

    format_version: Literal[1] = FORMAT_VERSION
    workload: Slug
    source: Slug
    target: Slug
    components: dict[Slug, tuple[Checked, ...]]
    without: tuple[Slug, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Whether the target keeps all that is asked for and the source keeps; nothing tried is unknown."""
        return whole(one for found in self.components.values() for one in found)
