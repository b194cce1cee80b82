"""Which contract a component is held to, and what of both sides it is tried on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from exitkit.contracts import s3_access, s3_kept, sql_between
from exitkit.contracts.check import Contract, hold_both
from exitkit.contracts.s3 import S3
from exitkit.contracts.shelf import shelf
from exitkit.contracts.sql import SQL, desk, used_extensions
from exitkit.model.contract import Checked
from exitkit.model.kinds.bucket import Bucket
from exitkit.model.kinds.postgres import Postgres
from exitkit.model.workload import Component
from exitkit.ports import Database, ObjectStore

CONTRACTS: tuple[Contract[Any], ...] = (S3, SQL)
"""Every contract there is."""

CONTRACTED = (Bucket, Postgres)
"""The kinds of component that are held to one."""

BESIDE = (s3_access, s3_kept, sql_between)
"""Modules that add checks to a contract of another's."""


@dataclass(frozen=True)
class Spot:
    """One side of a component: the ports it is reached through, and the name it has there."""

    objects: ObjectStore
    databases: Database
    name: str


def checks_of(component: Component, source: Spot, target: Spot) -> tuple[Checked, ...]:
    """Every check of a component's contract, on both sides. Raises OutsideError where something cannot be cleared."""
    if isinstance(component, Bucket):
        here, there = (partial(shelf, side.objects, side.name, component) for side in (source, target))
        return hold_both(S3, component, here, there)
    if isinstance(component, Postgres):
        used = used_extensions(source.databases, component.database)
        opened = partial(desk, database=component.database, release=component.release, extensions=used)
        return hold_both(SQL, component, partial(opened, source.databases), partial(opened, target.databases))
    return ()
