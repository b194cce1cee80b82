"""What the lab needs to know beside a workload: how to run its images, and how to fill its source."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from exitkit.errors import OutsideError, UsageError, not_toml
from exitkit.model.base import Frozen, Slug
from exitkit.model.kinds.service import Service
from exitkit.model.workload import Workload
from exitkit.ports import Machine

FILE = "lab.toml"


class Image(Frozen):
    """How an image is run without a container engine: a command, and the folder it runs in."""

    run: str
    folder: str = "."


class Fill(Frozen):
    """How the source is filled: a command with {count} and {seed}, given the settings of one service."""

    run: str
    folder: str = "."
    service: Slug = Field(alias="for")
    count: int = Field(2000, ge=0)
    seed: int = 0


class Recipe(Frozen):
    """Everything beside the workload."""

    images: dict[str, Image] = Field(default_factory=dict)
    fill: Fill | None = None
    messages: dict[Slug, int] = Field(default_factory=dict, description="Messages that wait, by queue.")


def read(folder: Path) -> Recipe:
    """The recipe beside a workload; an empty one where there is none. Raises UsageError."""
    file = folder / FILE
    if not file.exists():
        return Recipe()
    try:
        text = file.read_text(encoding="utf-8")
        return Recipe.model_validate(tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise not_toml(str(file), text, error) from error
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"]))
        raise UsageError(f"{file}: {where}: {wrong['msg']}") from error


def unknown_workers(workload: Workload, recipe: Recipe) -> tuple[str, ...]:
    """The workers whose image the lab does not know how to run: nobody would miss them in it."""
    workers = [service for service in workload.of(Service) if not service.public and service.canary is None]
    return tuple(worker.name for worker in workers if worker.image not in recipe.images)


def tell_guests(recipe: Recipe, beside: Path, lab: Path) -> None:
    """Let the lab know how to run each image."""
    known = {
        name: {"run": image.run, "folder": str((beside / image.folder).resolve())}
        for name, image in recipe.images.items()
    }
    (lab / "guests.json").write_text(json.dumps(known, indent=2))


def fill(recipe: Fill, machine: Machine, *, beside: Path, count: int, seed: int, log: Path) -> None:
    """Fill the source, with the settings of a service. Raises OutsideError with the command's last words."""
    secrets: Mapping[str, str] = {name: secret.reveal() for name, secret in machine.secrets.items()}
    command = [part.format(python=sys.executable, count=count, seed=seed) for part in shlex.split(recipe.run)]
    with log.open("w") as out:
        done = subprocess.run(
            command,
            cwd=beside / recipe.folder,
            env={**os.environ, **machine.environment, **secrets},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            check=False,
            timeout=6 * 3600,
        )
    if done.returncode:
        said = log.read_text(errors="replace").strip().splitlines()
        raise OutsideError(f"filling the source failed: {said[-1] if said else 'it said nothing'}", hint=f"see {log}")
