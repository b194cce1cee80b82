"""Say words, numbers and dates in the language of the reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Any

from exitkit.model.evidence import Evidence, Interval
from exitkit.report.render.translated import memory
from exitkit.units import Bytes, human_seconds

NBSP = "\u00a0"
_SPOKEN = re.compile(r"^([\d.]+) (\w+)$")
_PAIR = re.compile(r"([\d.]+) (min|s|h|days?)\b")


@dataclass(frozen=True)
class Language:
    """The words of one language, and how it writes quantities."""

    code: str
    words: Mapping[str, Any]

    @classmethod
    def load(cls, code: str) -> Language:
        """Read the words of one language."""
        import tomllib

        text = files("exitkit.report").joinpath("words", f"{code}.toml").read_text(encoding="utf-8")
        return cls(code, tomllib.loads(text))

    def say(self, key: str, **values: str) -> str:
        """The words at `section.key`, with their blanks filled in. Raises KeyError: a missing word is a bug."""
        found: Any = self.words
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values)

    def told(self, text: str) -> str | None:
        """What facts and rules say, in this language; None where it is not translated, or needs no translation."""
        return memory(self.code).told(text) if text else None

    def knows(self, texts: Iterable[str]) -> bool:
        """Whether all of these can be told in this language."""
        return all(self.told(text) is not None for text in texts)

    def speak(self, text: str) -> str:
        """The same, in English where it is not translated."""
        return self.told(text) or text

    def name(self, group: str, key: str) -> str:
        """What a thing is called; where we have no word for it, its own name, so that nothing is dropped."""
        return str(self.words[group].get(key, key))

    def number(self, value: Decimal) -> str:
        """A number with its thousands marked; small ones keep two significant digits, so none is rounded to nothing."""
        if value == value.to_integral_value():
            shown = f"{value:,.0f}"
        elif abs(value) < 1:
            shown = f"{value:.{1 - value.adjusted()}f}"
        else:
            shown = f"{value:,.1f}"
        return self._localised(shown)

    def quantity(self, value: Decimal, unit: str) -> str:
        """A value and its unit, the way a person would say it."""
        match unit:
            case "s":
                return self.duration(value)
            case "B" | "bytes":
                return self.size(value)
            case "%":
                return self.say("number.percent", value=self.number(value.quantize(Decimal(1), ROUND_HALF_UP)))
            case "B/s":
                return f"{self.size(value)}/s"
            case "EUR":
                return f"{self.amount(value)}{NBSP}{self.unit(unit, value)}"
            case _:
                return f"{self.number(value)}{NBSP}{self.unit(unit, value)}"

    def evidence(self, evidence: Evidence) -> str:
        """The value of a piece of evidence, with its unit."""
        return self.quantity(evidence.value, evidence.unit)

    def unit(self, unit: str, value: Decimal = Decimal(2)) -> str:
        """The word for a unit, in the number its value asks for; a unit we have no word for stays as it is."""
        # French counts zero and one and a half as one; English counts only one as one.
        single = abs(value) < 2 if self.code == "fr" else abs(value) == 1
        return str(self.words["unit"]["one" if single else "many"].get(unit, unit))

    def amount(self, value: Decimal) -> str:
        """An amount of money without its currency: whole from 100 up, cents below."""
        shown = f"{value:,.2f}" if 0 < abs(value) < 100 else f"{value.quantize(Decimal(1), ROUND_HALF_UP):,}"
        return self._localised(shown)

    def duration(self, seconds: Decimal) -> str:
        """Seconds as a person would say them; a trace of time is not none."""
        if 0 < seconds < Decimal("0.05"):
            return self.say("number.under", value=self.duration(Decimal("0.1")))
        return _PAIR.sub(self._part, human_seconds(seconds)).replace(" ", NBSP)

    def size(self, value: Decimal) -> str:
        """A number of bytes in the largest binary unit it fills."""
        return _SPOKEN.sub(self._part, str(Bytes(int(value))))

    def interval(self, interval: Interval, unit: str) -> str:
        """The P10 and the P90 of an interval, with their unit once."""
        low, high = self.estimate(interval.p10, unit), self.estimate(interval.p90, unit)
        both = self.say("number.range", low=low, high=high)
        return f"{both}{NBSP}{self.unit(unit, interval.p90)}"

    def middle(self, interval: Interval, unit: str) -> str:
        """The P50 of an interval, with its unit."""
        return f"{self.estimate(interval.p50, unit)}{NBSP}{self.unit(unit, interval.p50)}"

    def date(self, day: date) -> str:
        """A day with its month in words."""
        number = self.say("date.first") if day.day == 1 else str(day.day)
        return f"{number} {self.words['date']['months'][day.month - 1]} {day.year}".replace(" ", NBSP, 1)

    def moment(self, at: datetime | None) -> str:
        """A day and a time, with the zone it was written in."""
        if at is None:
            return self.say("tested.open_end")
        time = f"{at:%H:%M:%S}" + (f"{NBSP}{at.tzname()}" if at.tzinfo else "")
        return self.say("date.moment", date=self.date(at.date()), time=time)

    def estimate(self, value: Decimal, unit: str) -> str:
        """A number that came out of draws, without its unit: a tenth is already more than it knows."""
        if unit == "EUR":
            return self.amount(value)
        return self.number(value if abs(value) < 1 else value.quantize(Decimal("0.1"), ROUND_HALF_UP))

    def _part(self, match: re.Match[str]) -> str:
        number, unit = match.groups()
        word = self.unit("day" if unit == "days" else unit, Decimal(number))
        return f"{self._localised(number)}{NBSP}{word}"

    def _localised(self, shown: str) -> str:
        marks = {",": self.say("number.thousands"), ".": self.say("number.decimal")}
        return "".join(marks.get(letter, letter) for letter in shown)
