"""What the lab cannot show."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from exitkit.model.journal import NotExercised


def limits() -> tuple[NotExercised, ...]:
    """Every limit of the lab, with its reason, in the order of the file."""
    text = files("exitkit.lab").joinpath("limits.toml").read_text(encoding="utf-8")
    return tuple(NotExercised.model_validate(row) for row in tomllib.loads(text)["limit"])
