"""Find the files of an estate; nothing outside the folder is looked at, and no link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from exitkit.errors import UsageError
from exitkit.scan import installed
from exitkit.scan.limits import MOST_BYTES, MOST_FILES, MOST_FOLDER_DEPTH
from exitkit.scan.text import shown

NOT_ENTERED = {
    ".git": "the history of a repository",
    ".hg": "the history of a repository",
    ".svn": "the history of a repository",
    ".terraform": "what terraform downloaded, but for the modules its manifest names",
    ".terragrunt-cache": "what terragrunt downloaded",
    "node_modules": "what npm installed",
    "bower_components": "what bower installed",
    "__pycache__": "what python compiled",
    ".venv": "an environment of python",
    "venv": "an environment of python",
    "site-packages": "what pip installed",
    ".tox": "environments of python",
    ".exitkit": "what exitkit keeps",
}
_READERS = (
    (".tf.json", "terraform-json"), (".tofu.json", "terraform-json"), (".tf", "terraform"), (".tofu", "terraform"),
    (".auto.tfvars", "variables"), (".tfstate", "state"), (".json", "json"), (".template", "yaml"),
    (".yaml", "yaml"), (".yml", "yaml"), (".py", "python"), (".js", "javascript"), (".mjs", "javascript"),
    (".cjs", "javascript"), (".jsx", "javascript"), (".ts", "javascript"), (".tsx", "javascript"),
    (".java", "java"), (".go", "go"),
)  # fmt: skip
_BY_HAND = (
    (".tfstate.backup", "an older state"),
    (".tfvars", "given by hand on a command line nobody has seen"),
    (".tfvars.json", "given by hand on a command line nobody has seen"),
    (".min.js", "generated"),
    (".d.ts", "types only"),
)


@dataclass(frozen=True)
class Found:
    """One file: what it is called in answers, where it lies, who reads it, or why nobody does."""

    path: str
    real: str
    reader: str | None = None
    size: int = 0
    skipped: str = ""
    refused: str = ""


def walk(root: Path) -> tuple[Found, ...]:
    """Every file of the folder, or the one file, in order of path. Raises UsageError where there is none."""
    if root.is_file():
        return (_file(root.name, root.name, root.lstat()),)
    if not root.is_dir():
        raise UsageError(f"there is no folder `{shown(str(root))}`")
    found: list[Found] = []
    for one in _below(root):
        if len(found) >= MOST_FILES:
            why = f"there are more than {MOST_FILES:,} files; scan the folders one by one"
            found.append(Found("…", "", refused=why))
            break
        found.append(one)
    return tuple(sorted(found, key=lambda one: one.path))


def _below(root: Path) -> Iterator[Found]:
    waiting = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except OSError as error:
            yield Found(_shown(folder) + "/", folder, refused=f"the folder cannot be read: {error.strerror}")
            continue
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield _entry(name, entry, root)
            elif entry.name in NOT_ENTERED:
                if entry.name == ".terraform":
                    yield from _installed(root, folder)
                yield Found(_shown(name) + "/", name, skipped=f"not entered: {NOT_ENTERED[entry.name]}")
            elif depth >= MOST_FOLDER_DEPTH:
                yield Found(_shown(name) + "/", name, refused=f"folders are nested deeper than {MOST_FOLDER_DEPTH}")
            else:
                waiting.append((name, depth + 1))


def _installed(root: Path, at: str) -> Iterator[Found]:
    """Of what terraform downloaded: the manifest of modules, and the Terraform of those that it names."""
    places = installed.folders(root, at)
    if not places:
        return
    name = f"{at}/{installed.MANIFEST}" if at else installed.MANIFEST
    yield Found(_shown(name), name, "manifest", (root / name).lstat().st_size)
    for place in places:
        with suppress(OSError):
            for entry in sorted(os.scandir(root / place), key=lambda entry: entry.name):
                if entry.name.lower().endswith(_TERRAFORM) and not entry.is_dir(follow_symlinks=False):
                    yield _entry(f"{place}/{entry.name}", entry, root)


_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json")


def _entry(name: str, entry: os.DirEntry[str], root: Path) -> Found:
    try:
        told = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Found(_shown(name), name, refused=f"it cannot be read: {error.strerror}")
    if stat.S_ISLNK(told.st_mode):
        return _link(name, root)
    return _file(name, name, told)


def _link(name: str, root: Path) -> Found:
    try:
        inside = Path(os.path.realpath(root / name)).is_relative_to(os.path.realpath(root))
    except (OSError, ValueError):
        inside = False
    if inside:
        return Found(_shown(name), name, skipped="a link; what it points to is read where it stands")
    return Found(_shown(name), name, refused="a link that leads out of the folder")


def _file(name: str, real: str, told: os.stat_result) -> Found:
    path = _shown(name)
    if not stat.S_ISREG(told.st_mode):
        return Found(path, real, skipped="not a file: a pipe, a socket or a device")
    lower = PurePosixPath(name).name.lower()
    if lower in {"terraform.tfvars", "terraform.tfvars.json"}:
        reader: str | None = "variables" if lower.endswith("s") else None
    else:
        why = next((why for ending, why in _BY_HAND if lower.endswith(ending) and ".auto." not in lower), "")
        if why:
            return Found(path, real, size=told.st_size, skipped=why)
        reader = next((reader for ending, reader in _READERS if lower.endswith(ending)), None)
    if reader is None:
        ending = PurePosixPath(lower).suffix or "files without an ending"
        return Found(path, real, size=told.st_size, skipped=f"no reader for {shown(ending, 30)}")
    most = MOST_BYTES[reader]
    if told.st_size > most:
        why = f"{told.st_size / 2**20:,.1f} MiB is more than the {most // 2**20} MiB that are read of such a file"
        return Found(path, real, reader, told.st_size, refused=why)
    return Found(path, real, reader, told.st_size)


def _shown(name: str) -> str:
    return shown(name.encode("utf-8", "backslashreplace").decode(), 1000)


def content(root: Path, found: Found) -> bytes:
    """What the file holds. Raises OSError where it cannot be read, or is no longer the file that was found."""
    path = root / found.real if root.is_dir() else root
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is not a file any more")
        told = file.read(found.size + 1)
    if len(told) > found.size:
        raise OSError(0, "it grew while it was read")
    return told
