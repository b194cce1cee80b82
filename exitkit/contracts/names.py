"""What programs rely on of a zone: it is answered for, record by record, and nothing else is.

A zone is only asked, never written: the target's was copied from the source's by the step before. Source: RFC 1034 and
RFC 1035 (names and records), RFC 2308 (names that are not there).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exitkit.contracts.check import Contract, UntriedError, asked, hold
from exitkit.model.contract import Facet
from exitkit.model.kinds.domain import Domain, first_records
from exitkit.ports import Names

DNS: Contract[Zone] = Contract("dns")
"""The checks of a zone."""

_NOBODY = "exitkit-contract"
"""A label nobody has."""


@dataclass(frozen=True)
class Zone:
    """A zone, as its workload describes it, and the server that holds it."""

    names: Names
    domain: Domain

    def lines(self) -> tuple[str, ...]:
        """Every record. Raises BrokenError where there is no such zone."""
        found = self.names.records(self.domain.zone)
        hold(found is not None, "the server has no such zone")
        return found or ()


@contextmanager
def zone(names: Names | None, domain: Domain) -> Iterator[Zone]:
    """A zone to ask. Raises UntriedError where no name server is known."""
    if names is None:
        raise UntriedError("there is no name server here that we know to ask")
    yield Zone(names, domain)


@DNS.promise(Facet.BEHAVIOURAL, asked)
def the_zone_is_answered_for(zone: Zone) -> None:
    """The zone is answered for, and can be copied whole by whoever may."""
    zone.lines()


@DNS.promise(Facet.SEMANTIC, asked)
def records_say_what_was_written(zone: Zone) -> None:
    """Every record that the workload gives says what was written, of its type."""
    found = {_without_ttl(line) for line in zone.lines()}
    missing = [line for line in first_records(zone.domain) if _without_ttl(line) not in found]
    hold(not missing, f"{len(missing)} records are not there as they were written")


@DNS.promise(Facet.POLICY)
def records_are_remembered_as_long_as_said(zone: Zone) -> None:
    """Every record that the workload gives may be remembered as long as it says."""
    missing = set(first_records(zone.domain)) - set(zone.lines())
    hold(not missing, f"{len(missing)} records may be remembered for another time")


@DNS.promise(Facet.BEHAVIOURAL, asked)
def what_is_not_there_is_not_told(zone: Zone) -> None:
    """A name that is not there leads nowhere."""
    zone.lines()
    hold(zone.names.ask(f"{_NOBODY}.{zone.domain.zone}") is None, "a name nobody wrote leads somewhere")


def _without_ttl(line: str) -> tuple[str, str]:
    name, _, rest = line.split(" ", 2)
    return name, rest
