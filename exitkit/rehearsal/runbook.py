"""Turn a plan into a runbook: the same steps for people, with what runs measured so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from exitkit.errors import UsageError
from exitkit.model.evidence import Verdict
from exitkit.model.journal import Entry, Outcome
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.plan import AnyStep, Plan
from exitkit.model.playbook import Act, Activity, Criterion, Gate, Phase, Playbook, StepWords, Text, said
from exitkit.model.report import Measurements
from exitkit.model.runbook import GateSheet, Held, Line, Runbook, Share, Stops, Stretch, Timer
from exitkit.rehearsal.several import seconds_of, within
from exitkit.units import Duration

_BOUNDS = {
    "en": {
        "most": "at most {value}",
        "least": "at least {value}",
        "attest": "attested, signed",
        "none": "no objective is set",
    },
    "fr": {
        "most": "au plus {value}",
        "least": "au moins {value}",
        "attest": "attesté, signé",
        "none": "aucun objectif fixé",
    },
}


@dataclass(frozen=True)
class Told:
    """What a runbook is made from beside the plan: how clouds are called, where the plan is, what runs measured.

    `proofs` holds the digest of the last entry of each step in the newest run.
    """

    titles: Mapping[str, str]
    plan_file: str
    exitkit: str
    lang: str
    runs: Sequence[Measurements] = ()
    proofs: Mapping[str, str] = field(default_factory=dict)


def runbook(plan: Plan, told: Told) -> Runbook:
    """The runbook of a plan. Raises UsageError where the plan does not hold its playbook."""
    if plan.book is None:
        raise UsageError(f"plan {plan.short} does not hold its playbook", hint="make it again: exitkit plan")
    return _Writer(plan, plan.book, told).whole()


def proofs_of(entries: Iterable[Entry]) -> dict[str, str]:
    """The digest of the entry that ended each step."""
    return {entry.step: entry.digest for entry in entries if entry.outcome is Outcome.OK}


class _Writer:
    """Says one plan in one language."""

    def __init__(self, plan: Plan, book: Playbook, told: Told) -> None:
        self.plan, self.book, self.told = plan, book, told
        self._numbers = count(1)

    def whole(self) -> Runbook:
        plan, book, told = self.plan, self.book, self.told
        goals = plan.workload.objectives
        asked = {"outage": goals.outage, "data-loss": goals.data_loss, "leave-within": goals.leave_within}
        return Runbook(
            lang=told.lang,
            title=self.say(book.title),
            scenario=self.say(book.scenario),
            workload=plan.workload.name,
            spec=plan.spec,
            source=told.titles[plan.source],
            target=told.titles[plan.target],
            plan=plan.digest,
            playbook=plan.playbook,
            playbook_digest=plan.playbook_digest,
            exitkit=told.exitkit,
            runs=tuple(run.run for run in told.runs),
            objectives=tuple((name, int(value)) for name, value in asked.items() if value is not None),
            triggers=tuple(self.say(one) for one in book.triggers),
            clocks=tuple(Timer(what=self.say(c.what), limit=self.say(c.limit), source=c.source) for c in book.clocks),
            roles=tuple(self.say(role) for role in book.roles.values()),
            raci=tuple(self.share(row) for row in book.activities),
            phases=tuple(self.stretch(phase) for phase in book.phases),
            way_back=tuple(self.step(one, way_back=True) for one in plan.way_back(s.id for s in plan.steps)),
            stops=self.stops(),
            sources=book.sources,
        )

    def say(self, text: Text, **blanks: str) -> str:
        """Words in our language, with what is known filled in; a brace we know nothing of stands as it is."""
        return said(text, self.told.lang).format_map(_Known({**self._common(), **blanks}))

    def _common(self) -> dict[str, str]:
        run = self.told.runs[-1].run if self.told.runs else "RUN"
        names = {"source": self.plan.source, "target": self.plan.target}
        return {**names, "plan": self.told.plan_file, "spec": self.plan.spec, "run": run}

    def role(self, name: str) -> str:
        return self.say(self.book.roles[name]) if name in self.book.roles else name

    def share(self, row: Activity) -> Share:
        return Share(activity=self.say(row.title), parts=tuple(row.shares.get(role, "-") for role in self.book.roles))

    def stretch(self, phase: Phase) -> Stretch:
        own = [self.plan.step(identifier) for identifier in self.plan.phases.get(phase.name, ())]
        return Stretch(
            name=phase.name,
            title=self.say(phase.title) or phase.name,
            purpose=self.say(phase.purpose),
            lines=(*(self.act(act) for act in phase.acts), *(self.step(one, way_back=False) for one in own)),
            gate=self.gate(phase.gate) if phase.gate else None,
        )

    def act(self, act: Act) -> Line:
        row = self.book.activity(act.activity)
        return Line(
            number=next(self._numbers),
            id=act.id,
            action=self.say(act.what),
            command=self.say(act.command),
            by_hand="",
            precondition=self.say(act.precondition),
            owner=self.role(row.owner) if row else "",
            deputy=self.role(row.deputy) if row else "",
            planned=None,
            actual=None,
            expected=self.say(act.expected),
            check=self.say(act.check),
            proof="",
            abort=self.say(act.abort),
            undo=self.say(act.undo),
            automated=False,
            one_way=act.one_way,
        )

    def step(self, step: AnyStep, *, way_back: bool) -> Line:
        words, spoken = self.words_of(step)
        row, blanks = self.book.activity_of(step.kind), self._blanks(spoken)
        newest = seconds_of(self.told.runs[-1:], step.id)
        run = self._common()["run"]
        command = f"exitkit rollback {run}" if way_back else f"exitkit rehearse {self.told.plan_file} --until {step.id}"
        return Line(
            number=next(self._numbers),
            id=step.id,
            action=self.say(words.what, **blanks),
            command=command,
            by_hand=self.say(words.by_hand, **blanks),
            precondition=self.say(words.precondition, **blanks),
            owner=self.role(row.owner) if row else "",
            deputy=self.role(row.deputy) if row else "",
            planned=seconds_of(self.told.runs, step.id),
            actual=newest,
            expected=self.say(words.expected, **blanks),
            check=self.say(words.check, **blanks),
            proof=self.told.proofs.get(step.id, ""),
            abort=self.say(words.abort, **blanks),
            undo="" if way_back else self.say(words.undo, **blanks),
            automated=True,
        )

    def words_of(self, step: AnyStep) -> tuple[StepWords, AnyStep]:
        """The words of a step and the step they speak of: an inverse is told as the undoing of what it undoes."""
        back = step.inverse()
        undone = self.book.words_of(back.kind) if back is not None and step.id.startswith("undo-") else None
        own = undone or self.book.words_of(step.kind)
        if own is not None and undone is None:
            return own, step
        bare = dict.fromkeys(("precondition", "by_hand", "expected", "check", "abort"), "")
        what = own.undo if own is not None and own.undo else f"{step.kind} {{component}}"
        return StepWords.model_validate({"kind": step.kind, "what": what, **bare}), back or step

    def _blanks(self, step: AnyStep) -> dict[str, str]:
        parts = {part.name: part for part in self.plan.workload.components}
        component = parts.get(step.component)
        origin, to = (step.places[0], step.places[-1]) if step.places else (self.plan.source, self.plan.target)
        blanks = {"component": step.component, "module": step.component, "origin": origin, "to": to}
        if isinstance(component, Postgres):
            base = component.database
            urls = {"origin_url": f"postgresql://{origin}/{base}", "to_url": f"postgresql://{to}/{base}"}
            blanks |= {"database": base, **urls}
        if isinstance(component, Service):
            blanks["name"] = component.hostname or component.name
        return blanks

    def gate(self, gate: Gate) -> GateSheet:
        criteria = tuple(self.held(one) for one in gate.criteria)
        verdict = Verdict.PASS if criteria else Verdict.UNKNOWN
        for one in criteria:
            verdict = verdict & one.verdict
        return GateSheet(
            id=gate.id,
            title=self.say(gate.title),
            when=self.say(gate.when),
            line=self.say(gate.criterion),
            criteria=criteria,
            evidence=self.say(gate.evidence),
            verdict=verdict,
        )

    def held(self, criterion: Criterion) -> Held:
        words = _BOUNDS[self.told.lang]
        most, least = self._most(criterion), criterion.at_least
        shown = Duration(int(most)) if most is not None and isinstance(criterion.at_most, str) else most
        bounds = [words[word].format(value=at) for word, at in (("most", shown), ("least", least)) if at is not None]
        found, verdict = (
            within(self.told.runs, criterion.measure, most=most, least=least)
            if criterion.measure
            else (None, Verdict.UNKNOWN)
        )
        return Held(
            what=self.say(criterion.what),
            wanted=", ".join(bounds) or words["none" if criterion.measure else "attest"],
            found=found,
            measured=bool(criterion.measure),
            verdict=verdict,
            source=criterion.source,
        )

    def _most(self, criterion: Criterion) -> Decimal | None:
        goals = self.plan.workload.objectives
        match criterion.at_most:
            case "outage":
                return Decimal(int(goals.outage)) if goals.outage is not None else None
            case "data-loss":
                return Decimal(int(goals.data_loss)) if goals.data_loss is not None else None
            case most:
                return most

    def stops(self) -> Stops | None:
        if (found := self.book.stopping) is None:
            return None
        return Stops(
            authority=self.role(found.authority),
            abort=tuple(self.held(one) for one in found.abort),
            rollback=tuple(self.held(one) for one in found.rollback),
            preconditions=tuple(self.say(one) for one in found.preconditions),
        )


class _Known(dict[str, str]):
    """Blanks; one that is not known is left standing, braces and all."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def lines_of(book: Runbook) -> Iterator[Line]:
    """Every record of a runbook, in order, the way back last."""
    for phase in book.phases:
        yield from phase.lines
    yield from book.way_back
