"""Which contract a component is held to, and what of both sides it is tried on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from exitkit.contracts import s3_access, s3_kept, sql_between
from exitkit.contracts.carried import QUEUE, SECRET, clear_queue, clear_secret, drawer, line
from exitkit.contracts.check import Contract, hold_both
from exitkit.contracts.names import DNS, zone
from exitkit.contracts.s3 import S3
from exitkit.contracts.shelf import clear, shelf
from exitkit.contracts.sql import SQL, desk, used_extensions
from exitkit.model.contract import Checked
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.domain import Domain
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.kinds.queue import Queue
from exitkit.model.kinds.secret import Secret
from exitkit.model.workload import Component
from exitkit.ports import Database, Names, ObjectStore
from exitkit.ports.carried import Queues, Secrets

CONTRACTS: tuple[Contract[Any], ...] = (S3, SQL, QUEUE, SECRET, DNS)
"""Every contract there is."""

CONTRACTED = (Bucket, Postgres, Queue, Secret, Domain)
"""The kinds of component that are held to one."""

BESIDE = (s3_access, s3_kept, sql_between)
"""Modules that add checks to a contract of another's."""


@dataclass(frozen=True)
class Spot:
    """One side of a component: the ports it is reached through, and the name it has there."""

    objects: ObjectStore
    databases: Database
    name: str
    names: Names | None = None
    queues: Queues | None = None
    vault: Secrets | None = None


def checks_of(component: Component, source: Spot, target: Spot) -> tuple[Checked, ...]:
    """Every check of a component's contract, on both sides. Raises OutsideError where something cannot be cleared."""
    sides = (source, target)
    if isinstance(component, Bucket):
        here, there = (partial(shelf, side.objects, side.name, component) for side in sides)
        return hold_both(S3, component, here, there)
    if isinstance(component, Postgres):
        used = used_extensions(source.databases, component.database)
        opened = partial(desk, database=component.database, release=component.release, extensions=used)
        return hold_both(SQL, component, partial(opened, source.databases), partial(opened, target.databases))
    if isinstance(component, Queue):
        return hold_both(QUEUE, component, *(partial(line, side.queues, side.name) for side in sides))
    if isinstance(component, Secret):
        return hold_both(SECRET, component, *(partial(drawer, side.vault, side.name) for side in sides))
    if isinstance(component, Domain):
        return hold_both(DNS, component, *(partial(zone, side.names, component) for side in sides))
    return ()


def cleared(component: Component, side: Spot) -> int:
    """Remove what a killed try has left on one side; answers how much there was. Raises OutsideError."""
    if isinstance(component, Bucket):
        return clear(side.objects, side.name)
    if isinstance(component, Queue):
        return clear_queue(side.queues, side.name)
    return clear_secret(side.vault, side.name) if isinstance(component, Secret) else 0
