"""Say what about a database a move has to reckon with: what the target lacks, and what no copy carries by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from exitkit.drivers.postgres.content import counters, shapes
from exitkit.ports import Trait

if TYPE_CHECKING:
    from psycopg import Connection

_EXTENSIONS = "SELECT extname, extversion FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
_COLLATIONS = """
SELECT DISTINCT c.collname FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_collation c ON c.oid = a.attcollation
WHERE r.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.collname <> 'default'
ORDER BY 1
"""
_ROLES = """
SELECT DISTINCT r.rolname FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
JOIN pg_database b ON b.oid = d.dbid
WHERE d.refclassid = 'pg_authid'::regclass AND b.datname = current_database() AND d.deptype IN ('a', 'o')
  AND r.oid <> b.datdba AND r.rolname <> current_user AND r.rolname NOT LIKE 'pg\\_%' ORDER BY 1
"""
_PARAMETERS = """
SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
WHERE d.datname = current_database() ORDER BY 1
"""
_ENCODING = """
SELECT pg_encoding_to_char(encoding), datlocprovider::text, coalesce(datlocale, datcollate)
FROM pg_database WHERE datname = current_database()
"""
_UNLOGGED = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u'"


def traits(here: Connection[Any], beyond: Connection[Any]) -> tuple[Trait, ...]:
    """Everything found, what blocks first. `beyond` is a connection to the target's server."""
    order = ("blocks", "by hand", "note")
    found = [*_release(here, beyond), *_extensions(here, beyond), *_collations(here, beyond), *_by_hand(here)]
    return tuple(sorted([*found, *_tables(here)], key=lambda one: (order.index(one.weight), one.code, one.words)))


def _release(here: Connection[Any], beyond: Connection[Any]) -> Iterator[Trait]:
    old, new = (one.info.server_version // 10000 for one in (here, beyond))
    if new < old:
        yield Trait("release", "blocks", f"PostgreSQL {new} at the target is older than {old} at the origin")
    elif new > old:
        yield Trait("release", "note", f"a step from PostgreSQL {old} to {new}: read its notes on incompatibility")


def _extensions(here: Connection[Any], beyond: Connection[Any]) -> Iterator[Trait]:
    offered = dict(beyond.execute("SELECT name, default_version FROM pg_available_extensions").fetchall())
    for name, release in here.execute(_EXTENSIONS).fetchall():
        if name not in offered:
            yield Trait("extension", "blocks", f"the extension {name} {release} is not offered at the target")
        elif offered[name] != release:
            yield Trait("extension", "note", f"the extension {name} goes from {release} to {offered[name]}")


def _collations(here: Connection[Any], beyond: Connection[Any]) -> Iterator[Trait]:
    offered = {row[0] for row in beyond.execute("SELECT collname FROM pg_collation").fetchall()}
    for (name,) in here.execute(_COLLATIONS).fetchall():
        if name not in offered:
            yield Trait("collation", "blocks", f"the collation {name} is not there at the target")
    ours, theirs = (one.execute(_ENCODING).fetchone() for one in (here, beyond))
    if ours and theirs and ours[0] != theirs[0]:
        yield Trait("encoding", "blocks", f"encoding {ours[0]} at the origin, {theirs[0]} at the target")
    if ours and theirs and ours[1:] != theirs[1:]:
        yield Trait("collation", "by hand", f"texts sort by {ours[2]} at the origin and by {theirs[2]} at the target")


def _by_hand(here: Connection[Any]) -> Iterator[Trait]:
    for (role,) in here.execute(_ROLES).fetchall():
        yield Trait("role", "by hand", f"the role {role} owns something or was granted something; roles are not copied")
    for (parameter,) in here.execute(_PARAMETERS).fetchall():
        if not parameter.startswith("default_transaction_read_only="):
            name = parameter.split("=", 1)[0]
            yield Trait("parameter", "by hand", f"the parameter {name} is set on the database; it is not copied")
    row = here.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone()
    if row and row[0]:
        words = f"{row[0]} large objects: dumped once, not followed, not compared"
        yield Trait("large-object", "blocks", words)


def _tables(here: Connection[Any]) -> Iterator[Trait]:
    keyless = [shape.name for shape in shapes(here) if not shape.keys]
    for name in keyless:
        yield Trait("no-key", "by hand", f"{name} has no primary key: its changes are merged whole, none come back")
    row = here.execute(_UNLOGGED).fetchone()
    if row and row[0]:
        yield Trait("unlogged", "note", f"{row[0]} unlogged tables are not followed, they are merged at the end")
    sequences = len(counters(here))
    if sequences:
        yield Trait("sequence", "note", f"{sequences} sequences: not carried by replication, set at the end")
