"""The functions of Terraform whose answer depends on nothing but what they are given."""

# ruff: noqa: ANN401 - a value of Terraform is of any type, until a function asks for one

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Any

from exitkit.scan.limits import MOST_TEXT

LONGEST_LIST = 10_000


def _bounded(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise ValueError("too long")
    return text


def _listed(parts: Iterable[Any]) -> list[Any]:
    made = []
    for part in parts:
        made.append(part)
        if len(made) > LONGEST_LIST:
            raise ValueError("too many")
    return made


def _scalar(value: Any) -> str | int | float | bool:
    if isinstance(value, str | int | float | bool):
        return value
    raise TypeError("not a plain value")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(_scalar(value))


def _number(value: Any) -> int | float:
    if isinstance(value, str):
        number = float(value[:40])
        return int(number) if number.is_integer() else number
    if isinstance(value, int | float):
        return value
    raise TypeError("not a number")


def _concat(*lists: list[Any]) -> list[Any]:
    return _listed(one for many in lists for one in many)


def _merge(*maps: dict[str, Any] | None) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for one in maps:
        made.update(one or {})
    if len(made) > LONGEST_LIST:
        raise ValueError("too many")
    return made


def _lookup(source: dict[str, Any], key: str, *rest: Any) -> Any:
    if key in source:
        return source[key]
    if rest:
        return rest[0]
    raise KeyError(key)


def _range(*given: float) -> list[int]:
    numbers = range(*(int(one) for one in given))
    if len(numbers) > LONGEST_LIST:
        raise ValueError("too many")
    return list(numbers)


def _toset(given: list[Any]) -> list[Any]:
    return sorted({_scalar(one) for one in given}, key=str)


def _length(given: Any) -> int:
    if isinstance(given, str | list | dict):
        return len(given)
    raise TypeError("has no length")


def _join(between: str, given: list[Any]) -> str:
    made = [_text(one) for one in given]
    if sum(map(len, made)) + len(between) * len(made) > MOST_TEXT:
        raise ValueError("too long")
    return between.join(made)


def _replace(text: str, old: str, new: str) -> str:
    if not old or old.startswith("/") or text.count(old) * len(new) > MOST_TEXT:
        raise ValueError("a pattern, or too long")
    return text.replace(old, new)


def _format(form: str, *given: Any) -> str:
    parts = form.replace("%%", "\0").split("%")
    made = [parts[0]]
    for part, value in zip(parts[1:], given, strict=True):
        found = re.match(r"(?:0([1-9]))?([sdv])", part)
        if found is None or (found[1] and found[2] != "d"):
            raise ValueError("a form that is not followed")
        made.append(_text(value).zfill(int(found[1] or 0)) + part[found.end() :])
    return _bounded("".join(made).replace("\0", "%"))


def _product(*lists: list[Any]) -> list[Any]:
    made: list[Any] = [[]]
    for one in lists:
        if len(made) * len(one) > LONGEST_LIST:
            raise ValueError("too many")
        made = [[*before, part] for before in made for part in one]
    return made


def _chunks(given: list[Any], size: float) -> list[Any]:
    if size < 1:
        raise ValueError("no size")
    return [given[start : start + int(size)] for start in range(0, len(given), int(size))]


def _in_any(*lists: list[Any]) -> list[Any]:
    return _toset(_concat(*lists))


def _in_all(first: list[Any], *lists: list[Any]) -> list[Any]:
    others = [_scalars(one) for one in lists]
    return _toset([one for one in first if all(one in other for other in others)])


def _less(first: list[Any], *lists: list[Any]) -> list[Any]:
    gone = _scalars(_concat(*lists))
    return _toset([one for one in first if one not in gone])


def _scalars(given: list[Any]) -> frozenset[Any]:
    return frozenset(_scalar(one) for one in given)


def _formatted(form: str, given: list[Any]) -> list[Any]:
    return [_format(form, one) for one in _listed(given)]


def _json(text: str) -> Any:
    if len(text) > MOST_TEXT:
        raise ValueError("too long")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _subnet(prefix: str, bits: float, number: float) -> str:
    network = ip_network(prefix, strict=False)
    length = network.prefixlen + int(bits)
    if not 0 <= int(number) < 2 ** int(bits) or not 0 < int(bits) <= 64 or length > network.max_prefixlen:
        raise ValueError("no such subnet")
    first = int(network.network_address) + int(number) * 2 ** (network.max_prefixlen - length)
    return f"{type(network.network_address)(first)}/{length}"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda one: abs(_number(one)),
    "ceil": lambda one: -int(-_number(one) // 1),
    "compact": lambda given: [one for one in given if one not in ("", None)],
    "concat": _concat,
    "contains": lambda given, one: _scalar(one) in [part for part in given if not isinstance(part, list | dict)],
    "distinct": lambda given: list(dict.fromkeys(_scalar(one) for one in given)),
    "element": lambda given, place: given[int(place) % len(given)],
    "endswith": lambda text, end: text.endswith(end),
    "flatten": lambda given: _listed(
        inner for one in given for inner in (_listed(one) if isinstance(one, list) else [one])
    ),
    "floor": lambda one: int(_number(one) // 1),
    "format": _format,
    "join": _join,
    "keys": sorted,
    "length": _length,
    "lookup": _lookup,
    "lower": lambda text: text.lower(),
    "max": lambda *given: max(_number(one) for one in given),
    "merge": _merge,
    "min": lambda *given: min(_number(one) for one in given),
    "nonsensitive": lambda one: one,
    "one": lambda given: given[0] if given else None,
    "range": _range,
    "replace": _replace,
    "reverse": lambda given: list(reversed(given)),
    "slice": lambda given, start, end: given[int(start) : int(end)],
    "split": lambda between, text: _listed(text.split(between)),
    "startswith": lambda text, start: text.startswith(start),
    "substr": lambda text, start, length: text[int(start) :][: int(length) if length >= 0 else None],
    "title": lambda text: text.title(),
    "tobool": lambda one: {"true": True, "false": False}[_text(one)],
    "tolist": list,
    "tomap": dict,
    "tonumber": _number,
    "toset": _toset,
    "tostring": lambda one: None if one is None else _text(one),
    "trimprefix": lambda text, start: text.removeprefix(start),
    "trimspace": lambda text: text.strip(),
    "trimsuffix": lambda text, end: text.removesuffix(end),
    "upper": lambda text: text.upper(),
    "values": lambda given: [given[key] for key in sorted(given)],
    "alltrue": lambda given: all(one in (True, "true") for one in given),
    "anytrue": lambda given: any(one in (True, "true") for one in given),
    "chomp": lambda text: text.rstrip("\r\n"),
    "chunklist": _chunks,
    "cidrsubnet": _subnet,
    "coalescelist": lambda *given: next((one for one in given if one), []),
    "formatlist": _formatted,
    "index": lambda given, one: given.index(one),
    "jsondecode": _json,
    "setintersection": _in_all,
    "setproduct": _product,
    "setsubtract": _less,
    "setunion": _in_any,
    "signum": lambda one: (_number(one) > 0) - (_number(one) < 0),
    "sort": lambda given: sorted(_text(one) for one in given),
    "strrev": lambda text: text[::-1],
    "sum": lambda given: sum(_number(one) for one in given),
    "trim": lambda text, letters: text.strip(letters),
    "zipmap": lambda names, given: dict(zip(names, given, strict=True)),
}
"""By name; each raises an ordinary error for what it does not take, and the answer is then unknown."""
