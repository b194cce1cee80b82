"""Write findings as SARIF 2.1.0, so that they appear on their lines in a review."""

from __future__ import annotations

import json
from inspect import cleandoc
from typing import Any
from urllib.parse import quote

from exitkit.model.finding import Severity
from exitkit.model.inventory import Inventory, Sighting, Spot, State
from exitkit.scan.rules.base import Rule, rules

_LEVEL = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note", Severity.INFO: "note"}
_RANK = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.0", Severity.LOW: "3.0", Severity.INFO: "0.0"}


def render(inventory: Inventory) -> str:
    """One run; files are named from the folder that was scanned."""
    known = list(rules().values())
    places = {one.code: index for index, one in enumerate(known)}
    run = {
        "tool": {
            "driver": {
                "name": "exitkit",
                "semanticVersion": inventory.exitkit,
                "rules": [_rule(one) for one in known],
            }
        },
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"ROOT": {"description": {"text": f"the folder {inventory.root}"}}},
        "results": [_result(one, places) for one in inventory.findings],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {
                        "level": "warning",
                        "message": {"text": f"{one.path}: {one.why}"},
                        "locations": [_location(Spot(file=one.path))],
                    }
                    for one in inventory.files
                    if one.state in (State.REFUSED, State.PARTIAL)
                ],
            }
        ],
        "properties": {"coverage": inventory.coverage.headline, "catalogue": inventory.catalogue},
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(one: Rule) -> dict[str, Any]:
    page = cleandoc(one.page)
    return {
        "id": one.code,
        "name": "".join(word.capitalize() for word in one.name.replace("'", "").split()),
        "shortDescription": {"text": page.split("\n")[0]},
        "fullDescription": {"text": page},
        "help": {"text": f"{page}\n\nexitkit explain {one.code}"},
        "defaultConfiguration": {"level": _LEVEL[one.severity]},
        "properties": {"security-severity": _RANK[one.severity], "tags": ["lock-in"]},
    }


def _result(one: Sighting, places: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": places[one.code],
        "level": _LEVEL[one.severity],
        "message": {"text": f"{one.message}. Way out: {one.way_out}."},
        "locations": [_location(one.spot)],
        "partialFingerprints": {"exitkit/v1": one.fingerprint},
    }
    if one.accepted is not None:
        words = f"{one.accepted.because} (until {one.accepted.until})"
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": words}]
    return result


def _location(spot: Spot) -> dict[str, Any]:
    region = {"startLine": spot.line, "startColumn": spot.column}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(spot.file), "uriBaseId": "ROOT"},
            "region": region,
        }
    }
