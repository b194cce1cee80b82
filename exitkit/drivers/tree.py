"""Look at a Terraform tree that came out of a mirror: initialise it, validate it, plan it with mocked providers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from exitkit.drivers import terraform
from exitkit.drivers.terraform import Terraform
from exitkit.model.evidence import Verdict
from exitkit.ports.tree import Installed, Look, Looked

_LOCK = ".terraform.lock.hcl"
_LOCKED = re.compile(r'^provider "([^"]+)" \{(.*?)^\}', re.MULTILINE | re.DOTALL)
_VERSION = re.compile(r'^\s*version\s*=\s*"([^"]+)"', re.MULTILINE)
_PACKAGE = re.compile(r'"(h1:[^"]+)"')


class TerraformTrees:
    """The program on this machine."""

    def look(self, tree: Path, *, packages: Sequence[Path] = ()) -> Looked:
        """Initialise, validate, and plan it with providers that answer by themselves."""
        program = terraform.find()
        if program is None:
            return Looked("", (Look("init", Verdict.UNKNOWN, "neither terraform nor tofu is on this machine"),))
        with terraform.opened(program, tree, mirrors=packages, locked=True) as copy:
            looks = [Look(one.name, one.verdict, one.why, one.diagnostics) for one in terraform.valid(copy)]
            planned = None
            if all(one.verdict is Verdict.PASS for one in looks):
                tested, planned = _tested(copy)
                looks.append(tested)
            return Looked(terraform.version(program), tuple(looks), tuple(_installed(copy.folder)), planned)


def _installed(folder: Path) -> Iterator[Installed]:
    file = folder / _LOCK
    for source, body in _LOCKED.findall(file.read_text(encoding="utf-8") if file.exists() else ""):
        version, package = _VERSION.search(body), _PACKAGE.search(body)
        yield Installed(source, version[1] if version else "", package[1] if package else "")


def _tested(copy: Terraform) -> tuple[Look, int | None]:
    """The tree's own test, which plans it whole; and how many resources that would make."""
    if not any(copy.folder.glob("tests/*.tftest.*")):
        return Look("plan", Verdict.UNKNOWN, "the tree holds no test that plans it without an account"), None
    answer = copy.run("test", "-json", "-verbose")
    lines = list(_lines(answer.out))
    summary = next((one["test_summary"] for one in lines if one.get("type") == "test_summary"), None)
    if answer.code is None or summary is None:
        return Look("plan", Verdict.UNKNOWN, answer.errors[0]), None
    errors = tuple(str(one.get("@message", "")) for one in lines if one.get("@level") == "error")
    planned = next((_planned(one["test_plan"]) for one in lines if one.get("type") == "test_plan"), None)
    planned = planned or next((_made(one["test_state"]) for one in lines if one.get("type") == "test_state"), None)
    if answer.code or summary.get("failed") or summary.get("errored"):
        return Look("plan", Verdict.FAIL, "its own test fails", errors), planned
    if not summary.get("passed") or not planned:
        return Look("plan", Verdict.UNKNOWN, "its own test planned nothing"), planned
    return Look("plan", Verdict.PASS, "planned whole, with providers that answer by themselves"), planned


def _lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict):
            yield said


def _planned(plan: dict[str, Any]) -> int:
    changes = plan.get("resource_changes", ())
    return sum(one.get("mode") == "managed" and "create" in one["change"]["actions"] for one in changes)


def _made(state: dict[str, Any]) -> int:
    """Resources of a state that a mocked apply left, in all its modules."""

    def within(module: dict[str, Any]) -> int:
        own: int = sum(one.get("mode") == "managed" for one in module.get("resources", ()))
        return own + sum(within(one) for one in module.get("child_modules", ()))

    return within(state.get("root_module", {}))
