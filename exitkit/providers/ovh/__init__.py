"""OVHcloud, the Public Cloud."""

from __future__ import annotations

from exitkit.drivers.cloud import Cloud
from exitkit.model.placement import Frame, Placement
from exitkit.model.workload import Component, Workload
from exitkit.ports import P, Settings


class Ovh(Cloud):
    """Paris (three zones) unless told otherwise."""

    name = "ovh"
    title = "OVHcloud"

    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands on OVHcloud."""
        from exitkit.providers.ovh.place import place

        return place(component, within, self.sizes)

    def frame(self, workload: Workload) -> Frame:
        """What a root on OVHcloud needs."""
        from exitkit.providers.ovh.place import frame

        return frame(workload)

    def open(self, port: type[P], settings: Settings) -> P:
        """The one door out."""
        from exitkit.providers.ovh.ports import open_port

        return open_port(port, settings)


PROVIDER = Ovh()
