"""Where components land on this machine: no Terraform, only the settings they are started with."""

from __future__ import annotations

from exitkit.model.placement import Frame, Literally, Placement
from exitkit.model.workload import Component, Workload
from exitkit.placing import contract


def place(component: Component, within: Workload) -> Placement:
    """One component as a directory, a database or a process."""
    inputs, notes = contract(component, within)
    told = {name: value for name, value in inputs.items() if isinstance(value, Literally) and value.value is not None}
    return Placement(component=component.name, kind=component.kind, module="local", inputs=dict(told), notes=notes)


def frame(workload: Workload) -> Frame:  # noqa: ARG001 - every provider's frame is asked with the workload
    """A frame without providers: nothing to generate."""
    return Frame(title="this machine", providers=(), variables=())
