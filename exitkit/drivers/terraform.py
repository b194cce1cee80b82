"""Run terraform (or tofu); nothing else here does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_
from pathlib import Path
from typing import Any

from exitkit.model.base import Frozen
from exitkit.model.evidence import Verdict

PROGRAMS = ("terraform", "tofu")
SECONDS = 300
"""How long one call may take: initialising copies a provider of 700 MB."""

_REGISTRY = "registry.terraform.io"
_PREFIXES = ("/opt", "/usr/local/share", "/usr/share", "/usr/local/lib", "/var/lib", "/srv")
_FRAME = " \t│╷╵"
_OUT_OF_REACH = (
    "Failed to query available provider packages",
    "Failed to install provider",
    "Failed to resolve provider packages",
    "Could not retrieve the list of available versions",
    "Invalid provider registry host",
    "Could not load plugin",
    "Failed to load plugin schemas",
    "Required plugins are not installed",
    "Inconsistent dependency lock file",
)
"""What terraform says when a provider cannot be had: nothing is known then about the tree."""

_ANOTHER = "match any of the checksums"
"""What it says when it can be had, and is not the one that the lock file names."""


class Check(Frozen):
    """One look at a tree: what was found, in words, and where."""

    name: str
    verdict: Verdict
    why: str
    diagnostics: tuple[str, ...] = ()


class Checked(Frozen):
    """All looks at a tree."""

    program: str
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """One fail fails; else one unknown leaves it unknown."""
        return reduce(and_, (check.verdict for check in self.checks), Verdict.PASS)


def find() -> Path | None:
    """The program, or None."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return Path(found) if found else None


def version(program: Path) -> str:
    """What the program calls itself, such as "Terraform v1.11.4"."""
    answer = Terraform(program, Path.cwd(), _environment()).run("version")
    lines = answer.out.splitlines()
    return lines[0] if lines else program.name


def check(tree: Path, *, mirrors: Sequence[Path] = (), seconds: int = SECONDS) -> Checked:
    """Whether a tree is formatted and valid, without touching it, a state or a cloud.

    `mirrors` are further folders of providers, each holding one named registry.terraform.io.
    """
    program = find()
    if program is None:
        return Checked(program="", checks=_all_unknown("terraform not found"))
    with opened(program, tree, mirrors=mirrors, seconds=seconds) as terraform:
        return Checked(program=str(program), checks=(_formatted(terraform), *valid(terraform)))


@contextmanager
def opened(
    program: Path, tree: Path, *, mirrors: Sequence[Path] = (), seconds: int = SECONDS, locked: bool = False
) -> Iterator[Terraform]:
    """The program in a copy of a tree that ends with it; `locked` keeps the lock file, and holds providers to it."""
    left = ("*.tfstate", "*.tfstate.*", "*.tfplan", ".terraform", _REGISTRY, "" if locked else ".terraform.lock.hcl")
    with tempfile.TemporaryDirectory(prefix="exitkit-terraform-") as folder:
        copy = Path(folder, "tree")
        shutil.copytree(tree, copy, ignore=shutil.ignore_patterns(*left))
        yield Terraform(program, copy, _environment() | _configured(Path(folder), mirrors), seconds)


@dataclass(frozen=True)
class _Answer:
    code: int | None
    out: str
    err: str

    @property
    def errors(self) -> tuple[str, ...]:
        """Each error the program names, with its first paragraph, on one line; never empty."""
        text = "\n".join(line.strip(_FRAME) for line in (self.err or self.out).splitlines())
        paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]
        named = [
            f"{head.removeprefix('Error: ')}: {detail}".removesuffix(": ")
            for head, detail in pairwise((*paragraphs, ""))
            if head.startswith("Error: ")
        ]
        return tuple(named or paragraphs[:1] or ["no reason given"])


@dataclass(frozen=True)
class Terraform:
    """The program in one folder. A call that takes too long answers without a code."""

    program: Path
    folder: Path
    environment: Mapping[str, str]
    seconds: int = SECONDS

    def run(self, *arguments: str) -> _Answer:
        """What the program answers to these words."""
        try:
            done = subprocess.run(
                [str(self.program), *arguments],
                cwd=self.folder,
                env=dict(self.environment),
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=self.seconds,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _Answer(None, "", f"terraform {arguments[0]} took longer than {self.seconds} s")
        except OSError as error:
            return _Answer(None, "", f"terraform does not start: {error}")
        return _Answer(done.returncode, done.stdout, done.stderr)


def _formatted(terraform: Terraform) -> Check:
    answer = terraform.run("fmt", "-check", "-recursive", "-no-color")
    if answer.code == 0:
        return Check(name="fmt", verdict=Verdict.PASS, why="formatted")
    if answer.code is None:
        return Check(name="fmt", verdict=Verdict.UNKNOWN, why=answer.err)
    if not answer.out:
        return _troubled("fmt", Verdict.FAIL, answer)
    return Check(name="fmt", verdict=Verdict.FAIL, why="not formatted", diagnostics=tuple(answer.out.split()))


def valid(terraform: Terraform) -> Iterator[Check]:
    """Whether it can be initialised without its backend, and is valid."""
    made_ready = terraform.run("init", "-backend=false", "-input=false", "-no-color")
    if made_ready.code is None or _is_out_of_reach(made_ready.out + made_ready.err):
        yield _troubled("init", Verdict.UNKNOWN, made_ready)
        yield Check(name="validate", verdict=Verdict.UNKNOWN, why="not initialised")
        return
    if made_ready.code != 0:
        # What is wrong is in the tree itself, and validate says where.
        yield _troubled("init", Verdict.FAIL, made_ready)
    else:
        yield Check(name="init", verdict=Verdict.PASS, why="initialised")
    yield _validated(terraform.run("validate", "-json", "-no-color"))


def _troubled(name: str, verdict: Verdict, answer: _Answer) -> Check:
    return Check(name=name, verdict=verdict, why=answer.errors[0], diagnostics=answer.errors)


def _validated(answer: _Answer) -> Check:
    try:
        said = json.loads(answer.out)
    except json.JSONDecodeError:
        return _troubled("validate", Verdict.UNKNOWN, answer)
    diagnostics = [found for found in said.get("diagnostics", ()) if found.get("severity") == "error"]
    if said.get("valid"):
        return Check(name="validate", verdict=Verdict.PASS, why="valid")
    words = tuple(map(_in_words, diagnostics))
    if any(map(_is_out_of_reach, words)):
        return Check(name="validate", verdict=Verdict.UNKNOWN, why=words[0])
    return Check(
        name="validate",
        verdict=Verdict.FAIL,
        why=f"invalid in {len(words)} {'place' if len(words) == 1 else 'places'}",
        diagnostics=words,
    )


def _in_words(found: Mapping[str, Any]) -> str:
    where = found.get("range") or {}
    at = f"{where['filename']}:{where['start']['line']}: " if where else ""
    detail = " ".join(found.get("detail", "").split())
    return f"{at}{found['summary']}" + (f": {detail}" if detail else "")


def _is_out_of_reach(text: str) -> bool:
    said = " ".join(line.strip(_FRAME) for line in text.splitlines())
    return any(words in said for words in _OUT_OF_REACH) and _ANOTHER not in said


def _all_unknown(why: str) -> tuple[Check, ...]:
    return tuple(Check(name=name, verdict=Verdict.UNKNOWN, why=why) for name in ("fmt", "init", "validate"))


def _environment() -> dict[str, str]:
    """The user's environment, with everything that would ask, call home or wait taken out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TF_LOG", "TF_CLI_ARGS"))}
    if not Path(kept.get("TF_CLI_CONFIG_FILE", "")).is_file():
        kept.pop("TF_CLI_CONFIG_FILE", None)
    return kept | {
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "TF_REGISTRY_CLIENT_TIMEOUT": "5",
        "TF_REGISTRY_DISCOVERY_RETRY": "0",
    }


def _configured(folder: Path, mirrors: Sequence[Path]) -> dict[str, str]:
    """The user's own configuration where there is one, else one that names the mirrors on this machine."""
    if Path(os.environ.get("TF_CLI_CONFIG_FILE", "")).is_file() and not mirrors:
        return {}
    found = tuple(dict.fromkeys((*mirrors, *_mirrors())))
    if not found:
        return {}
    file = folder / "terraformrc"
    file.write_text(_configuration(found), encoding="utf-8")
    return {"TF_CLI_CONFIG_FILE": str(file)}


def _mirrors() -> Iterator[Path]:
    """Folders under the usual prefixes that hold one named registry.terraform.io."""
    for prefix in map(Path, _PREFIXES):
        for pattern in (_REGISTRY, f"*/{_REGISTRY}", f"*/*/{_REGISTRY}"):
            try:
                yield from sorted(match.parent for match in prefix.glob(pattern) if match.is_dir())
            except OSError:
                continue


def _configuration(mirrors: Iterable[Path]) -> str:
    """Each mirror for what it holds, the registry for the rest."""
    held = {mirror: sorted(_held(mirror)) for mirror in mirrors}
    blocks = [
        f"  filesystem_mirror {{\n    path    = {json.dumps(str(mirror))}\n    include = {json.dumps(sources)}\n  }}\n"
        for mirror, sources in held.items()
        if sources
    ]
    everything = sorted({source for sources in held.values() for source in sources})
    direct = f"  direct {{\n    exclude = {json.dumps(everything)}\n  }}\n"
    return "provider_installation {\n" + "".join(blocks) + direct + "}\n"


def _held(mirror: Path) -> Iterator[str]:
    for folder in mirror.glob(f"{_REGISTRY}/*/*"):
        if folder.is_dir():
            yield "/".join((_REGISTRY, *folder.parts[-2:]))
