"""Plain OpenStack, whoever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from exitkit.drivers.facts import Sizes, read_claims, read_sizes
from exitkit.model.bill import Bill
from exitkit.model.capability import Capability, Claim
from exitkit.model.placement import Frame, Placement
from exitkit.model.workload import Component, Workload
from exitkit.ports import P, Settings
from exitkit.units import Bytes


class Openstack:
    """Nova, Neutron, Octavia and an object store that speaks S3; what a cloud may lack is left out."""

    name = "openstack"
    title = "OpenStack"

    @cached_property
    def claims(self) -> Mapping[Capability, Claim]:
        """What OpenStack says it can do."""
        return read_claims(__name__)

    @cached_property
    def sizes(self) -> Sizes:
        """What OpenStack sells."""
        return read_sizes(__name__)

    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands on OpenStack."""
        from exitkit.providers.openstack.place import place

        return place(component, within, self.sizes)

    def frame(self, workload: Workload) -> Frame:
        """What a root on OpenStack needs."""
        from exitkit.providers.openstack.place import frame

        return frame(workload)

    def bill(self, component: Component, within: Workload) -> Bill:
        """A month of one component at list price, without traffic and requests."""
        from exitkit.drivers.bill import bill

        return bill(component, self.place(component, within), self.sizes)

    def egress(self, size: Bytes) -> Bill:
        """Taking so much out to the internet at list price."""
        from exitkit.drivers.bill import egress

        return egress(size, self.sizes)

    def open(self, port: type[P], settings: Settings) -> P:
        """The one door out."""
        from exitkit.providers.openstack.ports import open_port

        return open_port(port, settings)


PROVIDER = Openstack()
