"""The Terraform that is generated for a provider."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from exitkit.errors import Unsupported
from exitkit.infra.compose import compose
from exitkit.infra.vendor import modules
from exitkit.model.evidence import Verdict
from exitkit.model.placement import Landing
from exitkit.model.workload import Workload
from exitkit.placing import place
from exitkit.testing.bench import Bench, NotTriedError, hold, refused
from exitkit.testing.worlds import SMALL_WORKLOADS

_SECRETS = (
    re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(r'(?i)\b\w*(password|passwd|secret_key|secretkey|access_key|api_key|token)\s*=\s*"[^"${}]+"'),
    re.compile(r"://[^/\s:@\"$]+:[^/\s:@\"$]+@"),
)


def every_small_workload_is_generated(bench: Bench) -> None:
    """A tree with a root, its README and every module used; where there is no Terraform, a refusal that says so."""
    for workload, landing in _landings(bench):
        if not landing.frame.providers:
            refused(partial(compose, workload, landing, {}), Unsupported, "it generates without a provider")
            continue
        tree = _tree(bench, workload, landing)
        wanted = {"main.tf", "versions.tf", "providers.tf", "README.md"}
        wanted |= {f"modules/{placement.module}/main.tf" for placement in landing.placements}
        missing = sorted(wanted - set(tree))
        hold(not missing, f"the tree of {workload.name} lacks {', '.join(missing)}")
        hold(all(text.endswith("\n") for text in tree.values()), "a file does not end with its last line")


def generating_twice_gives_the_same_bytes(bench: Bench) -> None:
    """No clock, no chance, no order but one in what is generated."""
    for workload, landing in _generated(bench):
        again = place(workload, bench.provider)
        once, twice = _tree(bench, workload, landing), _tree(bench, workload, again)
        hold(list(once.items()) == list(twice.items()), f"{workload.name} is another tree the second time")


def no_tree_holds_a_secret(bench: Bench) -> None:
    """Nothing that looks like a key, a password or a token."""
    for workload, landing in _generated(bench):
        for path, text in _tree(bench, workload, landing).items():
            found = next((match for one in _SECRETS if (match := one.search(text))), None)
            line = text[: found.start()].count("\n") + 1 if found else 0
            hold(found is None, f"{path}:{line} of {workload.name} looks as if it held a secret")


def every_tree_is_valid(bench: Bench) -> None:
    """Formatted and valid, as Terraform itself sees it."""
    trees = [(workload, _tree(bench, workload, landing)) for workload, landing in _generated(bench)]
    if trees and bench.validate is None:
        raise NotTriedError("nothing at hand to validate Terraform with")
    unknown = ""
    for workload, tree in trees:
        verdict, why = bench.validate(tree) if bench.validate else (Verdict.UNKNOWN, "")
        hold(verdict is not Verdict.FAIL, f"{workload.name}: {why}")
        unknown = unknown or (why if verdict is Verdict.UNKNOWN else "")
    if unknown:
        raise NotTriedError(unknown)


def _landings(bench: Bench) -> Iterator[tuple[Workload, Landing]]:
    """Where each small workload lands; placement promises speak of those that do not."""
    for workload in SMALL_WORKLOADS:
        try:
            yield workload, place(workload, bench.provider)
        except Unsupported:
            continue


def _generated(bench: Bench) -> Iterator[tuple[Workload, Landing]]:
    return ((workload, landing) for workload, landing in _landings(bench) if landing.frame.providers)


def _tree(bench: Bench, workload: Workload, landing: Landing) -> Mapping[str, str]:
    return compose(workload, landing, modules(bench.provider.name, (one.module for one in landing.placements)))
