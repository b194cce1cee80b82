"""Write findings as JUnit: a suite for each rule, a case for each finding, and one that passes where there is none."""

from __future__ import annotations

import re
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from exitkit.model.finding import Severity
from exitkit.model.inventory import Inventory, Sighting
from exitkit.scan.rules.base import rules

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(inventory: Inventory) -> str:
    """Accepted findings are skipped cases; what is only information passes."""
    by_code = {code: list(same) for code, same in groupby(inventory.findings, key=lambda one: one.code)}
    suites = [line for code, rule in rules().items() for line in _suite(code, rule.name, by_code.get(code, []))]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="exitkit scan">', *suites,
                      "</testsuites>", ""])  # fmt: skip


def _suite(code: str, name: str, found: list[Sighting]) -> list[str]:
    failed = sum(one.accepted is None and one.severity is not Severity.INFO for one in found)
    skipped = sum(one.accepted is not None for one in found)
    title = quoteattr(f"{code} {name}")
    head = f'  <testsuite name={title} tests="{len(found) or 1}" failures="{failed}" skipped="{skipped}" errors="0">'
    cases = [line for one in found for line in _case(one)] or [
        f'    <testcase classname="{code}" name="nothing found"/>'
    ]
    return [head, *cases, "  </testsuite>"]


def _case(one: Sighting) -> list[str]:
    opening = f"    <testcase classname={_attribute(one.code)} name={_attribute(f'{one.spot} {one.subject}')}"
    if one.accepted is not None:
        words = _attribute(f"accepted until {one.accepted.until}: {one.accepted.because}")
        return [f"{opening}>", f"      <skipped message={words}/>", "    </testcase>"]
    if one.severity is Severity.INFO:
        return [f"{opening}/>"]
    body = escape(_plain(f"{one.message}\nway out: {one.way_out}"))
    failure = f"      <failure type={_attribute(one.severity.value)} message={_attribute(one.message)}>{body}</failure>"
    return [f"{opening}>", failure, "    </testcase>"]


def _attribute(text: str) -> str:
    return quoteattr(_plain(text))


def _plain(text: str) -> str:
    return _NOT_XML.sub("?", text)
