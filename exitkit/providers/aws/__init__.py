"""Amazon Web Services."""

from __future__ import annotations

from exitkit.drivers.cloud import Cloud
from exitkit.model.placement import Frame, Placement
from exitkit.model.workload import Component, Workload
from exitkit.ports import P, Settings


class Aws(Cloud):
    """Europe (Paris) unless told otherwise."""

    name = "aws"
    title = "AWS"

    def place(self, component: Component, within: Workload) -> Placement:
        """Where one component lands on AWS."""
        from exitkit.providers.aws.place import place

        return place(component, within, self.sizes)

    def frame(self, workload: Workload) -> Frame:
        """What a root on AWS needs."""
        from exitkit.providers.aws.place import frame

        return frame(workload)

    def open(self, port: type[P], settings: Settings) -> P:
        """The one door out."""
        from exitkit.providers.aws.ports import open_port

        return open_port(port, settings)


PROVIDER = Aws()
