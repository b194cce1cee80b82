"""Set a template of ours as PDF with typst: the one file that knows it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from exitkit.errors import MissingExtra
from exitkit.model.evidence import Verdict
from exitkit.report.render import reading

MARKS = {**reading.MARKS, Verdict.FAIL: "×"}
"""The marks that the PDF's font has."""


def compiled(template: str, told: dict[str, Any]) -> bytes:
    """A template of ours with its words, as PDF. Raises MissingExtra where typst is not installed."""
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("pdf", needed_for="writing a PDF") from error
    text = files("exitkit.report").joinpath("templates", template).read_bytes()
    data = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return bytes(typst.compile(text, sys_inputs={"data": data}, ignore_system_fonts=True, format="pdf"))
