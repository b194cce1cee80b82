"""Where components land."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.errors import Unsupported
from exitkit.model.capability import Capability, Support
from exitkit.model.placement import Literally, Placement
from exitkit.model.workload import Component, Workload
from exitkit.placing import contract, place
from exitkit.testing.bench import Bench, hold
from exitkit.testing.worlds import SMALL_WORKLOADS


def every_small_workload_is_placed(bench: Bench) -> None:
    """Or refused with the reason of a claim that says it cannot."""
    for workload in SMALL_WORKLOADS:
        for component in workload.components:
            try:
                placement = bench.provider.place(component, workload)
            except Unsupported as error:
                reasons = _reasons(bench, component)
                hold(
                    any(why in error.message for why in reasons),
                    f"{component.kind} is refused without a claim's reason: {error.message}",
                )
                continue
            hold(
                (placement.component, placement.kind) == (component.name, component.kind),
                f"{component.name} was placed as {placement.component}, a {placement.kind}",
            )


def placing_twice_gives_the_same(bench: Bench) -> None:
    """Nothing but the workload decides where it lands; the order of asking neither."""
    for workload in SMALL_WORKLOADS:
        once = [placement for _, placement in _placed(bench, workload, reverse=False)]
        again = [placement for _, placement in _placed(bench, workload, reverse=True)]
        hold(once == again[::-1], f"{workload.name} lands elsewhere the second time")
        hold(
            bench.provider.frame(workload) == bench.provider.frame(workload),
            f"the frame of {workload.name} is another the second time",
        )


def the_inputs_cover_the_contract(bench: Bench) -> None:
    """Every input the modules take that the workload speaks of; where nothing is generated, every plain one."""
    for workload in SMALL_WORKLOADS:
        generated = bool(bench.provider.frame(workload).providers)
        for component, placement in _placed(bench, workload, reverse=False):
            wanted = {
                name
                for name, value in contract(component, workload)[0].items()
                if (value.value is not None if isinstance(value, Literally) else generated)
            }
            missing = sorted(wanted - set(placement.inputs))
            hold(not missing, f"the {component.kind} {component.name} is placed without {', '.join(missing)}")


def a_landing_notes_what_only_comes_close(bench: Bench) -> None:
    """Whatever a component needs and does not get natively is noted where it lands."""
    for workload in SMALL_WORKLOADS:
        try:
            landing = place(workload, bench.provider)
        except Unsupported:
            continue
        for component, capability in workload.capabilities():
            claim = bench.provider.claims[capability]
            noted = any(note.startswith(f"{capability}: ") for note in landing.placement(component).notes)
            hold(noted or claim.support is Support.NATIVE, f"{component} lands without a note on {capability}")


def _placed(bench: Bench, workload: Workload, *, reverse: bool) -> Iterator[tuple[Component, Placement]]:
    for component in reversed(workload.components) if reverse else workload.components:
        try:
            yield component, bench.provider.place(component, workload)
        except Unsupported:
            continue


def _reasons(bench: Bench, component: Component) -> list[str]:
    claims: list[Capability] = list(component.capabilities())
    cannot = (Support.ABSENT, Support.UNMAPPED)
    return [bench.provider.claims[one].why for one in claims if bench.provider.claims[one].support in cannot]
