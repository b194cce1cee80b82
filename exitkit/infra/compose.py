"""Compose placements to a tree of Terraform files that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import TypeAlias, assert_never

from exitkit.errors import Unsupported
from exitkit.infra import trial
from exitkit.infra.hcl import (
    Attribute,
    Blank,
    Block,
    Comment,
    Expression,
    Item,
    Value,
    attributes,
    quote,
    render,
)
from exitkit.infra.readme import readme
from exitkit.model.placement import (
    Frame,
    FromModule,
    FromModules,
    FromRoot,
    Input,
    Landing,
    Literally,
    Placement,
    RequiredProvider,
    RootVariable,
)
from exitkit.model.workload import Component, Workload

FileTree: TypeAlias = Mapping[str, str]
"""Text files by their path, sorted."""

_WIDTH = 110
TERRAFORM = (1, 9)
"""The oldest version a tree is for, unless one of its modules asks for a newer one."""

_REQUIRED = re.compile(r'^ *required_version = ">= (\d+)\.(\d+)"', re.MULTILINE)

GITIGNORE = """\
.terraform/
*.tfstate
*.tfstate.*
*.tfplan
*.tfvars
*.tfbackend
crash.log
# .terraform.lock.hcl belongs in version control.
"""


def compose(workload: Workload, landing: Landing, modules: Mapping[str, str]) -> FileTree:
    """The root, its README and a copy of the modules. Raises Unsupported where nothing is made with Terraform."""
    frame = landing.frame
    if not frame.providers:
        raise Unsupported(f"{frame.title} needs no Terraform: there is nothing to generate")
    tree = {
        "main.tf": render(_main(workload, landing)),
        "versions.tf": render((_versions(frame, modules),)),
        "providers.tf": render(_provider(provider) for provider in frame.providers),
        "variables.tf": render(_variable(variable) for variable in frame.variables),
        "outputs.tf": render(_output(part) for part in workload.components),
        "README.md": readme(workload, landing, outputs=tuple(_output_name(part.name) for part in workload.components)),
        ".gitignore": GITIGNORE,
        trial.PATH: trial.trial(workload, landing, modules),
        **frame.files,
        **{f"modules/{path}": text for path, text in modules.items()},
    }
    if example := _example(frame.variables):
        tree["terraform.tfvars.example"] = example
    return dict(sorted(tree.items()))


def _main(workload: Workload, landing: Landing) -> Iterable[Item]:
    yield Comment(f"{workload.name} on {landing.frame.title}. Each module stands in modules/, and is yours to change.")
    yield Blank()
    if landing.frame.locals:
        yield Block("locals", body=_locals(landing.frame.locals))
    for placement in landing.placements:
        if placement.lacks:
            lines = [line for lack in placement.lacks for line in wrap(f"Not here: {lack}.", _WIDTH)]
            yield Comment("\n".join(lines))
        yield Block("module", (placement.component,), _module(placement))


def _locals(inputs: Mapping[str, Input]) -> tuple[Item, ...]:
    body: list[Item] = []
    for name, value in inputs.items():
        body += [Attribute(name, _value(value)), Blank()]
    return tuple(body)


def _module(placement: Placement) -> tuple[Item, ...]:
    inputs = {name: _value(value) for name, value in placement.inputs.items()}
    return attributes({"source": f"./modules/{placement.module}", **inputs})


def _value(given: Input) -> Value:
    match given:
        case Literally():
            return given.value
        case FromModule():
            return _reference(given)
        case FromModules():
            return {key: _reference(output) for key, output in given.outputs.items()}
        case FromRoot():
            return Expression(given.expression)
        case _:
            assert_never(given)


def _reference(output: FromModule) -> Expression:
    return Expression(f"module.{output.component}.{output.output}")


def _versions(frame: Frame, modules: Mapping[str, str]) -> Block:
    asked = [(int(major), int(minor)) for text in modules.values() for major, minor in _REQUIRED.findall(text)]
    newest = max([TERRAFORM, *asked])
    required = {provider.name: {"source": provider.source, "version": provider.version} for provider in frame.providers}
    return Block(
        "terraform",
        body=(
            Attribute("required_version", f">= {newest[0]}.{newest[1]}"),
            Block("required_providers", body=attributes(required)),
        ),
    )


def _provider(provider: RequiredProvider) -> Block:
    settings = attributes({name: _value(value) for name, value in provider.settings.items()})
    blocks = (
        Block(name, body=attributes({key: _value(value) for key, value in inner.items()}))
        for name, inner in provider.blocks.items()
    )
    return Block("provider", (provider.name,), (*settings, *blocks))


def _variable(variable: RootVariable) -> Block:
    body: dict[str, Value] = {"description": variable.description, "type": Expression(variable.type)}
    if not variable.required:
        body["default"] = variable.default
    if variable.sensitive:
        body["sensitive"] = True
    return Block("variable", (variable.name,), attributes(body))


def _output_name(component: str) -> str:
    return component.replace("-", "_")


def _output(component: Component) -> Block:
    value = {
        name: _reference(FromModule(component=component.name, output=output))
        for name, output in component.tells.items()
    }
    return Block(
        "output",
        (_output_name(component.name),),
        (Attribute("description", f"Where the {component.kind} {component.name} is."), Attribute("value", value)),
    )


def _example(variables: Iterable[RootVariable]) -> str:
    """A file to copy and fill in: one line for each variable that has no default, and none for a secret."""
    lines = [
        f"# {variable.description}\n# Secret: not here, but in the environment, as TF_VAR_{variable.name}.\n"
        if variable.sensitive
        else f"# {variable.description}\n{variable.name} = {_empty(variable)}\n"
        for variable in variables
        if variable.required
    ]
    return "\n".join(["# Copy to terraform.tfvars and fill in.\n", *lines]) if lines else ""


def _empty(variable: RootVariable) -> str:
    return quote("") if variable.type == "string" else "[]"
