"""Write the README of a generated tree, for the people who will own it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from exitkit.model.placement import Landing, Literally, Placement, RootVariable
from exitkit.model.workload import Workload

COMMANDS = """\
```sh
terraform init
terraform plan -out {name}.tfplan
terraform apply {name}.tfplan
```"""


def readme(workload: Workload, landing: Landing, *, outputs: Sequence[str]) -> str:
    """What this is, what to do first, how to run it, what differs here."""
    return "\n\n".join(_parts(workload, landing, outputs)) + "\n"


def _parts(workload: Workload, landing: Landing, outputs: Sequence[str]) -> Iterator[str]:
    frame = landing.frame
    yield f"# {workload.name} on {frame.title}"
    yield (
        f"Terraform for the workload `{workload.name}`: one module block for each component, in `main.tf`. On another "
        "cloud the same blocks take the same settings, with that cloud's sizes and its own modules behind `source`."
    )
    yield "This tree is yours. It does not need exitkit."
    yield _table(
        ("component", "kind", "module"),
        ((part.component, part.kind, f"`modules/{part.module}`") for part in landing.placements),
    )
    yield "## Before you apply"
    yield _numbered((*frame.steps_before, *_fill_in(frame.variables)))
    yield "## Credentials"
    yield "No file here holds a secret, and none has to."
    yield "\n\n".join(frame.credentials)
    yield "## Commands"
    yield COMMANDS.format(name=workload.name)
    yield "`terraform test` tries this tree with mocked providers: no account, no network, nothing is made."
    yield "Keep the state in a shared backend, and where you can still read it on the day this cloud is gone."
    if frame.files:
        yield (
            f"Beside the tree, to be copied or handed on: {_names(sorted(frame.files))}. The first ones keep the state "
            "encrypted in object storage; the policies are what whoever applies has to be allowed, and no more."
        )
    if protected := [part.component for part in landing.placements if _is_protected(part)]:
        yield (
            f"Protected from being destroyed: {_names(protected)}. To let one go, set `deletion_protection = false` in "
            "its block and apply first."
        )
    yield "## Variables"
    yield _table(("name", "type", "default", "meaning"), (_variable(variable) for variable in frame.variables))
    yield "## Outputs"
    yield "`terraform output` tells where each component is: " + _names(outputs) + "."
    yield f"## What is different on {frame.title}"
    yield _notes(landing)


def _is_protected(placement: Placement) -> bool:
    return placement.inputs.get("deletion_protection") == Literally(value=True)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _fill_in(variables: Iterable[RootVariable]) -> Iterator[str]:
    wanted = [variable for variable in variables if variable.required]
    if required := [variable.name for variable in wanted if not variable.sensitive]:
        yield f"Copy `terraform.tfvars.example` to `terraform.tfvars` and fill in {_names(required)}."
    if secret := [f"TF_VAR_{variable.name}" for variable in wanted if variable.sensitive]:
        yield f"Set {_names(secret)} in the environment from your own vault; no file may hold them."


def _variable(variable: RootVariable) -> tuple[str, str, str, str]:
    default = "required" if variable.required else f"`{json.dumps(variable.default, ensure_ascii=False)}`"
    return f"`{variable.name}`", f"`{variable.type}`", default, variable.description


def _notes(landing: Landing) -> str:
    lines = [f"- **{part.component}**: {note}." for part in landing.placements for note in part.notes]
    return "\n".join(lines) or "Nothing: every component has here what it asks for."


def _numbered(steps: Sequence[str]) -> str:
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)) or "Nothing."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
