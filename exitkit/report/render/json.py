"""Write a report as JSON that reads back as the same report."""

from __future__ import annotations

import json

from exitkit.model.report import Report


def render(report: Report) -> str:
    """Sorted keys after the version, so that two reports can be compared line by line."""
    body = json.loads(report.canonical())
    opening = {"format_version": body.pop("format_version")}
    return json.dumps(opening | body, indent=2, ensure_ascii=False) + "\n"
