"""Write findings as SARIF 2.1.0, so that they appear on the lines of the workload's file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import Any

from exitkit.lockin.rules.base import rules
from exitkit.model.evidence import Verdict
from exitkit.model.finding import Finding, Severity
from exitkit.model.report import GateResult, Report

_LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note", Severity.INFO: "note"}


def render(report: Report, *, spec: str = "workload.yaml", lines: Mapping[str, int] | None = None) -> str:
    """One result per finding; `lines` says on which line of the workload's file each component begins."""
    known = rules()
    used = sorted({one.code for one in report.findings})
    driver = {
        "name": "exitkit",
        "version": report.exitkit,
        "rules": [
            {
                "id": code,
                "name": known[code].name,
                "shortDescription": {"text": known[code].name},
                "help": {"text": cleandoc(known[code].page)},
            }
            if code in known
            else {"id": code}
            for code in used
        ],
    }
    results = [_result(one, used.index(one.code), report, spec, lines or {}) for one in report.findings]
    return _file(driver, results)


_BARS = {Verdict.FAIL: ("error", "not passed"), Verdict.UNKNOWN: ("warning", "not proven")}


def gates(report: Report, found: Sequence[GateResult], *, spec: str = "workload.yaml") -> str:
    """One result for each bar that is not passed; what is not proven is a warning, and what passes is no result."""
    rules = [{"id": one.name, "name": one.name, "shortDescription": {"text": f"gate: {one.name}"}} for one in found]
    results = [
        {
            "ruleId": one.name,
            "ruleIndex": number,
            "level": _BARS[one.verdict][0],
            "message": {"text": f"{_BARS[one.verdict][1]}: {one.why}\nSources: {'; '.join(one.sources)}"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": spec}}}],
            "partialFingerprints": {"gate/v1": f"{report.workload}/{one.name}/{report.target}"},
        }
        for number, one in enumerate(found)
        if one.verdict in _BARS
    ]
    return _file({"name": "exitkit", "version": report.exitkit, "rules": rules}, results)


def _file(driver: dict[str, Any], results: list[dict[str, Any]]) -> str:
    told = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _result(one: Finding, number: int, report: Report, spec: str, lines: Mapping[str, int]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": spec}}
    if one.component in lines:
        place["region"] = {"startLine": lines[one.component]}
    told: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": number,
        "level": _LEVELS[one.severity],
        "message": {"text": f"{one.message}\nWay out: {one.way_out}"},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"name": one.component, "kind": "component"}]}],
        "partialFingerprints": {"finding/v1": f"{report.workload}/{one.code}/{one.component}/{report.target}"},
    }
    if one.accepted is not None and one.accepted.until >= report.as_of:
        words = f"{one.accepted.because} (until {one.accepted.until})"
        told["suppressions"] = [{"kind": "external", "status": "accepted", "justification": words}]
    return told
