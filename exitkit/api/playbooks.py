"""Find and read playbooks."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from exitkit.errors import UsageError
from exitkit.model.playbook import Playbook


def read_playbook(name: str) -> Playbook:
    """The playbook of that name, or in that file. Raises UsageError where there is none, or it is wrong."""
    import yaml

    file = Path(name) if name.endswith((".yaml", ".yml")) else _shipped(name)
    try:
        return Playbook.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
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


def _shipped(name: str) -> Path:
    for folder in _folders():
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    raise UsageError(f"there is no playbook `{name}`", hint=f"playbooks: {', '.join(playbook_names())}")


def _folders() -> tuple[Path, ...]:
    """Inside the installed package, else beside it in a checkout."""
    package = Path(str(files("exitkit")))
    return package / "_shipped" / "playbooks", package.parent / "playbooks"
