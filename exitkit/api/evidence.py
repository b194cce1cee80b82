"""Seal a run into an evidence bundle, and verify a bundle trusting nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from exitkit import registry
from exitkit.api.judge import facts_of, known_of
from exitkit.api.runs import Run
from exitkit.errors import UsageError
from exitkit.report import bundle as bundles
from exitkit.report import evidence, signature
from exitkit.report.build import build
from exitkit.report.bundle import INDEX, SIGNATURE, Body, Bundle, Damaged, Index, Problem, of_bytes, of_file
from exitkit.report.facts import Facts
from exitkit.report.versions import another, ours, versions

_RECORDS = ("clients-*.jsonl", "objects-*.jsonl", "rows-*.jsonl")
_LOCKIN = "facts/lockin/"
_PROVIDERS = "facts/providers/"


@dataclass(frozen=True)
class Sealed:
    """A bundle that was written: its file, its seal, how many files and bytes it holds."""

    file: Path
    seal: str
    count: int
    size: int


@dataclass(frozen=True)
class Looked:
    """What looking at a bundle showed; it holds where there is no problem."""

    seal: str
    index: Index | None
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def seal(run: Run, out: Path, *, key: Path | None = None, timestamp: str = "") -> Sealed:
    """Write the evidence of a run into one file; the same run and the same exitkit give the same bytes.

    `key` is an Ed25519 key to sign with; `timestamp` is an authority's token, kept as it is given.
    """
    if not len(run.journal):
        raise UsageError(f"run {run.name} has no journal yet, so there is nothing to seal")
    facts = facts_of(run)
    report = build(facts)
    bodies = dict(_bodies(run, facts))
    bodies[evidence.REPORT] = of_bytes(report.canonical() + b"\n")
    items = [bundles.item(name, body) for name, body in sorted(bodies.items())]
    bodies["SHA256SUMS"] = of_bytes(bundles.sums(items))
    items = sorted([*items, bundles.item("SHA256SUMS", bodies["SHA256SUMS"])], key=lambda one: one.path)
    index = Index(
        exitkit=facts.exitkit,
        versions=versions(),
        run=run.name,
        plan=run.plan.digest,
        journal=run.journal_digest,
        entries=len(run.journal),
        report=report.digest,
        files=tuple(items),
        timestamp=timestamp,
    )
    body = index.canonical() + b"\n"
    bodies[INDEX] = of_bytes(body)
    if key is not None:
        bodies[SIGNATURE] = of_bytes(signature.sign(body, key))
    _write(bodies, out)
    return Sealed(out, index.digest, len(bodies), out.stat().st_size)


def _write(bodies: dict[str, Body], out: Path) -> None:
    fresh = out.with_name(f".{out.name}.new")
    try:
        with fresh.open("wb") as target:
            bundles.write(bodies, target)
            target.flush()
            os.fsync(target.fileno())
        os.replace(fresh, out)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error


def _bodies(run: Run, facts: Facts) -> Iterator[tuple[str, Body]]:
    yield evidence.PLAN, of_bytes(run.plan.canonical() + b"\n")
    yield evidence.WORKLOAD, of_bytes(run.plan.workload.canonical() + b"\n")
    yield evidence.SETTING, of_bytes(run.setting.canonical() + b"\n")
    yield evidence.JOURNAL, of_bytes(b"".join(entry.canonical() + b"\n" for entry in run.journal))
    yield evidence.KNOWN, of_bytes(facts.without_run().canonical() + b"\n")
    yield "README.txt", of_bytes(_README.encode())
    for pattern in _RECORDS:
        for file in run.folder.glob(pattern):
            yield file.name, of_file(file)
    for name, body in _facts_used(facts.source, facts.target).items():
        yield name, of_bytes(body)


def _facts_used(source: str, target: str) -> dict[str, bytes]:
    """The dated facts that this exitkit reads, as they are shipped."""
    found = {}
    for one in files("exitkit.lockin.facts").iterdir():
        if one.name.endswith(".toml"):
            found[f"{_LOCKIN}{one.name}"] = one.read_bytes()
    for provider in (source, target):
        package = type(registry.get(provider)).__module__
        for name in ("claims.toml", "sizes.toml"):
            file = files(package).joinpath(name)
            if file.is_file():
                found[f"{_PROVIDERS}{provider}/{name}"] = file.read_bytes()
    return found


def verify_evidence(file: Path, *, public_key: Path | None = None) -> Looked:
    """Look at a bundle, offline; every problem is named with its place, the most basic first.

    With `public_key`, the bundle has to be signed by whoever holds its private half.
    """
    try:
        with bundles.open_bundle(file) as bundle:
            return _looked(bundle, file, public_key)
    except Damaged as error:
        return Looked("", None, (error.problem,))


def _looked(bundle: Bundle, file: Path, public_key: Path | None) -> Looked:
    form = tuple(bundle.form())
    if form:
        return Looked("", None, form)
    index = evidence.read_index(bundle)
    problems = [*bundles.against_index(bundle, index), *_signed(bundle, public_key)]
    if not problems:
        problems += bundle.bytes_as_written(file)
    told = list(evidence.contents(bundle, index))
    notes = tuple(_said_beside(bundle, index, public_key))
    if not (problems or told):
        told, more = _prices(bundle)
        notes = (*notes, *more)
    if other := another(bundle.whole(INDEX)):
        told = [evidence.of_another_version(other, f"{told[0].place} {told[0].says}")] if told else []
        notes = (*notes, f"sealed by {other}; this is {ours()}")
    else:
        problems += _as_shipped(bundle)
    problems += told
    return Looked(index.digest, index, tuple(dict.fromkeys(problems)), notes)


def _signed(bundle: Bundle, public_key: Path | None) -> Iterator[Problem]:
    """What is wrong with a signature; without a key to check it with, only its length can be."""
    if SIGNATURE not in bundle.names:
        if public_key is not None:
            yield Problem(
                SIGNATURE, f"is not in the bundle, so nothing shows that the holder of {public_key} sealed it"
            )
        return
    body = bundle.whole(SIGNATURE)
    if len(body) != signature.LENGTH:
        yield Problem(SIGNATURE, f"is {len(body)} bytes; an Ed25519 signature is {signature.LENGTH}")
    elif public_key is not None and not signature.signed_by(bundle.whole(INDEX), body, public_key):
        yield Problem(SIGNATURE, f"is not of this index by the key in {public_key}")


def _said_beside(bundle: Bundle, index: Index, public_key: Path | None) -> Iterator[str]:
    """What a bundle says that was not checked, or only with a key that was given."""
    if SIGNATURE in bundle.names:
        by = (
            f"with the key in {public_key}, and it fits" if public_key is not None else "not checked: give --public-key"
        )
        yield f"signed (Ed25519): {by}"
    if index.timestamp:
        yield f"carries a timestamp, which is not checked: {index.timestamp[:40]}"


def _as_shipped(bundle: Bundle) -> Iterator[Problem]:
    """What this very build writes into every bundle; only the content of dated facts may be of another day."""
    if bundle.whole("README.txt") != _README.encode():
        yield Problem("README.txt", "is not what this version writes")
    known = Facts.model_validate_json(bundle.whole(evidence.KNOWN))
    if not {known.source, known.target} <= set(registry.names()):
        return
    theirs = {name for name in bundle.names if name.startswith("facts/")}
    for name in sorted(theirs ^ set(_facts_used(known.source, known.target))):
        yield Problem(name, "is in the bundle and no fact of this version" if name in theirs else "is missing")


def _prices(bundle: Bundle) -> tuple[list[Problem], tuple[str, ...]]:
    """What was known, against the facts that this exitkit ships, where they are the same as in the bundle."""
    known = Facts.model_validate_json(bundle.whole(evidence.KNOWN))
    if not {known.source, known.target} <= set(registry.names()):
        return [], (f"{known.source} or {known.target} is not installed here: prices were not looked up again",)
    ours = _facts_used(known.source, known.target)
    theirs = {name: bundle.whole(name) for name in bundle.names if name.startswith("facts/")}
    changed = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    if changed:
        words = f"{', '.join(changed)} differ from those of this exitkit: prices and claims were not looked up again"
        return [], (words,)
    again = known_of(known.workload, known.source, known.target, known.today)
    notes: tuple[str, ...] = ()
    if not again.permissions and known.permissions:
        again = again.model_copy(update={"permissions": known.permissions})
        notes = (
            "policies and trees were not generated again: what reads Terraform is not installed here (exitkit[scan])",
        )
    if not again.infrastructure and known.infrastructure:
        again = again.model_copy(update={"infrastructure": known.infrastructure})
    kept = ("run_rate", "losses", "source_title", "target_title", "given", "options", "permissions", "infrastructure")
    return [
        Problem(f"{evidence.KNOWN} {name}", "is not what the facts in the bundle give")
        for name in kept
        if getattr(again, name) != getattr(known, name)
    ], notes


_README = """\
This is the evidence of one exit rehearsal, sealed by exitkit. Nothing in it is a credential.

  index.json       every other file by SHA-256; the SHA-256 of this index is the seal
  plan.json        every step, decided before anything was touched
  setting.json     where the rehearsal took place, and what that place cannot show
  journal.jsonl    what happened; each entry names the one before it by its SHA-256
  clients-*.jsonl  what clients of the service saw during the rehearsal
  objects-*.jsonl  every object that was copied, with its SHA-256
  rows-*.jsonl     every row that was copied, with a hash of its content
  known.json       what was known besides: prices, differences between the clouds, the day
  facts/           the dated facts that were read: prices, claims, efforts, assumptions
  report.json      the report; it follows from all of the above

With exitkit, offline:      exitkit verify-evidence THIS.zip
Without exitkit:            unzip THIS.zip -d evidence && cd evidence && sha256sum -c SHA256SUMS
If it is signed:            openssl pkeyutl -verify -rawin -pubin -inkey KEY.pub.pem \\
                              -in index.json -sigfile index.json.sig

What this shows: nothing in it was changed since it was sealed, and every figure of the report follows from the
journal and the facts. What it does not show: that it was not made up from start to end. Compare the seal with the one
that was published when the rehearsal ended.
"""
