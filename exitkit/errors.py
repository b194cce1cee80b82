"""Every way exitkit can fail, as one tree; each branch knows its exit code.

    ExitkitError
    ├── Refused        1   no        it worked and the answer is no
    ├── UsageError     2   you       usage, spec or settings are wrong
    │   ├── SpecError                the workload file, with every mistake in it
    │   └── MissingExtra             a part of exitkit that is not installed
    ├── OutsideError   3   them      network, credentials, provider, terraform
    │   ├── NotFound                 the thing asked for is not there
    │   ├── Conflict                 the thing is in another state than we were told to write over
    │   ├── Damaged                  what arrived is not what was sent
    │   └── Unsupported              the provider cannot, with the claim's own reason
    └── Halfway        4   halfway   a step failed; the journal is good; resume or roll back

Anything else is a bug (70).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Yes, no, you, them, halfway, us."""

    YES = 0
    NO = 1
    YOU = 2
    THEM = 3
    HALFWAY = 4
    US = 70
    INTERRUPTED = 130


EXIT_CODE_HELP = """\
Exit codes:

  0    yes       done, or the answer is yes

  1    no        it worked and the answer is no

  2    you       usage, spec or settings are wrong

  3    them      network, credentials, provider, terraform

  4    halfway   a step failed; the journal is good: resume or roll back

  70   us        a bug; the traceback says where

  130            interrupted; same state as 4
"""


class ExitkitError(Exception):
    """What happened, where, and what to do about it."""

    exit_code = ExitCode.US

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Refused(ExitkitError):
    """It worked and the answer is no."""

    exit_code = ExitCode.NO


class UsageError(ExitkitError):
    """Usage, spec or settings are wrong."""

    exit_code = ExitCode.YOU


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a file; `line` and `column` count from 1, `excerpt` is the line, `width` the marks below."""

    message: str
    file: str
    line: int
    column: int
    excerpt: str = ""
    width: int = 1
    suggestion: str = ""


class SpecError(UsageError):
    """The workload file is wrong; `mistakes` holds every mistake, in the order of the file."""

    def __init__(self, mistakes: tuple[Mistake, ...], *, hint: str = "") -> None:
        super().__init__(mistakes[0].message if mistakes else "the workload file is wrong", hint=hint)
        self.mistakes = mistakes


def not_toml(file: str, text: str, error: ValueError) -> SpecError:
    """What tomllib could not read, with the place it names; the last line where it names none."""
    said = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", said)
    lines = text.splitlines() or [""]
    line, column = (int(place[1]), int(place[2])) if place else (len(lines), 1)
    message = f"this is not TOML: {said.partition(' (at ')[0]}"
    return SpecError((Mistake(message, file, line, column, lines[line - 1] if line <= len(lines) else ""),))


class MissingExtra(UsageError):
    """A part of exitkit that is not installed."""

    def __init__(self, extra: str, *, needed_for: str) -> None:
        super().__init__(f"{needed_for} needs packages that are not installed", hint=f"pip install 'exitkit[{extra}]'")


class OutsideError(ExitkitError):
    """Network, credentials, provider or terraform."""

    exit_code = ExitCode.THEM


class NotFound(OutsideError):
    """The thing asked for is not there."""


class Conflict(OutsideError):
    """The thing is in another state than the one it may be read or written over in."""


class Damaged(OutsideError):
    """What arrived is not what was sent, or not all of it."""


class Unsupported(OutsideError):
    """The provider cannot do this; the message is the claim's own reason."""


class Halfway(ExitkitError):
    """A step failed; the journal is good; resume or roll back."""

    exit_code = ExitCode.HALFWAY
