"""Find and read playbooks, with what they share."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from exitkit.errors import UsageError
from exitkit.model.playbook import Playbook


def read_playbook(name: str) -> Playbook:
    """The playbook of that name, or in that file, whole. Raises UsageError where there is none, or it is wrong."""
    import yaml

    file = Path(name) if name.endswith((".yaml", ".yml")) else _shipped(name)
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        return Playbook.model_validate(_whole(told, file) if isinstance(told, dict) else told)
    except FileNotFoundError as error:
        raise UsageError(f"there is no playbook `{name}`", hint=f"playbooks: {', '.join(playbook_names())}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the playbook {file} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise UsageError(f"{file}{at}: this is not YAML") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        raise UsageError(f"{file}: {'.'.join(map(str, wrong['loc'])) or 'the file'}: {wrong['msg']}") from error


def playbook_names() -> tuple[str, ...]:
    """The playbooks that come with exitkit."""
    return tuple(sorted(file.stem for folder in _folders() if folder.is_dir() for file in folder.glob("*.yaml")))


def _whole(told: dict[str, Any], file: Path) -> dict[str, Any]:
    """A playbook with what it names elsewhere put in: gates, ways to stop, roles, the words of steps.

    What a file says itself stands; the shared files say the rest.
    """
    gates, stopping = _shared("gates"), _shared("stopping")
    roles = _shared("roles")
    rows = [{"id": identifier, **row} for identifier, row in roles["activity"].items()]
    words = [{"kind": kind, **row} for kind, row in _shared("steps").items()]
    whole = {"roles": roles["role"], "activities": rows, "words": words, **told}
    if isinstance(told.get("stopping"), str):
        whole["stopping"] = _named(stopping, told["stopping"], f"{file}: stopping")
    if isinstance(told.get("phases"), list):
        whole["phases"] = [_with_gate(phase, gates, file) for phase in told["phases"]]
    return whole


def _with_gate(phase: Any, gates: dict[str, Any], file: Path) -> Any:  # noqa: ANN401 - whatever a file holds
    gate = phase.get("gate") if isinstance(phase, dict) else None
    if isinstance(gate, str):
        return {**phase, "gate": {"id": gate, **_named(gates, gate, f"{file}: gate")}}
    if isinstance(gate, dict) and gate.get("id") in gates:
        return {**phase, "gate": {**gates[gate["id"]], **gate}}
    return phase


def _named(rows: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    if name not in rows:
        raise UsageError(f"{where}: there is no `{name}`", hint=f"there are {', '.join(rows)}")
    return dict(rows[name])


def _shared(name: str) -> dict[str, Any]:
    for folder in _folders():
        if (folder / f"{name}.toml").is_file():
            return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    raise UsageError(f"playbooks/{name}.toml is missing", hint="install exitkit again")


def _shipped(name: str) -> Path:
    for folder in _folders():
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    raise UsageError(f"there is no playbook `{name}`", hint=f"playbooks: {', '.join(playbook_names())}")


def _folders() -> tuple[Path, ...]:
    """Inside the installed package, else beside it in a checkout."""
    package = Path(str(files("exitkit")))
    return package / "_shipped" / "playbooks", package.parent / "playbooks"
