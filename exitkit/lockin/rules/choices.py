"""Rules about what the workload itself asks for (LK2xx)."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.lockin.rules.base import Case, rule
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.finding import Finding, Severity
from exitkit.model.kinds.service import Service


@rule("LK201", "provider-specific settings")
def hatches(case: Case) -> Iterator[Finding]:
    """A component has settings for one provider only.

    What it means: they are passed through as they are, and mean nothing anywhere else. Each is a line to think about
    again when leaving.

    Way out: say the same with the fields every cloud understands, or drop it.
    """
    for component in case.workload.components:
        for provider, settings in component.hatch.items():
            number = Evidence(
                what="provider-specific settings",
                value=len(settings),
                unit="settings",
                basis=Basis.DECLARED,
                sources=(f"spec:{component.name}.{provider}",),
            )
            yield Finding(
                code="LK201",
                component=component.name,
                severity=Severity.MEDIUM if provider == case.source else Severity.INFO,
                message=f"{len(settings)} settings are for {provider} only: {', '.join(settings)}",
                way_out="say the same with the fields every cloud understands, or drop it",
                evidence=(number,),
            )


@rule("LK202", "nobody watches")
def no_canary(case: Case) -> Iterator[Finding]:
    """A service declares no canary.

    What it means: a rehearsal cannot see what its users would: outage and loss stay unknown.

    Way out: declare a write that may be repeated and read back, under `canary`.
    """
    for component in case.workload.components:
        if isinstance(component, Service) and component.canary is None:
            yield Finding(
                code="LK202",
                component=component.name,
                severity=Severity.MEDIUM,
                message="no canary is declared, so outage and loss cannot be measured",
                way_out="declare a write that may be repeated and read back, under `canary`",
            )
