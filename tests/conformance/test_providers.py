"""Every promise, on every provider in the house; its ports are opened in the lab."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from exitkit import registry
from exitkit.errors import OutsideError, Unsupported
from exitkit.lab.lab import Lab
from exitkit.lab.state import CLOUDS
from exitkit.model.capability import UNMAPPED, Capability, Claim, Support
from exitkit.model.evidence import Verdict
from exitkit.ports import Database, Provider, Settings
from exitkit.testing.bench import Bench, BrokenError, NotTriedError
from exitkit.testing.checks import CHECKS, Check, Kept, Tier, meaning, try_all, try_one
from exitkit.testing.pytest import conformance_cases

PROVIDERS = [registry.get(name) for name in registry.names()]
IN_THE_LAB = [one for one in PROVIDERS if one.name in (*CLOUDS, "local")]
IMAGE = "registry.example/well:1"
OFFLINE = [check for check in CHECKS if check.tier is not Tier.PORTS]
ONLINE = [check for check in CHECKS if check.tier is Tier.PORTS]

WELL = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Well(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass

HTTPServer((os.environ["LISTEN_HOST"], int(os.environ["LISTEN_PORT"])), Well).serve_forever()
"""

Benches = Callable[[Provider], Bench]


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The local clouds, with one image they can run."""
    folder = tmp_path_factory.mktemp("conformance")
    (folder / "well.py").write_text(WELL)
    found = Lab(folder / "lab")
    with found:
        known = {IMAGE: {"run": "{python} well.py", "folder": str(folder)}}
        (found.folder / "guests.json").write_text(json.dumps(known))
        yield found
    found.forget()


@pytest.fixture(scope="session")
def benches(lab: Lab) -> Benches:
    """How to reach each provider: its stand-in, and another server beside it to copy databases to."""

    def bench(provider: Provider) -> Bench:
        settings = settings_of(provider.name, lab)
        other = registry.get("aws" if provider.name == "ovh" else "ovh")
        beside = other.open(Database, lab.settings(other.name))
        return Bench(provider, settings, beside=beside, image=IMAGE, scratch=f"check-{provider.name}")

    return bench


def settings_of(provider: str, lab: Lab) -> Settings:
    if provider != "local":
        return lab.settings(provider)
    found = lab.settings("aws")
    return Settings({**found.values, "folder": str(lab.folder / "local")}, found.secrets)


@pytest.mark.parametrize(("provider", "check"), conformance_cases(PROVIDERS, OFFLINE))
def test_every_promise_is_kept(provider: Provider, check: Check) -> None:
    outcome = try_one(check, Bench(provider, validate=validate))

    if outcome.kept is Kept.NOT_TRIED:
        pytest.skip(outcome.why)
    assert outcome.kept in (Kept.KEPT, Kept.TODO), outcome.why


@pytest.mark.lab
@pytest.mark.parametrize(("provider", "check"), conformance_cases(IN_THE_LAB, ONLINE))
def test_every_promise_is_kept_in_the_lab(provider: Provider, check: Check, benches: Benches) -> None:
    outcome = try_one(check, benches(provider))

    assert outcome.kept in (Kept.KEPT, Kept.TODO), outcome.why


def validate(tree: Mapping[str, str]) -> tuple[Verdict, str]:
    """Whether terraform finds it well formatted; the modules' own tests hold it to the providers' schemas."""
    program = shutil.which("terraform")
    if program is None:
        return Verdict.UNKNOWN, "terraform is not on PATH"
    with tempfile.TemporaryDirectory() as folder:
        for path, text in tree.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [program, "fmt", "-check", "-recursive"], cwd=folder, capture_output=True, text=True, check=False
        )
    return Verdict.FAIL if done.returncode else Verdict.PASS, f"not formatted: {done.stdout}"


class Claimant:
    """AWS, but for one claim."""

    name = "claimant"
    title = "Claimant"

    def __init__(self, claim: Claim | None) -> None:
        said = {one: found for one, found in registry.get("aws").claims.items() if one is not Capability.OBJECT_STORE}
        self.claims = said if claim is None else {**said, Capability.OBJECT_STORE: claim}

    def __getattr__(self, name: str) -> object:
        return getattr(registry.get("aws"), name)


NATIVE = Claim(support=Support.NATIVE, why="a setting", source="a page (read 2026-11)")
ABSENT = NATIVE.model_copy(update={"support": Support.ABSENT})
CLOSE = NATIVE.model_copy(update={"support": Support.WORKAROUND})


def passes(bench: Bench) -> None:
    pass


def refuses(bench: Bench) -> None:
    raise Unsupported("a setting")


def fails(bench: Bench) -> None:
    raise BrokenError("it broke")


def falls_over(bench: Bench) -> None:
    raise OutsideError("no answer")


@pytest.mark.parametrize(
    ("claim", "promise", "kept"),
    [
        (NATIVE, passes, Kept.KEPT),
        (NATIVE, refuses, Kept.BROKEN),
        (NATIVE, fails, Kept.BROKEN),
        (CLOSE, passes, Kept.KEPT),
        (CLOSE, falls_over, Kept.BROKEN),
        (ABSENT, passes, Kept.BROKEN),
        (ABSENT, refuses, Kept.KEPT),
        (ABSENT, fails, Kept.BROKEN),
        (UNMAPPED, passes, Kept.STALE),
        (UNMAPPED, refuses, Kept.TODO),
        (UNMAPPED, falls_over, Kept.TODO),
        (None, passes, Kept.STALE),
    ],
)
def test_the_claim_decides_what_an_outcome_means(
    claim: Claim | None, promise: Callable[[Bench], None], kept: Kept
) -> None:
    outcome = try_one(Check(Tier.PORTS, promise, Capability.OBJECT_STORE), Bench(Claimant(claim)))

    assert outcome.kept is kept
    assert bool(outcome.why) is (kept is not Kept.KEPT or promise is refuses)


@pytest.mark.parametrize(
    ("claim", "check", "why"),
    [
        (None, "it claims every capability once", "it says nothing of object.store"),
        (NATIVE.model_copy(update={"why": " "}), "every claim has a reason and a dated source", "gives no reason"),
        (NATIVE.model_copy(update={"source": "a page"}), "every claim has a reason and a dated source", "the date"),
        (NATIVE.model_copy(update={"degrades": True}), "only a workaround degrades", "and yet gives less"),
    ],
)
def test_a_claim_that_is_not_as_it_should_be_is_told(claim: Claim | None, check: str, why: str) -> None:
    (outcome,) = try_all(Bench(Claimant(claim)), [one for one in CHECKS if one.name == check])

    assert outcome.kept is Kept.BROKEN
    assert why in outcome.why


def test_a_promise_that_needs_nothing_is_made_by_everyone() -> None:
    assert try_one(Check(Tier.SHAPE, fails), Bench(Claimant(None))).kept is Kept.BROKEN
    assert meaning(Support.NATIVE, passed=True, refused=False) is Kept.KEPT


def test_without_settings_a_port_is_not_tried_and_nothing_is_kept_by_that() -> None:
    outcomes = list(try_all(Bench(registry.get("aws")), ONLINE))

    assert {outcome.kept for outcome in outcomes} == {Kept.NOT_TRIED}
    assert not any(outcome.kept.asks_for_work for outcome in outcomes)


def test_every_promise_has_a_name_of_its_own() -> None:
    names = [check.name for check in CHECKS]

    assert len(set(names)) == len(names)
    assert all(check.promise.__doc__ for check in CHECKS)


@pytest.mark.lab
def test_what_is_there_before_is_never_touched(benches: Benches, lab: Lab) -> None:
    bench = benches(registry.get("ovh"))
    with bench.bucket() as (store, bucket), pytest.raises(NotTriedError, match="already"), bench.bucket():
        pass

    assert not store.exists(bucket)
