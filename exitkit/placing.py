"""Place a workload on a provider; say what is lost between two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING
from typing import assert_never

from pydantic import JsonValue

from exitkit.errors import Unsupported
from exitkit.model.base import Slug
from exitkit.model.capability import Capability, Claim, Support
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.network import Network
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.service import Service
from exitkit.model.placement import FromModule, FromModules, FromRoot, Input, Kept, Landing, Literally, Loss, Placement
from exitkit.model.workload import Component, Workload
from exitkit.ports import Provider
from exitkit.units import Bytes

LONGEST_NAME = 32
"""The shortest limit any cloud sets on what is named after a component (an AWS load balancer)."""

LONGEST_BUCKET_NAME = 63
YOUNGEST_ARCHIVE = 30
"""Days before which no cloud takes an object into infrequent access."""


def place(workload: Workload, provider: Provider) -> Landing:
    """Where every component lands, with a note wherever the provider only comes close to what is needed."""
    return Landing(
        workload=workload.name,
        provider=provider.name,
        placements=tuple(_noted(part, provider.place(part, workload), provider) for part in workload.components),
        frame=provider.frame(workload),
    )


def _noted(component: Component, placement: Placement, provider: Provider) -> Placement:
    claims = {capability: provider.claims[capability] for capability in component.capabilities()}
    close = tuple(f"{name}: {claim.why}" for name, claim in claims.items() if claim.support is not Support.NATIVE)
    return placement.model_copy(update={"notes": tuple(dict.fromkeys((*placement.notes, *close)))})


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
    """The inputs every module of a kind takes, in the order of terraform/CONTRACT.md, with notes.

    Sizes and plans are left unsaid: they are spelled in a cloud's own words.
    """
    longest = LONGEST_BUCKET_NAME if isinstance(component, Bucket) else LONGEST_NAME
    inputs: dict[str, Input] = {
        "name": Literally(value=full_name(within.name, component.name, longest=longest)),
        "location": FromRoot(expression="local.location"),
        "tags": FromRoot(expression="local.tags"),
    }
    match component:
        case Network():
            inputs |= _said(cidr=component.cidr)
        case Bucket():
            return inputs | _bucket(component), _young_archive(component)
        case Postgres():
            inputs |= _postgres(component)
        case Service():
            inputs |= _service(component, within)
        case _:
            assert_never(component)
    return inputs, ()


def _bucket(bucket: Bucket) -> dict[str, Input]:
    archive = bucket.archive_after_days and max(bucket.archive_after_days, YOUNGEST_ARCHIVE)
    return _said(
        versions=bucket.versions or bucket.retain_days > 0,
        retain_days=bucket.retain_days,
        archive_after_days=archive,
        expire_noncurrent_days=bucket.expire_noncurrent_days,
        deletion_protection=bucket.protected,
    )


def _young_archive(bucket: Bucket) -> tuple[str, ...]:
    if not 0 < bucket.archive_after_days < YOUNGEST_ARCHIVE:
        return ()
    return (f"objects move to infrequent access after {YOUNGEST_ARCHIVE} days, not {bucket.archive_after_days}",)


def _postgres(postgres: Postgres) -> dict[str, Input]:
    return _joined(postgres.network) | _said(
        release=str(postgres.release),
        size=None,
        plan=None,
        storage_gib=whole_gib(postgres.storage),
        standby=postgres.standby,
        backup_days=postgres.backup_days,
        database=postgres.database,
        username=postgres.username,
        deletion_protection=postgres.protected,
    )


def _service(service: Service, within: Workload) -> dict[str, Input]:
    uses = [within.component(name) for name in service.uses]
    inputs = _joined(service.network) | _said(
        image=service.image,
        size=None,
        replicas=service.replicas,
        port=service.port,
        health_path=service.health,
        hostname=service.hostname,
    )
    if service.tls:
        inputs["certificate"] = FromRoot(expression=f"var.{certificate_variable(service)}")
    if service.environment:
        inputs["environment"] = Literally(value=dict(service.environment))
    for name, kind in (("databases", Postgres), ("buckets", Bucket)):
        used = {prefix(part.name): _output(part.name, "access") for part in uses if isinstance(part, kind)}
        if used:
            inputs[name] = FromModules(outputs=used)
    return inputs


def _said(**values: JsonValue) -> dict[str, Input]:
    return {name: Literally(value=value) for name, value in values.items()}


def _joined(network: str) -> dict[str, Input]:
    return {"network": _output(network, "attachment")}


def _output(component: str, output: str) -> FromModule:
    return FromModule(component=component, output=output)


def full_name(workload: str, component: str, *, longest: int) -> str:
    """What a component is called on a cloud. Raises Unsupported where no name is short enough."""
    for name in (f"{workload}-{component}", component):
        tidy = re.sub("-+", "-", name)
        if len(tidy) <= longest:
            return tidy
    raise Unsupported(
        f"{component} is too long a name: clouds take {longest} characters", hint="give it a shorter name"
    )


def prefix(component: str) -> str:
    """What the environment variables about a component begin with."""
    return component.upper().replace("-", "_")


def certificate_variable(service: Service) -> str:
    """The variable of the root that names a service's certificate."""
    return f"{service.name.replace('-', '_')}_certificate"


def whole_gib(size: Bytes) -> int:
    """A size in GiB, rounded up."""
    return int(size.gib.to_integral_value(ROUND_CEILING))
