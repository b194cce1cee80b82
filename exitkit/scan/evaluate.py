"""Work out what an expression is worth without running anything; what cannot be known stays unknown, and says why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from exitkit.scan.functions import FUNCTIONS
from exitkit.scan.limits import MOST_STEPS, MOST_TEXT

MOST_NESTED = 120


@dataclass(frozen=True)
class Unknown:
    """A value that only a run would tell; `why` says what it hangs on, `refs` what it names."""

    why: str
    refs: tuple[str, ...] = ()


Value = Any
"""None, a bool, a number, a text, a list, a mapping, or Unknown."""

Look = Callable[[str, list[Any], int], Value]
"""Finds what a reference names: its root, its steps, and how deep we are."""


class Budget:
    """How much may still be worked out for one root."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def spend(self) -> bool:
        """One step; false when there are none left."""
        self.left -= 1
        return self.left >= 0


class Evaluator:
    """Works out expressions, asking `look` for what they refer to."""

    def __init__(self, look: Look, budget: Budget) -> None:
        self._look = look
        self._budget = budget

    def value(self, expression: list[Any], depth: int = 0, names: dict[str, Value] | None = None) -> Value:
        """What an expression is worth; `names` are those a `for` around it has bound."""
        if not self._budget.spend():
            return Unknown("too much to work out")
        if depth > MOST_NESTED:
            return Unknown("nested too deep")
        names = names or {}
        worker = _WORKERS.get(expression[0])
        if worker is None:
            return Unknown(str(expression[1]) if len(expression) > 1 else "not followed")
        return worker(self, expression, depth + 1, names)

    def _reference(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        root, steps = expression[1], expression[2]
        if root in names:
            return self.follow(names[root], steps, depth, names)
        return self._look(root, steps, depth)

    def _chain(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        return self.follow(self.value(expression[1], depth, names), expression[2], depth, names)

    def follow(self, value: Value, steps: list[Any], depth: int, names: dict[str, Value]) -> Value:
        """The value some steps lead to."""
        for place, step in enumerate(steps):
            if isinstance(value, Unknown):
                return value
            match step:
                case ["a", name]:
                    key: Value = name
                case ["i", index]:
                    key = self.value(index, depth, names)
                case ["*"]:
                    return self._splat(value, steps[place + 1 :], depth, names)
                case _:
                    return Unknown("a step that is not followed")
            value = _at(value, key)
        return value

    def _splat(self, value: Value, steps: list[Any], depth: int, names: dict[str, Value]) -> Value:
        if not isinstance(value, list):
            value = [] if value is None else [value]
        if not self._afford(value):
            return Unknown("too much to work out")
        return [self.follow(one, steps, depth, names) for one in value]

    def _afford(self, value: list[Value] | dict[str, Value]) -> bool:
        self._budget.left -= len(value)
        return self._budget.left >= 0

    def _template(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        texts = []
        length = 0
        for part in expression[1]:
            value = self.value(part, depth, names)
            if isinstance(value, Unknown):
                return value
            if isinstance(value, list | dict):
                return Unknown("a list inside a text")
            texts.append(as_text(value))
            length += len(texts[-1])
            if length > MOST_TEXT:
                return Unknown("a text that is too long")
        return "".join(texts)

    def _tuple(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        return [self.value(one, depth, names) for one in expression[1]]

    def _object(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        made = {}
        for key, one in expression[1]:
            name = self.value(key, depth, names)
            if isinstance(name, Unknown | list | dict):
                return Unknown("a key that is not known")
            made[as_text(name)] = self.value(one, depth, names)
        return made

    def _call(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        name, given = expression[1], [self.value(one, depth, names) for one in expression[2]]
        if len(expression) > 3 and given and isinstance(last := given[-1], list):
            given[-1:] = last
        if name in {"try", "coalesce"}:
            known = [one for one in given if not isinstance(one, Unknown)]
            sure = given and not isinstance(given[0], Unknown) and given[0] not in (None, "")
            return given[0] if sure else (Unknown(f"{name} of what is not known") if len(known) < len(given)
                                          else next((one for one in known if one not in (None, "")), None))  # fmt: skip
        function = FUNCTIONS.get(name)
        if function is None:
            return Unknown(f"the function {name}")
        unknown = next((one for one in given if isinstance(one, Unknown)), None)
        if unknown is not None:
            return unknown
        if any(not self._afford(one) for one in given if isinstance(one, list | dict)):
            return Unknown("too much to work out")
        try:
            return function(*given)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, ArithmeticError):
            return Unknown(f"the function {name} of this")

    def _choice(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        test = as_bool(self.value(expression[1], depth, names))
        if isinstance(test, bool):
            return self.value(expression[2 if test else 3], depth, names)
        one, other = self.value(expression[2], depth, names), self.value(expression[3], depth, names)
        same = type(one) is type(other) and not isinstance(one, list | dict | Unknown) and one == other
        return one if same else (test if isinstance(test, Unknown) else Unknown("a test that is not true or false"))

    def _binary(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        sign, left = expression[1], self.value(expression[2], depth, names)
        if sign in {"&&", "||"} and as_bool(left) is (sign == "||"):
            return sign == "||"
        right = self.value(expression[3], depth, names)
        for one in (left, right):
            if isinstance(one, Unknown):
                return one
            if isinstance(one, list | dict) and one:
                return Unknown("lists that are compared")
        try:
            return _BINARY[sign](left, right)
        except (TypeError, ValueError, ArithmeticError, KeyError):
            return Unknown(f"`{sign}` of this")

    def _unary(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        value = self.value(expression[2], depth, names)
        if isinstance(value, Unknown):
            return value
        if expression[1] == "!":
            truth = as_bool(value)
            return not truth if isinstance(truth, bool) else Unknown("not true or false")
        return -value if isinstance(value, int | float) else Unknown("not a number")

    def _for(self, expression: list[Any], depth: int, names: dict[str, Value]) -> Value:
        bound, over, given, test, *grouped = expression[1:]
        source = self.value(over, depth, names)
        if isinstance(source, Unknown):
            return source
        if not isinstance(source, list | dict) or not self._afford(source):
            return Unknown("a `for` over what is not a list")
        made: list[Value] = []
        keyed: dict[str, Value] = {}
        for key, one in source.items() if isinstance(source, dict) else enumerate(source):
            here = {**names, **dict(zip(reversed(bound), (one, key), strict=False))}
            kept = True if test is None else as_bool(self.value(test, depth, here))
            if not isinstance(kept, bool):
                return Unknown("a test that is not known")
            if kept and len(given) == 2:
                name = self.value(given[0], depth, here)
                if isinstance(name, Unknown | list | dict):
                    return Unknown("a key that is not known")
                value = self.value(given[1], depth, here)
                if grouped:
                    keyed.setdefault(as_text(name), []).append(value)
                else:
                    keyed[as_text(name)] = value
            elif kept:
                made.append(self.value(given[0], depth, here))
        return keyed if len(given) == 2 else made


_WORKERS: dict[str, Callable[[Evaluator, list[Any], int, dict[str, Value]], Value]] = {
    "v": lambda _self, expression, _depth, _names: expression[1],
    "r": Evaluator._reference,
    "s": Evaluator._chain,
    "t": Evaluator._template,
    "l": Evaluator._tuple,
    "o": Evaluator._object,
    "c": Evaluator._call,
    "?": Evaluator._choice,
    "b": Evaluator._binary,
    "u": Evaluator._unary,
    "f": Evaluator._for,
}  # fmt: skip
_BINARY: dict[str, Callable[[Any, Any], Value]] = {
    "==": lambda one, other: _alike(one, other) and one == other,
    "!=": lambda one, other: not _alike(one, other) or one != other,
    "+": lambda one, other: _sane(_counted(one) + _counted(other)),
    "-": lambda one, other: _sane(_counted(one) - _counted(other)),
    "*": lambda one, other: _sane(_counted(one) * _counted(other)),
    "/": lambda one, other: _sane(_counted(one) / _counted(other)),
    "%": lambda one, other: int(_counted(one)) % int(_counted(other)),
    "<": lambda one, other: _counted(one) < _counted(other),
    ">": lambda one, other: _counted(one) > _counted(other),
    "<=": lambda one, other: _counted(one) <= _counted(other),
    ">=": lambda one, other: _counted(one) >= _counted(other),
    "&&": lambda one, other: bool(one) and bool(other),
    "||": lambda one, other: bool(one) or bool(other),
}


def _alike(one: Value, other: Value) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and isinstance(one, str) == isinstance(other, str)


def _counted(value: Value) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return value


def _sane(number: float) -> float:
    if abs(number) > 1e18:
        raise OverflowError("too large")
    return int(number) if number == int(number) else number


def _at(value: Value, key: Value) -> Value:
    if isinstance(key, Unknown):
        return key
    if isinstance(key, list | dict):
        return Unknown("a step that is a list")
    if isinstance(value, dict):
        return value.get(as_text(key), Unknown(f"there is no `{as_text(key)[:40]}`"))
    if isinstance(value, list) and isinstance(key, int | float) and not isinstance(key, bool):
        place = int(key)
        return value[place] if 0 <= place < len(value) else Unknown("beyond the end of a list")
    return Unknown("a step into what has no parts")


def as_text(value: Value) -> str:
    """A value as it stands in a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)[:MOST_TEXT]


def as_bool(value: Value) -> Value:
    """True or false, also where it is said as a text; else what it was."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def references(expression: Any) -> Iterator[str]:  # noqa: ANN401 - whatever an expression holds
    """Every dotted name an expression refers to, such as `aws_kms_key.main`."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, list) or not one:
            continue
        if one[0] == "r" and len(one) == 3:
            dotted = [step[1] for step in one[2] if isinstance(step, list) and step and step[0] == "a"]
            yield ".".join([one[1], *dotted])
        waiting.extend(reversed([part for part in one if isinstance(part, list)]))
