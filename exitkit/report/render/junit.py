"""Write a report as JUnit XML: a case per step, objective, gate, capability; unknown is skipped, never passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from xml.etree import ElementTree

from exitkit.model.evidence import Verdict
from exitkit.model.report import Report
from exitkit.report.render.reading import one_line

Case = tuple[str, Verdict, str, Decimal]


def render(report: Report) -> str:
    """One suite for each sort of thing that was judged."""
    suites = {
        "steps": list(_steps(report)),
        "objectives": [(one.name, one.verdict, f"{one.words}; {one.objective}", _NO_TIME) for one in report.objectives],
        "gates": [(one.name, one.verdict, one.why, _NO_TIME) for one in report.gates],
        "capabilities": [
            (f"{one.component} {one.capability}", one.verdict, one.why, _NO_TIME) for one in report.exercised
        ],
    }
    root = ElementTree.Element("testsuites", name=f"exitkit {report.workload}")
    for name, cases in suites.items():
        _suite(root, name, cases, report)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


_NO_TIME = Decimal(0)


def _steps(report: Report) -> Iterator[Case]:
    for step in report.measurements.steps if report.measurements else ():
        done = {"ok": Verdict.PASS, "failed": Verdict.FAIL}.get(step.state, Verdict.UNKNOWN)
        verdict = done & step.verdict if step.verdict is not None else done
        yield step.id, verdict, "; ".join((step.state, *step.details[:5])), step.seconds


def _suite(root: ElementTree.Element, name: str, cases: Sequence[Case], report: Report) -> None:
    counted = {verdict: str(sum(case[1] is verdict for case in cases)) for verdict in Verdict}
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=counted[Verdict.FAIL],
        skipped=counted[Verdict.UNKNOWN],
        errors="0",
    )
    for title, verdict, why, seconds in cases:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"{report.workload}.{name}", name=one_line(title), time=f"{seconds:f}"
        )
        if verdict is not Verdict.PASS:
            tag = "failure" if verdict is Verdict.FAIL else "skipped"
            ElementTree.SubElement(case, tag, message=one_line(why))
