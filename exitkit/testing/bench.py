"""What a promise is tried on: one provider, and what is at hand to try it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from exitkit.model.evidence import Verdict
from exitkit.ports import Database, ObjectStore, P, Provider, Settings

Validate = Callable[[Mapping[str, str]], tuple[Verdict, str]]
"""Takes a tree of Terraform files, by path; answers whether it is formatted and valid, and in words why."""

MARK = "a check"
"""Whom the databases of these checks are made for."""


class BrokenError(Exception):
    """A promise that is not kept, in words."""


class NotTriedError(Exception):
    """A promise that could not be tried here, and why: no verdict on the provider."""


@dataclass(frozen=True)
class Bench:
    """One provider and how to try it. What is missing leaves the promises that need it untried.

    `beside` is a second PostgreSQL server, to copy to; `image` an image the provider can run, which answers 200 to
    `/healthz`. Buckets and databases made here have names that begin with `scratch`; one that is there before is never
    touched.
    """

    provider: Provider
    settings: Settings | None = None
    beside: Database | None = None
    image: str = ""
    validate: Validate | None = None
    scratch: str = "exitkit-check"

    def open(self, port: type[P]) -> P:
        """One port of the provider. Raises NotTriedError where we were not told how to reach it."""
        if self.settings is None:
            raise NotTriedError(f"no settings for {self.provider.title}")
        return self.provider.open(port, self.settings)

    @contextmanager
    def bucket(self, *, versions: bool = False) -> Iterator[tuple[ObjectStore, str]]:
        """An empty bucket, gone afterwards."""
        store: ObjectStore = self.open(ObjectStore)  # type: ignore[type-abstract]
        name = f"{self.scratch}-bucket"
        if store.exists(name):
            raise NotTriedError(f"there is a bucket {name} already")
        store.create(name, versions=versions)
        try:
            yield store, name
        finally:
            if store.exists(name):
                store.empty(name)
                store.remove(name)

    @contextmanager
    def database(self) -> Iterator[tuple[Database, str]]:
        """An empty database, gone afterwards; its owner, a role of the same name, stays."""
        databases: Database = self.open(Database)  # type: ignore[type-abstract]
        name = self.scratch.replace("-", "_")
        if databases.exists(name):
            raise NotTriedError(f"there is a database {name} already")
        databases.create(name, owner=name, mark=MARK)
        try:
            yield databases, name
        finally:
            databases.drop(name, mark=MARK)


def hold(kept: object, otherwise: str) -> None:
    """Go on where a promise is kept. Raises BrokenError."""
    if not kept:
        raise BrokenError(otherwise)


def refused(call: Callable[[], object], by: type[Exception], otherwise: str) -> None:
    """Go on where a call is refused in the way that was promised. Raises BrokenError."""
    try:
        call()
    except by:
        return
    raise BrokenError(otherwise)
