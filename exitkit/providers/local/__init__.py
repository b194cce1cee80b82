"""This machine: the reference provider, and a place to keep a copy that no cloud holds."""

from __future__ import annotations

from exitkit.drivers.cloud import Cloud
from exitkit.model.bill import Bill
from exitkit.model.placement import Frame, Placement
from exitkit.model.workload import Component, Workload
from exitkit.ports import P, Settings
from exitkit.units import Bytes


class Local(Cloud):
    """Directories, a PostgreSQL server, processes."""

    name = "local"
    title = "this machine"

    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands on this machine."""
        from exitkit.providers.local.place import place

        return place(component, within)

    def frame(self, workload: Workload) -> Frame:
        """What a root on this machine needs."""
        from exitkit.providers.local.place import frame

        return frame(workload)

    def bill(self, component: Component, within: Workload) -> Bill:  # noqa: ARG002 - every provider is asked so
        """Nothing: the machine is there already."""
        return Bill()

    def egress(self, size: Bytes) -> Bill:  # noqa: ARG002 - every provider is asked so
        """Nothing: what leaves this machine is not counted."""
        return Bill()

    def open(self, port: type[P], settings: Settings) -> P:
        """The one door out."""
        from exitkit.providers.local.ports import open_port

        return open_port(port, settings)


PROVIDER = Local()
