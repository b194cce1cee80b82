"""How much of an estate is read: beyond these, one line says what was refused."""

from __future__ import annotations

from typing import Final

MIB: Final = 2**20

MOST_FILES: Final = 200_000
MOST_FOLDER_DEPTH: Final = 64
MOST_BYTES: Final = {
    "terraform": 4 * MIB,
    "terraform-json": 8 * MIB,
    "variables": 2 * MIB,
    "manifest": 4 * MIB,
    "state": 64 * MIB,
    "json": 64 * MIB,
    "yaml": 4 * MIB,
    "python": 2 * MIB,
    "javascript": 2 * MIB,
    "java": 2 * MIB,
    "go": 2 * MIB,
}
"""The largest file of each reader; a larger one is refused, by its size alone."""

MOST_DEPTH: Final = 100
"""The deepest nesting that is followed in one file."""

MOST_NODES: Final = 100_000
"""The most blocks and expressions of one configuration file."""

MOST_MODULES: Final = 5_000
"""The most module calls that are followed in one estate."""

MOST_RESOURCES: Final = 500_000
"""The most resources that are told of one estate."""

MOST_COMPONENTS: Final = 1_000
"""The most components of one draft: nobody reads a longer one."""

MOST_STEPS: Final = 200_000
"""The most steps of evaluation for one root; what is left over is unknown."""

MOST_TEXT: Final = 20_000
"""The longest text an expression may make."""

MOST_TIES: Final = 5_000
"""The most ties of one file that are listed; a file with more is partial."""

LONGEST_LINE: Final = 20_000
"""A line of source longer than this was not written by a person, and its file is skipped as generated."""
