"""A runbook holds every step and act of its plan, says nothing it has not measured, and leaves no blank unfilled."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from exitkit.api.playbooks import playbook_names, read_playbook
from exitkit.errors import UsageError
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.plan import Plan
from exitkit.model.playbook import Playbook
from exitkit.model.report import Measurements, StepMeasure
from exitkit.model.runbook import Runbook
from exitkit.model.workload import Objectives
from exitkit.rehearsal.build import kinds_of_step
from exitkit.rehearsal.runbook import Told, lines_of, runbook
from exitkit.report.render import runbook as renderer
from exitkit.testing.worlds import EVERYTHING, fake_plan
from tests.conftest import ROOT

GOALS = EVERYTHING.model_copy(
    update={"objectives": Objectives.model_validate({"outage": "60 s", "data-loss": "1 min"})}
)
TITLES = {"here": "Here", "there": "There", "kept": "Kept"}


def plan_of(name: str) -> Plan:
    return fake_plan(GOALS, read_playbook(name))


def told(lang: str = "en", *runs: Measurements) -> Told:
    return Told(titles=TITLES, plan_file="exit.plan.json", exitkit="0", lang=lang, runs=runs)


def ran(plan: Plan, run: str, seconds: int = 10, **found: int) -> Measurements:
    """A run whose every step took so long, and whose last one measured these."""
    facts = tuple(
        Evidence(what=what.replace("_", " "), value=Decimal(n), unit="s", basis=Basis.MEASURED, sources=("x",))
        for what, n in found.items()
    )
    steps = tuple(
        StepMeasure(
            id=step.id,
            kind=step.kind,
            component=step.component,
            state="ok",
            verdict=None,
            seconds=Decimal(seconds),
            tries=1,
            evidence=facts if step == plan.steps[-1] else (),
            details=(),
            way_back=False,
        )
        for step in plan.steps
    )
    numbers = {name: None for name, field in Measurements.model_fields.items() if "None" in str(field.annotation)}
    verdicts = {"integrity": Verdict.UNKNOWN, "returned": Verdict.UNKNOWN}
    return Measurements.model_validate(
        {"run": run, "plan": plan.digest, "steps": steps, "interruptions": 0, **numbers, **verdicts}
    )


def gate(book: Runbook, identifier: str) -> Verdict:
    return next(phase.gate.verdict for phase in book.phases if phase.gate and phase.gate.id == identifier)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", playbook_names())
def test_every_step_and_every_act_is_in_it_once(name: str, lang: str) -> None:
    plan = plan_of(name)

    book = runbook(plan, told(lang))

    acts = [act.id for phase in read_playbook(name).phases for act in phase.acts]
    forward = [line.id for phase in book.phases for line in phase.lines]
    assert sorted(forward) == sorted([*acts, *(step.id for step in plan.steps)])
    assert [line.id for line in book.way_back] == [step.id for step in plan.way_back(s.id for s in plan.steps)]
    assert [line.number for line in lines_of(book)] == list(range(1, len(forward) + len(book.way_back) + 1))


@pytest.mark.parametrize("form", renderer.FORMATS)
@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", playbook_names())
def test_no_blank_is_left_unfilled(name: str, lang: str, form: str) -> None:
    page = renderer.render(runbook(plan_of(name), told(lang)), form)

    words = re.sub(r"(?s)<style>.*?</style>", "", page)
    assert re.findall(r"\{[a-z_]+\}", words) == []
    assert "Here" in page


@pytest.mark.parametrize("name", playbook_names())
def test_every_line_says_who_and_when_to_stop(name: str) -> None:
    for line in lines_of(runbook(plan_of(name), told())):
        assert line.owner, line.id
        assert line.deputy != line.owner, line.id
        assert line.action, line.id
        if line.automated and not line.id.startswith("undo-"):
            assert all((line.abort, line.check, line.by_hand)), line.id


@pytest.mark.parametrize("kind", sorted(kinds_of_step()))
def test_every_kind_of_step_has_its_words_in_both_languages_and_its_row_of_the_raci(kind: str) -> None:
    book = read_playbook("orderly")
    words = book.words_of(kind)

    assert words is not None, f"playbooks/steps.toml says nothing of {kind}"
    assert book.activity_of(kind) is not None, f"playbooks/roles.toml has no activity for {kind}"
    for said in (words.what, words.precondition, words.expected, words.check, words.abort):
        assert isinstance(said, dict)
        assert set(said) == {"en", "fr"}


def test_french_is_not_english() -> None:
    english, french = (runbook(plan_of("orderly"), told(lang)) for lang in ("en", "fr"))

    same = [a.action for a, b in zip(lines_of(english), lines_of(french), strict=True) if a.action == b.action]
    assert same == []


def test_nothing_is_measured_before_a_run() -> None:
    book = runbook(plan_of("orderly"), told())

    assert {line.planned for line in lines_of(book)} == {None}
    assert {phase.gate.verdict for phase in book.phases if phase.gate} == {Verdict.UNKNOWN}


def test_the_worst_of_several_runs_is_told_not_the_best() -> None:
    plan = plan_of("orderly")
    book = runbook(plan, told("en", ran(plan, "r1", 10), ran(plan, "r2", 40), ran(plan, "r3", 20)))

    line = next(line for line in lines_of(book) if line.automated)

    assert line.planned is not None
    assert (line.planned.value, line.planned.sources) == (Decimal(40), (f"run r2, journal:{line.id}",))
    assert line.actual is not None
    assert line.actual.value == 20


GREEN = {"objects_differing": 0, "rows_differing": 0}


def test_a_measured_gate_fails_on_the_worst_run() -> None:
    plan = plan_of("stressed")
    good, bad = ran(plan, "r1", **GREEN, outage=5), ran(plan, "r2", **GREEN, outage=61)

    book = runbook(plan, told("en", good, bad))

    g4 = next(phase.gate for phase in book.phases if phase.gate and phase.gate.id == "G4")
    outage = g4.criteria[0]
    assert outage.verdict is Verdict.FAIL
    assert outage.found is not None
    assert outage.found.sources == (f"run r2, journal:{plan.steps[-1].id}",)
    assert gate(book, "G4") is Verdict.FAIL
    assert gate(runbook(plan, told("en", good)), "G4") is Verdict.UNKNOWN


def test_a_run_that_did_not_measure_leaves_a_criterion_unknown() -> None:
    plan = plan_of("stressed")
    book = runbook(plan, told("en", ran(plan, "r1", **GREEN), ran(plan, "r2")))

    g3 = next(phase.gate for phase in book.phases if phase.gate and phase.gate.id == "G3")

    assert [one.verdict for one in g3.criteria[:2]] == [Verdict.UNKNOWN, Verdict.UNKNOWN]


def test_a_criterion_of_a_person_is_never_passed_by_a_run() -> None:
    plan = plan_of("orderly")
    book = runbook(plan, told("en", ran(plan, "r1", **GREEN, outage=1, loss=0, lag=0)))

    attested = [one for phase in book.phases if phase.gate for one in phase.gate.criteria if not one.measured]

    assert attested
    assert {one.verdict for one in attested} == {Verdict.UNKNOWN}


def test_a_plan_without_its_playbook_has_no_runbook() -> None:
    with pytest.raises(UsageError, match="does not hold its playbook"):
        runbook(plan_of("orderly").model_copy(update={"book": None}), told())


def test_one_role_and_one_only_is_accountable() -> None:
    book = read_playbook("orderly").model_dump(mode="json", by_alias=True)
    book["activities"][0]["shares"]["cio"] = "A"

    with pytest.raises(ValueError, match="exactly one role is accountable"):
        Playbook.model_validate(book)


def test_an_act_of_no_activity_is_refused() -> None:
    book = read_playbook("orderly").model_dump(mode="json", by_alias=True)
    book["phases"][0]["acts"][0]["activity"] = "juggling"

    with pytest.raises(ValueError, match="which is not in the RACI"):
        Playbook.model_validate(book)


def test_the_way_back_is_told_as_the_undoing_of_each_step() -> None:
    told_of = {line.id: line.action for line in runbook(plan_of("orderly"), told()).way_back}

    assert told_of["undo-thaw-writes-ledger"] == "Let ledger at there be read only"
    assert told_of["undo-freeze-writes-ledger"] == "Let ledger at here be written again"
    assert told_of["undo-switch-traffic-web"] == "Point the name of web back at here"
    assert told_of["undo-copy-objects-files"] == "Empty files at there"


def test_every_measured_criterion_is_one_that_some_step_measures() -> None:
    steps = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "exitkit" / "rehearsal").rglob("*.py"))
    books = [read_playbook(name) for name in playbook_names()]
    stops = [one for book in books if book.stopping for one in (*book.stopping.abort, *book.stopping.rollback)]
    wanted = {one.measure for one in (*stops, *(c for book in books for gate in book.gates for c in gate.criteria))}

    assert {"outage", "loss", "objects unreadable"} <= wanted
    assert [name for name in sorted(wanted - {""}) if f'"{name}"' not in steps] == []
