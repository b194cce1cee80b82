"""Machines through apache-libcloud: what the compute of every cloud has in common there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exitkit.errors import OutsideError
from exitkit.ports import Compute, Machine
from exitkit.ports.room import Room


class Machines:
    """Machines of one account. The API makes and removes them; `guests`, where given, does what they would run.

    An emulated API boots nothing. In the lab the guests stand in for what happens inside a machine; without them the
    address is the machine's own.
    """

    def __init__(self, driver: Any, *, image: str, size: str, guests: Compute | None = None) -> None:  # noqa: ANN401
        self._driver = driver
        self._image = image
        self._size = size
        self._guests = guests

    def start(self, machine: Machine) -> str:
        """Make the machine where there is none of its name, and answer where it serves."""
        node = self._nodes().get(machine.name) or self._create(machine)
        if self._guests is not None:
            return self._guests.start(machine)
        address = next(iter(node.public_ips or node.private_ips), None)
        if address is None:
            raise OutsideError(f"the machine {machine.name} has no address yet")
        return f"{address}:{machine.port}"

    def stop(self, name: str) -> None:
        """Stop what it runs, then remove it; harmless where there is none."""
        if self._guests is not None:
            self._guests.stop(name)
        node = self._nodes().get(name)
        if node is not None:
            _asked(lambda: self._driver.destroy_node(node))

    def running(self) -> Mapping[str, str]:
        """The address of every machine, by name; in the lab, of every guest whose machine exists."""
        nodes = self._nodes()
        if self._guests is not None:
            return {name: address for name, address in self._guests.running().items() if name in nodes}
        return {name: next(iter(node.public_ips or node.private_ips), "") for name, node in nodes.items()}

    def room(self) -> Room | None:
        """The machines there are, and may be; None where the cloud does not say."""
        for ask in (self._room_of_ec2, self._room_of_openstack):
            if (found := ask()) is not None:
                return found
        return None

    def _room_of_ec2(self) -> Room | None:
        # Not through ex_get_limits: it reads every attribute as a number, and the platform is none.
        if not hasattr(self._driver, "ex_get_limits"):
            return None
        asked = {"Action": "DescribeAccountAttributes", "AttributeName.1": "max-instances"}
        told = _asked(lambda: self._driver.connection.request("/", params=asked)).object
        for item in told.iter():
            texts = [(part.tag.rpartition("}")[2], (part.text or "").strip()) for part in item.iter()]
            if ("attributeName", "max-instances") in texts and item.tag.endswith("item"):
                most = next((text for tag, text in texts if tag == "attributeValue" and text.isdigit()), None)
                return Room(len(self._nodes()), int(most)) if most is not None else None
        return None

    def _room_of_openstack(self) -> Room | None:
        if not hasattr(self._driver, "ex_get_quota_set"):
            return None
        project = getattr(self._driver.connection, "tenant_name", None) or "self"
        found = _asked(lambda: self._driver.ex_get_quota_set(project)).instances
        return Room(int(found.in_use), int(found.limit)) if found is not None else None

    def _nodes(self) -> dict[str, Any]:
        from libcloud.compute.types import NodeState

        gone = (NodeState.TERMINATED, NodeState.STOPPED)
        return {node.name: node for node in _asked(self._driver.list_nodes) if node.state not in gone}

    def _create(self, machine: Machine) -> Any:  # noqa: ANN401
        sizes = {size.id: size for size in _asked(self._driver.list_sizes)}
        wanted = machine.size or self._size
        by_name = {size.name: size for size in sizes.values()}
        size = sizes.get(wanted) or by_name.get(wanted)
        if size is None:
            raise OutsideError(f"this cloud offers no machine of size {wanted}")
        images = _asked(self._driver.list_images)
        image = next((one for one in images if self._image in (one.id, one.name)), None)
        if image is None:
            raise OutsideError(f"this cloud offers no machine image {self._image}")
        return _asked(lambda: self._driver.create_node(name=machine.name, size=size, image=image))


def _asked(question: Any) -> Any:  # noqa: ANN401
    """Ask libcloud, and say in our words what it refuses."""
    from libcloud.common.exceptions import BaseHTTPError
    from libcloud.common.types import InvalidCredsError, LibcloudError
    from requests.exceptions import RequestException

    try:
        return question()
    except InvalidCredsError as error:
        raise OutsideError("the compute API refuses these credentials") from error
    except (LibcloudError, BaseHTTPError) as error:
        raise OutsideError(f"the compute API refused: {str(error)[:200]}") from error
    except (RequestException, ConnectionError) as error:
        raise OutsideError(f"the compute API did not answer: {type(error).__name__}") from error
