"""Write a report as PDF with typst: here the words and figures, in report.typ how they stand on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exitkit.model.evidence import Evidence
from exitkit.model.finding import Finding
from exitkit.model.report import Alternative, CostLine, Driver, Exercised, Past, Report
from exitkit.report.render import clocks, drawings, outlook, reading
from exitkit.report.render.language import Language
from exitkit.report.render.register import Register
from exitkit.report.render.typeset import MARKS, compiled

SHOWN_SOURCES = 3
"""How many sources of one figure are printed; the page and the JSON have them all."""


def render(report: Report, lang: Language) -> bytes:
    """The PDF. Raises MissingExtra where typst is not installed."""
    return compiled("report.typ", _Told(report, lang).page())


class _Told:
    """A report in words, every figure with its number in the register."""

    def __init__(self, report: Report, lang: Language) -> None:
        self.report, self.lang, self.register = report, lang, Register(lang)
        self.firsts = reading.first_of_code(report)

    def page(self) -> dict[str, Any]:
        """Everything the template prints, in the order it is read; the register comes last, when all is cited."""
        report, lang = self.report, self.lang
        told = {
            "lang": lang.code,
            "title": f"{lang.say('page.kind')} · {report.workload}",
            "as_of": lang.say("page.as_of", date=lang.date(report.as_of)),
            "aside": "" if lang.knows(report.reasons) else lang.say("page.data_language"),
            "question": lang.say("page.question", source=report.source_title, target=report.target_title),
            "answer": lang.name("answer", report.verdict.value),
            "verdict": report.verdict.value,
            "reasons": self.words(report.reasons),
            "keys": self.keys(),
            "rehearsal": self.rehearsal(),
            "decisions": [self.asked(text) for text in report.decisions],
            "objectives": [self.objective(met) for met in report.objectives],
            **self.trials(),
            "gates": [[self.text(g.name), self.verdict(g.verdict), self.text(g.why)] for g in report.gates],
            "losses": [[one.component, lang.name("capability", one.capability.value),
                        lang.name("outcome", one.outcome.value), self.text(one.why)] for one in reading.losses(report)],
            "findings": [self.finding(one) for one in reading.findings(report)],
            **self.answering(),
            "stale": self.words(report.stale),
            "dimensions": [self.dimension(one) for one in report.dimensions],
            **self.cost(),
            **self.clocks(),
            "alternatives": [self.alternative(one) for one in report.alternatives],
            "seals": [[lang.say(f"register.{name}"), digest or lang.say("register.no_digest")] for name, digest in
                      (("plan", report.plan_digest), ("journal", report.journal_digest), ("report", report.digest))],
            "say": self.said(),
        }  # fmt: skip
        return {**told, "register": [self.row(one) for one in self.register.figures]}

    def asked(self, text: str) -> dict[str, str]:
        """A decision, and the finding it is about; `leads` is where that one stands, empty where it is not told."""
        plain, code = reading.coded(self.text(text))
        words = self.lang.say("verdict_section.rule", code=code) if code else ""
        return {"text": plain, "rule": words, "leads": code if code in self.firsts else ""}

    def trials(self) -> dict[str, Any]:
        """What was tried and what was not: in three lines, then one by one."""
        report, lines = self.report, reading.trial_words(self.report, self.lang)
        limits = [["–", self.text(one.what), {"why": self.text(one.why), "seen": []}] for one in report.not_exercised]
        return {
            "trials": [[MARKS[verdict], verdict.value, count + what] for verdict, count, what in lines],
            "tried": [[*self.tried(one), self.verdict(one.verdict)] for one in reading.tried(report)],
            "untested": [*(self.tried(one) for one in reading.untried(report)), *limits],
        }

    def finding(self, one: Finding) -> list[Any]:
        """A finding; the first of its rule is where a link to the rule leads."""
        severity = self.lang.name("severity", one.severity.value)
        head = {"code": one.code, "first": self.firsts[one.code] is one}
        return [head, severity, one.component, self.text(one.message), self.text(one.way_out)]

    def tried(self, one: Exercised) -> list[Any]:
        """A capability: of what, what it is, and why it counts as it does, with what was seen of it."""
        seen = [{"what": self.text(fact.what), **self.figure(fact)} for fact in one.seen]
        return [
            one.component,
            self.lang.name("capability", one.capability.value),
            {"why": self.text(one.why), "seen": seen},
        ]

    def said(self) -> dict[str, str]:
        """The words of headings."""
        names = (
            "verdict_section.rehearsal verdict_section.decisions verdict_section.cost verdict_section.days "
            "verdict_section.range tested.objectives tested.component tested.capability tested.what untested.title "
            "alternatives.title alternatives.lead alternatives.place alternatives.month alternatives.there "
            "alternatives.away alternatives.lost alternatives.stands alternatives.months alternatives.months_note "
            "alternatives.unpriced articles.title "
            "articles.coverage articles.rehearsed articles.playbook articles.pack articles.files articles.answers "
            "clocks.waterfall clocks.waterfall_caption clocks.title clocks.caption "
            "trend.title trend.lead trend.copied trend.predicted trend.held "
            "articles.lead articles.article articles.status articles.artefact articles.asks cost.stale "
            "untested.why untested.summary untested.seen tested.capabilities tested.found holds.outcome "
            "measures.gate measures.dimension measures.counted outlook.scenario "
            "outlook.change outlook.quantity outlook.on_cost outlook.on_days register.sources "
            "holds.title holds.losses holds.findings holds.way_out measures.gates measures.dimensions cost.title "
            "cost.chart cost.not_counted cost.percentiles outlook.tornado_EUR outlook.tornado_days outlook.scenarios "
            "outlook.unlocks outlook.assumptions outlook.egress outlook.takes outlook.saves outlook.likelihood "
            "outlook.likelihood_note register.title register.basis_note register.seals tested.objective tested.asked "
            "tested.measured tested.verdict measures.missing measures.residue verdict_section.lab "
            "verdict_section.nothing verdict_section.reading page.colon register.number register.what register.value "
            "register.basis"
        )
        return {name: self.lang.say(name) for name in names.split()}

    def text(self, words: str) -> str:
        """What facts and rules say, on one line, in the reader's language where it is translated."""
        return reading.one_line(self.lang.speak(words))

    def words(self, texts: Sequence[str]) -> list[str]:
        """Texts from data, each on one line."""
        return [self.text(text) for text in texts]

    def verdict(self, found: Any) -> str:  # noqa: ANN401 - a verdict, or none
        """A verdict with its mark."""
        return f"{MARKS[found]} {self.lang.name('verdict', found.value)}"

    def figure(self, fact: Evidence | CostLine | Driver | None) -> dict[str, str]:
        """A figure: what it says, how it is known, its number in the register."""
        if fact is None:
            return {"shown": self.lang.say("page.not_measured"), "basis": "", "ref": ""}
        row = self.register.cite(fact)
        match fact:
            case Evidence():
                shown = self.lang.evidence(fact)
            case CostLine():
                shown = self.lang.middle(fact.interval, fact.unit)
            case Driver():
                shown = outlook.assumption(fact, self.lang)
        return {"shown": shown, "basis": self.lang.name("basis", fact.basis.value), "ref": row.anchor}

    def spread(self, line: CostLine | None) -> dict[str, Any]:
        """A figure with its range."""
        if line is None:
            return {**self.figure(None), "range": ""}
        return {**self.figure(line), "range": self.lang.interval(line.interval, line.unit)}

    def keys(self) -> list[dict[str, Any]]:
        """The four figures of the first page."""
        run, lang, cost = self.report.measurements, self.lang, self.report.cost
        goals = {name: reading.objective(self.report, name) for name in ("outage", "data-loss", "leave-within")}
        whole, days = reading.total(cost, lang), reading.days(cost, lang)
        rows: list[tuple[str, dict[str, Any], str]] = [
            ("outage", self.figure(run.outage if run else None), "outage"),
            ("lost", self.figure(run.lost if run else None), "data-loss"),
            ("cost", self.spread(whole), ""),
            ("days", self.spread(days), "leave-within"),
        ]
        told = []
        for name, figure, goal in rows:
            met = goals.get(goal)
            asked = self.labelled("objective", self.text(met.objective)) if met else ""
            if name == "lost" and (unknown := reading.unknown_writes(self.report)):
                known = self.figure(unknown)
                asked = f"{self.labelled('unknown_writes', known['shown'])} {known['basis']} {known['ref']}; {asked}"
            told.append({**figure, "label": lang.say(f"verdict_section.{name}"), "goal": asked})
        return told

    def labelled(self, key: str, words: str) -> str:
        """Words of the first page, with what they are before them."""
        return f"{self.lang.say(f'verdict_section.{key}')}{self.lang.say('page.colon')}{words}"

    def rehearsal(self) -> list[list[str]]:
        """When and where it was rehearsed."""
        report, lang = self.report, self.lang
        if report.measurements is None:
            return []
        days = (("rehearsed_on", report.rehearsed_on), ("expires_on", report.expires_on))
        rows = [[lang.say(f"verdict_section.{name}"), lang.date(day) if day else "–"] for name, day in days]
        returned = self.verdict(report.measurements.returned)
        place = [lang.say("verdict_section.place"), self.text(report.place)]
        rows += [[lang.say("verdict_section.changed_since"), reading.changed_since(report, lang)]]
        return [*rows, place, [lang.say("verdict_section.returned"), returned]]

    def objective(self, met: Any) -> dict[str, Any]:  # noqa: ANN401 - an ObjectiveMet
        """One objective with what was found."""
        name = self.lang.name("objective", reading.objective_key(met))
        told = {"name": name, "asked": self.text(met.objective), "note": self.text(met.note)}
        return {**told, "found": self.figure(met.found), "verdict": self.verdict(met.verdict)}

    def dimension(self, one: Any) -> dict[str, Any]:  # noqa: ANN401 - a Dimension
        """One of D1 to D9."""
        figures = [{"what": self.text(fact.what), **self.figure(fact)} for fact in one.figures]
        return {"head": f"{one.code} {self.text(one.name)}", "formula": self.text(one.formula), "figures": figures,
                "missing": "; ".join(map(self.text, one.missing)),
                "residue": [self.text(left) for left in one.residue]}  # fmt: skip

    def cost(self) -> dict[str, Any]:
        """Everything about the cost, with bars as shares of their scale."""
        cost, lang = self.report.cost, self.lang
        told: dict[str, Any] = {"cost": [], "tornados": [], "outlooks": [], "unlocks": [], "drivers": []}
        whole = [line for line in (reading.total(cost, lang), reading.days(cost, lang)) if line is not None]
        for group in drawings.ranges((*cost.lines, *whole), lang) if cost.lines else ():
            rows = [
                {"name": self.text(line.name), **_drawn(bar), **self.spread(line), "whole": line in whole}
                for line, bar in group.rows
            ]
            told["cost"].append({"unit": lang.say("cost.unit", unit=lang.unit(group.unit)), "rows": rows})
        for unit in ("EUR", "days"):
            if drawn := outlook.tornado(cost, unit, lang):
                rows = [
                    {"name": self.text(driver.name), **_drawn(bar), **self.spread(line)}
                    for driver, line, bar in drawn.rows
                ]
                told["tornados"].append({"title": lang.say(f"outlook.tornado_{unit}"), "rows": rows})
        for one in cost.outlooks:
            when = lang.say("outlook.from", date=lang.date(one.begins)) if one.begins else lang.say("outlook.before")
            total, days = outlook.outlook_lines(one, lang)
            told["outlooks"].append([f"{self.text(one.title)}, {when}", self.spread(total), self.spread(days)])
        told["egress"] = [[self.text(fact.what), self.figure(fact)] for fact in cost.egress]
        for each in cost.unlocks:
            facts = (each.takes, each.saves_days, each.saves_cost, each.likelihood)
            told["unlocks"].append(
                [f"{each.component}: {self.text(each.what)}", *(self.figure(fact) for fact in facts)]
            )
        for driver in outlook.sorted_drivers(cost):
            ranks = [outlook.correlation(value, lang) for value in (driver.on_cost, driver.on_days)]
            told["drivers"].append([self.text(driver.name), self.figure(driver), *ranks, self.text(driver.source)])
        return {**told, "not_counted": self.words(cost.not_counted)}

    def clocks(self) -> dict[str, Any]:
        """The cost as a waterfall, the days beside the clocks."""
        drawn = clocks.waterfall(self.report.cost, self.lang)
        rows = [{"name": self.text(line.name), **_drawn(bar), **self.figure(line), "range": ""} for line, bar in
                (drawn.rows if drawn else ())]  # fmt: skip
        days = [
            {"name": self.text(fact.name if isinstance(fact, CostLine) else fact.what), **_drawn(bar),
             **(self.spread(fact) if isinstance(fact, CostLine) else {**self.figure(fact), "range": ""})}
            for fact, bar in clocks.clocks(self.report, self.lang)
        ]  # fmt: skip
        return {"waterfall": rows, "clocks": days}

    def answering(self) -> dict[str, Any]:
        """What rules ask, and rehearsals so far."""
        report, lang = self.report, self.lang
        never = lang.say("articles.never")
        return {
            "articles": [[self.text(one.article), lang.name("status", one.status), self.text(one.artefact),
                          self.text(one.asks)] for one in report.compliance],
            "coverage": [[self.text(one.name), self.verdict(one.verdict), one.run or never, one.playbook, one.article]
                         for one in report.coverage],
            "pack": [[f"{one.code} {self.text(one.name)}", lang.name("status", one.status), self.text(one.files),
                      one.answers] for one in report.pack],
            "trend": [self.past(one) for one in report.trend] if len(report.trend) > 1 else [],
        }  # fmt: skip

    def past(self, one: Past) -> list[Any]:
        """One rehearsal among others."""
        span = one.predicted.interval if one.predicted else None
        ends = {"low": self.lang.duration(span.p10), "high": self.lang.duration(span.p90)} if span else {}
        word = {True: "is_held", False: "is_missed", None: "is_indicative"}[one.held]
        told = [self.lang.say("number.range", **ends), self.lang.say(f"trend.{word}")] if span else ["–", "–"]
        return [one.run, self.verdict(one.verdict), self.figure(one.outage), self.figure(one.copied), *told]

    def alternative(self, one: Alternative) -> dict[str, Any]:
        """One place beside the others."""
        lang = self.lang
        rate = (
            self.figure(one.run_rate)
            if one.run_rate
            else {**self.figure(None), "shown": lang.say("alternatives.no_price")}
        )
        lost = [
            {**self.figure(fact), "shown": f"{lang.number(fact.value)} {lang.name('outcome', kept.value)}"}
            for kept, fact in one.outcomes.items()
        ]
        qualified = "; ".join(map(self.text, one.qualifications)) or lang.say("alternatives.no_qualification")
        gates = [f"{self.verdict(gate.verdict)} {self.text(gate.name)}: {self.text(gate.why)}" for gate in one.gates]
        return {"title": one.title, "role": lang.say(f"alternatives.role_{one.role}"), "month": rate, "lost": lost,
                "there": self.spread(one.there) if one.there else None,
                "there_days": self.spread(one.there_days) if one.there_days else None,
                "away": self.spread(one.away), "away_days": self.spread(one.away_days),
                "months": self.figure(one.months) if one.months else None, "unpriced": len(one.unpriced),
                "stands": [self.text(one.parent), qualified, *gates]}  # fmt: skip

    def row(self, one: Any) -> list[str]:  # noqa: ANN401 - a Figure
        """One row of the register."""
        sources = "; ".join(self.text(source) for source in one.sources[:SHOWN_SOURCES])
        more = f" (+{len(one.sources) - SHOWN_SOURCES})" if len(one.sources) > SHOWN_SOURCES else ""
        return [one.anchor, self.text(one.what), one.value, self.lang.name("basis", one.basis.value), sources + more]


def _drawn(bar: drawings.Bar) -> dict[str, str]:
    """Where a bar stands on its scale."""
    return {"x": bar.x, "width": bar.width, "mark": bar.mark}
