"""Describe a workload: write one to start from, check it, print the schemas of documents."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from exitkit import registry
from exitkit.errors import UsageError
from exitkit.model.workload import Workload

DOCUMENTS = ("workload", "plan", "journal", "report", "inventory")
EXAMPLES = ("shop", "pge-attestation")


def init(folder: Path, *, example: str) -> Path:
    """Write a commented workload.yaml to start from. Raises UsageError where there is one, or no such example."""
    if example not in EXAMPLES:
        raise UsageError(f"there is no example `{example}`", hint=f"examples: {', '.join(EXAMPLES)}")
    file = folder / "workload.yaml"
    text = files("exitkit.spec").joinpath("examples", f"{example}.yaml").read_text(encoding="utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder") from error
        raise UsageError(f"{file} is there already", hint="`exitkit validate` checks it") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    return file


def validate(spec: Path) -> Workload:
    """The workload of a file. Raises SpecError with every mistake in it."""
    from exitkit.spec.load import load

    return load(spec, providers=registry.names())


def document_schema(document: str) -> dict[str, Any]:
    """The JSON Schema of a document. Raises UsageError on one that does not exist."""
    match document:
        case "workload":
            from exitkit.spec.schema import schema

            return schema(providers=registry.names())
        case "plan":
            from exitkit.model.plan import Plan

            return _titled(Plan.model_json_schema(by_alias=False, mode="serialization"), document)
        case "journal":
            from exitkit.model.journal import Entry

            return _titled(Entry.model_json_schema(by_alias=False, mode="serialization"), document)
        case "report":
            from exitkit.model.report import Report

            return _titled(Report.model_json_schema(by_alias=False, mode="serialization"), document)
        case "inventory":
            from exitkit.model.inventory import Inventory

            whole = Inventory.model_json_schema(by_alias=False, mode="serialization")
            whole["properties"]["headline"] = {"type": "string", "description": "Coverage in a line."}
            return _titled(whole, document)
        case _:
            raise UsageError(f"there is no document `{document}`", hint=f"documents: {', '.join(DOCUMENTS)}")


def _titled(schema: dict[str, Any], document: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:exitkit:schema:{document}:1",
        **schema,
    }
