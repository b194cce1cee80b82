"""The JSON Schema of the document, for editors."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, TypeAdapter

from exitkit.model.base import Slug
from exitkit.model.finding import Suppression
from exitkit.model.mirror import Mirror
from exitkit.model.workload import KINDS, Objectives
from exitkit.units import Bytes, Duration

Schema = dict[str, Any]

_REF = "#/$defs/{model}"
_QUANTITIES = {Bytes.pattern, Duration.pattern}


def schema(*, providers: Collection[str] = ()) -> Schema:
    """What `workload.yaml` may say, as JSON Schema; `providers` are the words a component holds settings under."""
    shared: Schema = {}
    kinds = {kind: _component(kind, model, providers, shared) for kind, model in KINDS.items()}
    objectives, acceptance, mirror = _of(Objectives, shared), _of(Suppression, shared), _of(Mirror, shared)
    acceptance["properties"]["until"] |= {"pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2027-01-31"]}
    acceptance["properties"]["on"]["description"] = "The component it is accepted on; every component if left out."
    name = TypeAdapter(Slug).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:exitkit:schema:workload:1",
        "title": "Workload",
        "description": "What must keep running, said without naming any cloud.",
        "type": "object",
        "required": ["name", "components"],
        "additionalProperties": False,
        "properties": {
            "name": {**name, "title": "Name", "description": "A short name for the whole.", "examples": ["shop"]},
            "objectives": _or_nothing({"$ref": "#/$defs/Objectives"}),
            "components": {
                "title": "Components",
                "description": "The parts of the workload, by name.",
                "type": "object",
                "minProperties": 1,
                "propertyNames": name,
                "additionalProperties": _any_component(kinds),
            },
            "accept": {
                "title": "Accept",
                "description": "Findings that somebody accepted, each with a reason and a last day.",
                **_or_nothing({"type": "array", "items": {"$ref": "#/$defs/Suppression"}}),
            },
            "mirror": _or_nothing({"$ref": "#/$defs/Mirror"}),
        },
        "$defs": shared | {"Objectives": objectives, "Suppression": acceptance, "Mirror": mirror} | kinds,
    }


def _or_nothing(part: Schema) -> Schema:
    return {"anyOf": [part, {"type": "null"}]}


def _any_component(kinds: dict[str, Schema]) -> Schema:
    return {
        "title": "Component",
        "description": "One part of the workload, of one kind.",
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {
                "description": "; ".join(f"{kind}: {schema['description']}" for kind, schema in kinds.items()),
                "enum": list(kinds),
            }
        },
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{kind}"},
            }
            for kind in kinds
        ],
    }


def _component(kind: str, model: type[BaseModel], providers: Collection[str], shared: Schema) -> Schema:
    found = _of(model, shared)
    fields = found["properties"]
    del fields["name"], fields["hatch"]
    found["required"] = [field for field in found["required"] if field != "name"]
    for provider in sorted(set(providers) - fields.keys()):
        fields[provider] = {
            "title": provider,
            "description": f"Settings for {provider} alone: passed to its {kind} as they are, and counted as lock-in.",
            "type": "object",
        }
    return found


def _of(model: type[BaseModel], shared: Schema) -> Schema:
    """The schema of one model, by the names a user writes; the models it holds are added to `shared`."""
    found = model.model_json_schema(by_alias=True, ref_template=_REF)
    shared |= {name: _readable(part) for name, part in found.pop("$defs", {}).items()}
    defaults = {field.alias or name: field.default for name, field in model.model_fields.items()}
    for word, part in found["properties"].items():
        part["title"] = word
        if isinstance(defaults[word], Bytes | Duration):
            part["default"] = str(defaults[word])
        elif isinstance(defaults[word], BaseModel):
            part.pop("default", None)
    return _readable(found)


def _readable(part: Schema) -> Schema:
    """Sizes and durations with their unit: no bare number but zero."""
    read: Schema = {}
    for word, value in part.items():
        if isinstance(value, dict):
            read[word] = _readable(value)
        elif word == "anyOf" and any(choice.get("pattern") in _QUANTITIES for choice in value):
            read[word] = [*(choice for choice in value if choice["type"] == "string"), {"const": 0}]
        elif word == "anyOf":
            read[word] = [_readable(choice) for choice in value]
        else:
            read[word] = value
    # Names that a pattern describes are the only ones there may be.
    return read | ({"additionalProperties": False} if "patternProperties" in read else {})
