"""Place a workload on a provider; say what is lost between two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from exitkit.errors import Unsupported
from exitkit.model.base import Slug
from exitkit.model.capability import Capability, Claim, Support
from exitkit.model.infrastructure import InputOrigin, Origin
from exitkit.model.placement import (
    Change,
    Frame,
    FromRoot,
    Input,
    Kept,
    Landing,
    Literally,
    Loss,
    Moved,
    Placement,
)
from exitkit.model.workload import Component, Workload
from exitkit.ports import Provider


def place(workload: Workload, provider: Provider) -> Landing:
    """Where every component lands, with a note wherever the provider only comes close to what is needed."""
    frame = provider.frame(workload)
    asked = tuple(variable for part in workload.components for variable in part.variables())
    return Landing(
        workload=workload.name,
        provider=provider.name,
        placements=tuple(_noted(part, provider.place(part, workload), provider) for part in workload.components),
        frame=frame.model_copy(update={"variables": (*frame.variables, *asked)}) if frame.providers else frame,
    )


def _noted(component: Component, placement: Placement, provider: Provider) -> Placement:
    claims = {capability: provider.claims[capability] for capability in component.capabilities()}
    close = tuple(f"{name}: {claim.why}" for name, claim in claims.items() if claim.support is not Support.NATIVE)
    lacks = tuple(f"{name}: {claim.why}" for name, claim in claims.items() if claim.support is Support.ABSENT)
    return placement.model_copy(update={"notes": tuple(dict.fromkeys((*placement.notes, *close))), "lacks": lacks})


def losses(workload: Workload, source: Provider, target: Provider) -> tuple[Loss, ...]:
    """One row for each capability each component needs: what becomes of it on the way."""
    return tuple(
        _loss(component, capability, source.claims[capability], target.claims[capability])
        for component, capability in workload.capabilities()
    )


def _loss(component: Slug, capability: Capability, have: Claim, get: Claim) -> Loss:
    outcome = _outcome(have, get)
    decides = have if outcome is Kept.UNKNOWN and have.support is Support.UNMAPPED else get
    return Loss(
        component=component,
        capability=capability,
        outcome=outcome,
        source_support=have.support,
        target_support=get.support,
        source_resources=have.resources,
        target_resources=get.resources,
        why=decides.why,
        source=decides.source,
        weakens_security=get.weakens_security and not have.weakens_security,
    )


def _outcome(have: Claim, get: Claim) -> Kept:
    """The target decides, unless we have not looked at one of the two."""
    if Support.UNMAPPED in (have.support, get.support):
        return Kept.UNKNOWN
    match get.support:
        case Support.NATIVE:
            return Kept.KEPT
        case Support.WORKAROUND:
            return Kept.DEGRADED if get.degrades else Kept.EMULATED
        case _:
            return Kept.LOST


def changes(before: Landing, after: Landing, was: Iterable[Loss], becomes: Iterable[Loss]) -> Change:
    """What differs between two landings on one provider, and between what is lost on the way there."""
    old = {one.component: one for one in before.placements}
    new = {one.component: one for one in after.placements}
    moved = {name: _moved(old[name], new[name]) for name in new if name in old}
    gone, here = ({_row(one): one for one in losses if one.outcome is not Kept.KEPT} for losses in (was, becomes))
    return Change(
        provider=after.provider,
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed={name: inputs for name, inputs in moved.items() if inputs},
        lost=tuple(one for row, one in here.items() if row not in gone),
        regained=tuple(one for row, one in gone.items() if row not in here),
    )


def _moved(old: Placement, new: Placement) -> tuple[Moved, ...]:
    names = dict.fromkeys((*old.inputs, *new.inputs))
    given = [(name, old.inputs.get(name), new.inputs.get(name)) for name in names]
    return tuple(Moved(name=name, before=here, after=there) for name, here, there in given if here != there)


def _row(loss: Loss) -> tuple[str, Capability, Kept]:
    return loss.component, loss.capability, loss.outcome


def settle(
    component: Component,
    within: Workload,
    provider: str,
    *,
    chosen: Mapping[str, JsonValue] | None = None,
    notes: Iterable[str] = (),
) -> Placement:
    """The placement on a module that keeps the contract, with what the provider chose in it.

    The workload's own settings for this provider come last, as they are.
    """
    inputs, asked = contract(component, within)
    inputs |= {name: Literally(value=value) for name, value in (chosen or {}).items()}
    hatch = component.hatch.get(provider, {})
    inputs |= {name: Literally(value=value) for name, value in hatch.items()}
    return Placement(
        component=component.name,
        kind=component.kind,
        module=component.kind,
        inputs={name: value for name, value in inputs.items() if value != _UNSAID},
        notes=(*notes, *asked, *(_hatched(provider, name) for name in hatch)),
    )


_UNSAID = Literally(value=None)


def _hatched(provider: str, name: str) -> str:
    return f"`{name}` is a setting for {provider} alone: it is passed to the module as it is, and does not move"


def contract(component: Component, within: Workload) -> tuple[dict[str, Input], tuple[str, ...]]:
    """The inputs every module of a kind takes, in the order of terraform/CONTRACT.md, with remarks.

    Sizes and plans are left unsaid: they are spelled in a cloud's own words.
    """
    inputs: dict[str, Input] = {
        "name": Literally(value=full_name(within.name, component.name, longest=component.longest_name)),
        "location": FromRoot(expression="local.location"),
        "tags": FromRoot(expression="local.tags"),
    }
    return inputs | component.inputs(within.component), component.remarks()


def full_name(workload: str, component: str, *, longest: int) -> str:
    """What a component is called on a cloud. Raises Unsupported where no name is short enough."""
    for name in (f"{workload}-{component}", component):
        tidy = re.sub("-+", "-", name)
        if len(tidy) <= longest:
            return tidy
    raise Unsupported(
        f"{component} is too long a name: clouds take {longest} characters", hint="give it a shorter name"
    )


def origins(workload: Workload, provider: Provider) -> dict[Slug, dict[str, InputOrigin]]:
    """By component and input, where what the root of a generated tree gives its module comes from.

    What the contract fills from the workload is described; what a setting for this provider alone says is an override;
    what is a variable of the root is asked of whoever applies; what else the provider puts in is chosen.
    """
    frame = provider.frame(workload)
    found: dict[Slug, dict[str, InputOrigin]] = {}
    for part in workload.components:
        neutral, _ = contract(part, workload)
        hatch = part.hatch.get(provider.name, {})
        found[part.name] = {
            name: _given(
                value, Origin.OVERRIDE if name in hatch else _origin(value, neutral.get(name), frame, workload)
            )
            for name, value in provider.place(part, workload).inputs.items()
        }
    return found


def _given(value: Input, origin: Origin) -> InputOrigin:
    literal = isinstance(value, Literally)
    return InputOrigin(origin=origin, value=value.value if isinstance(value, Literally) else None, literal=literal)


def _origin(value: Input, neutral: Input | None, frame: Frame, workload: Workload) -> Origin:
    if value != neutral:
        return Origin.CHOSEN
    if not isinstance(value, FromRoot):
        return Origin.DESCRIBED
    local = frame.locals.get(value.expression.removeprefix("local."))
    if isinstance(local, Literally):
        held = local.value.values() if isinstance(local.value, dict) else (local.value,)
        return Origin.DESCRIBED if workload.name in held else Origin.CHOSEN
    return Origin.ASKED
