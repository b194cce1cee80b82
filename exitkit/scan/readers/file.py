"""Read one file, whatever kind it is; the answer is plain JSON, and says itself what was not read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from exitkit.scan import installed
from exitkit.scan.limits import LONGEST_LINE
from exitkit.scan.readers import cloudformation, hcl, lex, plan, source, state, terraform_json, ties, yamlnodes

Stores = Mapping[str, Mapping[str, str]]
FORMAT = 4
"""The version of what is kept by content; another number forgets all that was kept."""

_SOURCES = frozenset({"python", "javascript", "java", "go"})


def read(reader: str, content: bytes, stores: Stores) -> dict[str, Any]:
    """What one file says. It holds `skipped` or `refused`, with the reason, where it was not read."""
    if reader not in {"state", "json"} and b"\0" in content:
        return {"refused": "not a text: it holds a zero byte"}
    try:
        told = _read(reader, content, stores)
    except RecursionError:
        return {"refused": "it is nested too deep"}
    if "refused" in told:
        return {"refused": told["refused"]}
    if "skipped" not in told and reader not in {"state", "json", "variables", "manifest"}:
        try:
            content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            told["partial"] = "; ".join(filter(None, [told.get("partial"), f"not UTF-8 text at line {line}"]))
    return told


def _read(reader: str, content: bytes, stores: Stores) -> dict[str, Any]:
    match reader:
        case "terraform" | "variables":
            return _terraform(content)
        case "state" | "manifest" | "terraform-json":
            return _json(content, stores, only=reader.removesuffix("-json"))
        case "json":
            return _json(content, stores)
        case "yaml":
            return _yaml(content)
        case _:
            return _source(reader, content)


def _terraform(content: bytes) -> dict[str, Any]:
    told = hcl.read(content)
    if "refused" in told:
        return told
    spans = [(start, end) for start, end, _ in told.pop("comments")]
    return _with_ties(told, content, spans)


def _with_ties(told: dict[str, Any], content: bytes, spans: list[tuple[int, int]]) -> dict[str, Any]:
    lines = ties.Lines(content)
    found, more = ties.ties(ties.blanked(content, spans), lines)
    if more:
        told["partial"] = "; ".join(filter(None, [told.get("partial"), f"more than {len(found):,} ties"]))
    return {**told, "ties": found, "waivers": ties.waivers(content, spans, lines)}


def _json(content: bytes, stores: Stores, only: str = "") -> dict[str, Any]:
    if not only and not _could_be_ours(content):
        return {"skipped": "JSON of another kind: not a plan, a state or a template"}
    try:
        document = json.loads(content)
    except (ValueError, UnicodeDecodeError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        return {"refused": f"not valid JSON{where}"}
    if not isinstance(document, dict):
        return {"refused": "not a state: it is no object"} if only else {"skipped": "JSON of another kind"}
    return _document(document, content, stores, only)


def _document(document: dict[str, Any], content: bytes, stores: Stores, only: str) -> dict[str, Any]:
    if only == "manifest":
        return {"installed": installed.of(document, ""), "partial": ""}
    if only == "terraform":
        return _with_ties(terraform_json.read(document, content), content, [])
    if only == "state" or {"version", "lineage", "resources"} <= document.keys():
        return {"kind": "state", **state.read(document, content, stores)}
    if "terraform_version" in document and ("planned_values" in document or "values" in document):
        return {"kind": "plan", **plan.read(document, content, stores)}
    if cloudformation.is_template(document):
        return _with_ties({"kind": "cloudformation", **cloudformation.read(document, content)}, content, [])
    return {"skipped": "JSON of another kind: not a plan, a state or a template"}


def _could_be_ours(content: bytes) -> bool:
    return b"AWS::" in content or b'"terraform_version"' in content or b"AWSTemplateFormatVersion" in content


def _yaml(content: bytes) -> dict[str, Any]:
    if b"AWS::" not in content and b"AWSTemplateFormatVersion" not in content:
        return {"skipped": "YAML of another kind: not a template"}
    try:
        documents = yamlnodes.documents(content)
    except yamlnodes.YamlTrouble as trouble:
        return {"refused": str(trouble)}
    except UnicodeDecodeError:
        return {"refused": "not UTF-8 text"}
    template = next((one for one in documents if cloudformation.is_template(one)), None)
    if template is None:
        return {"skipped": "YAML of another kind: not a template"}
    told = {"kind": "cloudformation", **cloudformation.read(template, content)}
    return _with_ties(told, content, lex.comments(content, "yaml"))


def _source(reader: str, content: bytes) -> dict[str, Any]:
    if max(map(len, content.split(b"\n")), default=0) > LONGEST_LINE:
        return {"skipped": f"generated: it has a line of more than {LONGEST_LINE:,} letters"}
    spans = lex.comments(content, reader)
    text = ties.blanked(content, spans)
    lines = ties.Lines(content)
    told = {"calls": source.calls(text, reader, lines), "encrypts": source.encrypting(text, lines), "partial": ""}
    return _with_ties(told, content, spans)
