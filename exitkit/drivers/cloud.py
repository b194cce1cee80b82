"""What every cloud with a folder of its own has in common: its dated facts, and what follows from them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property

from exitkit.drivers.facts import Sizes, read_claims, read_sizes
from exitkit.model.bill import Bill
from exitkit.model.capability import Capability, Claim
from exitkit.model.placement import Placement
from exitkit.model.workload import Component, Workload
from exitkit.units import Bytes


class Cloud(ABC):
    """A provider that reads the facts beside the module its class stands in, and is billed by them."""

    @cached_property
    def claims(self) -> Mapping[Capability, Claim]:
        """What it says it can do."""
        return read_claims(type(self).__module__)

    @cached_property
    def sizes(self) -> Sizes:
        """What it sells."""
        return read_sizes(type(self).__module__)

    @abstractmethod
    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands: offline and pure. Raises Unsupported with the claim's reason."""

    def bill(self, component: Component, within: Workload) -> Bill:
        """A month of one component at list price, without traffic and requests."""
        from exitkit.drivers.bill import bill

        return bill(component, self.place(component, within), self.sizes)

    def egress(self, size: Bytes) -> Bill:
        """Taking so much out to the internet at list price."""
        from exitkit.drivers.bill import egress

        return egress(size, self.sizes)
