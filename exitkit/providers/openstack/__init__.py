"""Plain OpenStack, whoever runs it."""

from __future__ import annotations

from exitkit.drivers.cloud import Cloud
from exitkit.model.placement import Frame, Placement
from exitkit.model.workload import Component, Workload
from exitkit.ports import P, Settings


class Openstack(Cloud):
    """Nova, Neutron, Octavia and an object store that speaks S3; what a cloud may lack is left out."""

    name = "openstack"
    title = "OpenStack"

    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands on OpenStack."""
        from exitkit.providers.openstack.place import place

        return place(component, within, self.sizes)

    def frame(self, workload: Workload) -> Frame:
        """What a root on OpenStack needs."""
        from exitkit.providers.openstack.place import frame

        return frame(workload)

    def open(self, port: type[P], settings: Settings) -> P:
        """The one door out."""
        from exitkit.providers.openstack.ports import open_port

        return open_port(port, settings)


PROVIDER = Openstack()
