"""Read what providers publish about their prices, piece by piece, and hold it against what is shipped."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from exitkit import registry
from exitkit.errors import OutsideError, UsageError

Fetch = Callable[[str], Iterable[bytes]]
"""The bytes behind an address, in pieces."""

_LARGEST = 2 * 2**30
_LARGEST_WHOLE = 64 * 2**20
_LONGEST_LINE = 2**20
_PIECE = 2**18
_FIRST_LINES = 5
"""Lines about an AWS price file, before its column names."""


@dataclass(frozen=True)
class Change:
    """One price that a provider publishes otherwise than shipped; `shipped` is None where none was found before."""

    provider: str
    name: str
    shipped: Decimal | None
    published: Decimal
    currency: str
    unit: str


@dataclass(frozen=True)
class Read:
    """A price list that was read: where, its hash, when it was published, how many shipped prices it confirms."""

    provider: str
    url: str
    sha256: str
    published: str
    same: int
    changes: tuple[Change, ...]
    not_found: tuple[str, ...] = ()


def refresh(fetch: Fetch | None = None, *, only: str = "") -> Iterator[Read]:
    """Read the public price lists one by one and compare. Raises OutsideError, in one sentence, without a network."""
    text = files("exitkit.lockin.facts").joinpath("pricelists.toml").read_text(encoding="utf-8")
    known = tomllib.loads(text, parse_float=Decimal)
    if only and only not in known:
        raise UsageError(f"no price list of `{only}` is known", hint=f"price lists: {', '.join(sorted(known))}")
    for provider, row in known.items():
        if only in ("", provider):
            look = _order_catalogue if row["form"] == "order catalogue" else _price_list
            yield from look(provider, row, fetch or fetched)


def fetched(url: str) -> Iterator[bytes]:
    """What is behind an address, in pieces, at most 2 GiB."""
    size = 0
    try:
        with urlopen(url, timeout=60) as answer:  # noqa: S310 - the addresses are shipped, and https
            while piece := answer.read(_PIECE):
                size += len(piece)
                if size > _LARGEST:
                    raise OutsideError(f"{url} answers with more than {_LARGEST} bytes")
                yield piece
    except (URLError, OSError) as error:
        host = url.split("/")[2]
        raise OutsideError(
            f"{host} cannot be reached, so no price was read; the shipped prices stay as they are",
            hint="exitkit facts check says how old they are",
        ) from error


class _Hashed:
    """Pieces that pass by, and their hash."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._digest = pieces, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._digest.update(piece)
            yield piece

    def lines(self) -> Iterator[str]:
        """Lines of text. Raises ValueError where one is too long or no text."""
        left = b""
        for piece in self:
            *whole, left = (left + piece).split(b"\n")
            yield from (line.decode().rstrip("\r") for line in whole)
            if len(left) > _LONGEST_LINE:
                raise ValueError("a line is too long")
        if left:
            yield left.decode()

    @property
    def sha256(self) -> str:
        """Of what has passed so far."""
        return self._digest.hexdigest()


def _order_catalogue(provider: str, row: Mapping[str, Any], fetch: Fetch) -> Iterator[Read]:
    url, body = row["url"], bytearray()
    hashed = _Hashed(fetch(url))
    for piece in hashed:
        body += piece
        if len(body) > _LARGEST_WHOLE:
            raise OutsideError(f"{url} answers with more than {_LARGEST_WHOLE} bytes")
    try:
        published = dict(_consumption(json.loads(bytes(body))))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _another(url) from error
    table = shipped(provider)
    rows = {one["name"]: one for one in table.get("machines", ()) if "price" in one}
    found = [(one, published[name]) for name, one in rows.items() if name in published]
    missing = tuple(name for name in rows if name not in published)
    yield _read(provider, url, sha256=hashed.sha256, published="", found=found, missing=missing)


def _consumption(told: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """Prices by the hour of an order catalogue: plans named `<size>.consumption`, in hundred-millionths."""
    for plan in told["addons"]:
        name, _, rest = str(plan["planCode"]).partition(".")
        prices = [one for one in plan.get("pricings", ()) if "consumption" in one.get("capacities", ())]
        if rest == "consumption" and prices:
            yield name, (Decimal(prices[0]["price"]) / 10**8).normalize()


def _price_list(provider: str, row: Mapping[str, Any], fetch: Fetch) -> Iterator[Read]:
    """One file per service; each is read once, whatever is looked for in it."""
    table = shipped(provider)
    offers = dict.fromkeys(line["offer"] for line in row["lines"])
    for offer in offers:
        url = row["url"].format(offer=offer)
        hashed = _Hashed(fetch(url))
        wanted = dict(_wanted([line for line in row["lines"] if line["offer"] == offer], table))
        try:
            published, found = _matched(hashed.lines(), wanted)
        except (ValueError, KeyError, StopIteration, csv.Error, InvalidOperation) as error:
            raise _another(url) from error
        missing = tuple(str(one["name"]) for key, (one, _) in wanted.items() if key not in found)
        pairs = [(wanted[key][0], value) for key, value in found.items()]
        yield _read(provider, url, sha256=hashed.sha256, published=published, found=pairs, missing=missing)


_Key = tuple[str, Decimal, str]
"""Usage type, where the tier begins, and the name of the shipped row."""


def _wanted(
    lines: Iterable[Mapping[str, Any]], table: Mapping[str, Any]
) -> Iterator[tuple[_Key, tuple[Mapping[str, Any], Mapping[str, Any]]]]:
    for line in lines:
        for one in table.get(line["list"], ()):
            if line.get("name", one["name"]) == one["name"]:
                above = Decimal(one.get("above", 0))
                # the free first 100 GB stand in no tier of the file: the tier above them begins at nothing
                begins = Decimal(0) if above == 100 else above
                if not ("above" not in one and line.get("name") == "egress"):
                    yield (line["usage"].format(name=one["name"]), begins, str(one["name"])), (one, line)


def _matched(lines: Iterator[str], wanted: Mapping[_Key, Any]) -> tuple[str, dict[_Key, Decimal]]:
    """When the file was published, and the price on demand of each thing that is looked for."""
    first = [next(csv.reader([next(lines)])) for _ in range(_FIRST_LINES)]
    published = next(row[1] for row in first if row[0] == "Publication Date")
    names = next(csv.reader([next(lines)]))
    at = {name: names.index(name) for name in ("TermType", "PriceDescription", "StartingRange", "PricePerUnit")}
    at |= {"usage": names.index("usageType"), "operation": names.index("operation")}
    at |= {"family": names.index("Product Family"), "currency": names.index("Currency")}
    by_usage: dict[str, list[_Key]] = {}
    for key in wanted:
        by_usage.setdefault(key[0], []).append(key)
    found: dict[_Key, Decimal] = {}
    for row in csv.reader(lines):
        for key in by_usage.get(row[at["usage"]], ()) if len(row) > max(at.values()) else ():
            _, line = wanted[key]
            if row[at["TermType"]] == "OnDemand" and row[at["currency"]] == "USD" and _fits(row, at, line, key[1]):
                found[key] = (Decimal(row[at["PricePerUnit"]]) * Decimal(line.get("times", 1))).normalize()
    return published, found


def _fits(row: list[str], at: Mapping[str, int], line: Mapping[str, Any], begins: Decimal) -> bool:
    return (
        Decimal(row[at["StartingRange"]] or 0) == begins
        and line.get("operation", row[at["operation"]]) == row[at["operation"]]
        and line.get("family", row[at["family"]]) == row[at["family"]]
        and row[at["PriceDescription"]].endswith(line.get("says", ""))
    )


def _read(
    provider: str,
    url: str,
    *,
    sha256: str,
    published: str,
    found: Iterable[tuple[Mapping[str, Any], Decimal]],
    missing: tuple[str, ...],
) -> Read:
    currency = shipped(provider)["currency"]
    pairs = list(found)
    changes = tuple(
        Change(provider, one["name"], one.get("price"), value, one.get("currency") or currency, one.get("unit", "hour"))
        for one, value in pairs
        if "price" not in one or Decimal(one["price"]) != value
    )
    return Read(provider, url, sha256, published, len(pairs) - len(changes), changes, missing)


def shipped(provider: str) -> dict[str, Any]:
    """What is shipped of one provider's prices."""
    package = files(type(registry.get(provider)).__module__)
    return tomllib.loads(package.joinpath("sizes.toml").read_text(encoding="utf-8"), parse_float=Decimal)


def _another(url: str) -> OutsideError:
    return OutsideError(f"{url} is not the price list that this version reads")
