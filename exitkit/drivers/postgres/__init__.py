"""A database over libpq, its dump tools and plain SQL."""

from exitkit.drivers.postgres.server import PostgresServer

__all__ = ["PostgresServer"]
