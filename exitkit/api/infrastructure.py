"""Count what the Terraform of each cloud makes: from the trees that are generated, or from plans of terraform."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from exitkit import registry
from exitkit.api.placed import tree_of
from exitkit.errors import ExitkitError, MissingExtra, UsageError
from exitkit.lockin.declared import Declared
from exitkit.model.infrastructure import Infrastructure
from exitkit.model.workload import Workload
from exitkit.placing import origins, place
from exitkit.ports import Provider
from exitkit.scan.composed import composed
from exitkit.scan.limits import MIB
from exitkit.scan.planned import NoPlan, planned

if TYPE_CHECKING:
    from exitkit.report.facts import Facts

LARGEST_PLAN = 256 * MIB


def infrastructure_of(workload: Workload, *providers: Provider) -> dict[str, Infrastructure]:
    """By provider, what its generated tree makes; none where it generates no tree.

    Empty where what reads Terraform is not installed.
    """
    found = {}
    for one in providers:
        try:
            asked = place(workload, one).frame.variables
            examples = {variable.name: variable.example for variable in asked if variable.required}
            found[one.name] = composed(tree_of(workload, one.name), one.name, origins(workload, one), examples)
        except MissingExtra:
            return {}
        except ExitkitError:
            continue
    return found


def plans_beside(said: Declared, folder: Path) -> dict[str, Path]:
    """The plans that exit.toml names, by provider; their files stand beside it. Raises UsageError on no provider."""
    for name in said.plans:
        registry.get(name)
    return {name: folder / file for name, file in said.plans.items()}


def with_plans(facts: Facts, files: Mapping[str, Path]) -> Facts:
    """With what plans of terraform make, which outranks what the generated trees do, each for its own side.

    A plan of a provider on neither side is left alone. Raises UsageError where a file is no plan.
    """
    sides = (facts.source, facts.target)
    found = {name: plan_of(facts.workload, name, file) for name, file in files.items() if name in sides}
    return facts.model_copy(update={"planned": {**facts.planned, **found}})


def plan_of(workload: Workload, provider: str, file: Path) -> Infrastructure:
    """What a plan makes, as `terraform show -json` prints it; no value of it is kept. Raises UsageError."""
    hint = f"`terraform plan -out plan && terraform show -json plan > {file.name}` writes one"
    try:
        if file.stat().st_size > LARGEST_PLAN:
            raise UsageError(f"`{file}` is larger than {LARGEST_PLAN // MIB} MiB", hint=hint)
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"`{file}` cannot be read: {error.strerror}", hint=hint) from error
    source = f"{file.name} (sha256 {hashlib.sha256(content).hexdigest()})"
    try:
        return planned(json.loads(content), source, origins(workload, registry.get(provider)))
    except NoPlan as error:
        raise UsageError(f"`{file}` is no plan to count: {error}", hint=hint) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"`{file}` is no plan to count: it is not JSON ({where})", hint=hint) from None
    except (UnicodeDecodeError, RecursionError):
        raise UsageError(f"`{file}` is no plan to count: it cannot be read as JSON", hint=hint) from None
