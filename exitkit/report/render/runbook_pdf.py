"""Write a runbook as PDF: here the words, in runbook.typ how they stand on paper."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exitkit.model.evidence import Evidence, Verdict
from exitkit.model.runbook import Held, Line, Runbook, Stops, Stretch
from exitkit.report.render.language import Language
from exitkit.report.render.typeset import MARKS, compiled

_WORDS = (
    *("abort_title", "activity", "actual_by_hand", "authority", "clock", "clocks", "clocks_caption", "criterion"),
    *("deputy_name", "evidence", "found", "gate", "gates", "gates_caption", "limit", "name", "no_objectives"),
    *("objectives", "people", "people_caption", "phone", "plan", "playbook", "preconditions", "raci", "raci_caption"),
    *("role", "rollback_title", "runs", "sign", "source", "sources", "stops", "triggers", "verdict", "wanted"),
    *("way_back", "way_back_lead", "when"),
)


def render(book: Runbook) -> bytes:
    """The PDF, in the runbook's own language. Raises MissingExtra where typst is not installed."""
    return compiled("runbook.typ", _Told(book).page())


class _Told:
    """A runbook in words."""

    def __init__(self, book: Runbook) -> None:
        self.book, self.lang = book, Language.load(book.lang)

    def page(self) -> dict[str, Any]:
        """Everything the template prints."""
        book, say = self.book, self.lang.say
        names = {"workload": book.workload, "source": book.source, "target": book.target}
        gates = [phase.gate for phase in book.phases if phase.gate is not None]
        return {
            "say": {word: say(f"runbook.{word}") for word in _WORDS},
            "lang": book.lang,
            "kind": say("runbook.kind"),
            "colon": say("page.colon"),
            "title": say("runbook.question", title=book.title, **names),
            "workload": book.workload,
            "scenario": book.scenario,
            "plan": book.plan,
            "playbook": book.playbook,
            "playbook_digest": book.playbook_digest,
            "exitkit": book.exitkit,
            "objectives": [
                [self.lang.name("objective", name.replace("_", "-")), self.lang.duration(Decimal(value))]
                for name, value in book.objectives
            ],
            "runs": f"{', '.join(book.runs)}. {say('runbook.runs_note')}" if book.runs else say("runbook.no_runs"),
            "triggers": book.triggers,
            "gates": [[one.id, one.title, one.when, one.evidence, self.verdict(one.verdict)] for one in gates],
            "stops": self.stops(book.stops) if book.stops is not None else None,
            "clocks": [[one.what, one.limit, one.source] for one in book.clocks],
            "roles": book.roles,
            "raci": [[row.activity, ["–" if part == "-" else part for part in row.parts]] for row in book.raci],
            "phases": [self.phase(one) for one in book.phases],
            "way_back": [self.record(line) for line in book.way_back],
            "sources": book.sources,
        }

    def verdict(self, found: Verdict) -> list[str]:
        """Its word for the colour, and what is printed."""
        return [found.value, f"{MARKS[found]} {self.lang.name('verdict', found.value)}"]

    def stops(self, stops: Stops) -> dict[str, Any]:
        """When to stop, when to go back."""
        return {
            "authority": stops.authority,
            "abort": [self.held(one) for one in stops.abort],
            "rollback": [self.held(one) for one in stops.rollback],
            "preconditions": stops.preconditions,
        }

    def held(self, one: Held) -> dict[str, Any]:
        """One criterion: what was found, with its basis and sources, and room for a name."""
        basis = ""
        if one.found is not None:
            basis = f"{self.lang.name('basis', one.found.basis.value)}, {'; '.join(one.found.sources)}"
        return {
            "what": one.what,
            "wanted": one.wanted,
            "found": self.lang.evidence(one.found) if one.found is not None else "–",
            "basis": basis,
            "verdict": self.verdict(one.verdict),
            "source": one.source,
        }

    def phase(self, phase: Stretch) -> dict[str, Any]:
        """One phase, its gate last."""
        gate = phase.gate
        told = None
        if gate is not None:
            told = {
                **{key: getattr(gate, key) for key in ("id", "title", "when", "line", "evidence")},
                "verdict": self.verdict(gate.verdict),
                "criteria": [self.held(one) for one in gate.criteria],
            }
        lines = [self.record(line) for line in phase.lines]
        return {"title": phase.title, "purpose": phase.purpose, "lines": lines, "gate": told}

    def record(self, line: Line) -> dict[str, Any]:
        """One step record; what is nothing is left out, and what was not measured says so."""
        say = self.lang.say
        facts = [
            [say(f"runbook.{key}"), getattr(line, key), key == "by_hand"]
            for key in ("precondition", "expected", "check", "abort", "undo", "by_hand")
            if getattr(line, key)
        ]
        if line.automated:
            proof = f" · {say('runbook.proof')} {line.proof[:16]}" if line.proof else ""
            facts += [
                [say("runbook.planned"), self.took(line.planned), False],
                [say("runbook.actual"), self.took(line.actual) + proof, False],
            ]
        return {
            "number": line.number,
            "id": line.id,
            "action": line.action,
            "owner": line.owner or "–",
            "deputy": f" · {say('runbook.deputy')}{say('page.colon')}{line.deputy}" if line.deputy else "",
            "how": say("runbook.automated") if line.automated else say("runbook.manual"),
            "automated": line.automated,
            "one_way": say("runbook.one_way") if line.one_way else "",
            "command": line.command,
            "facts": facts,
        }

    def took(self, fact: Evidence | None) -> str:
        """A time with where it was measured."""
        if fact is None:
            return self.lang.say("runbook.not_measured")
        return f"{self.lang.duration(fact.value)} ({'; '.join(fact.sources)})"
