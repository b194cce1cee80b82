"""From files to an inventory: read, put together, judge, weigh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from exitkit.model.inventory import Call, FileRead, Inventory, Opaque, Portability, Share, Spot, State, Tie, TieKind
from exitkit.scan import deployed, terraform, weigh
from exitkit.scan.assess import assess
from exitkit.scan.catalogue import Catalogue
from exitkit.scan.gather import Gathered
from exitkit.scan.installed import MANIFEST
from exitkit.scan.rules.base import Comment, Estate
from exitkit.scan.seen import Seen, Told
from exitkit.scan.understand import merged, understand


@dataclass(frozen=True)
class Setting:
    """What an inventory is made with."""

    root: str
    exitkit: str
    today: date
    spend: Share


def told_of(gathered: Sequence[Gathered], catalogue: Catalogue) -> Told:
    """What all files together say of resources."""
    reads = {one.found.path: one.told for one in gathered if "blocks" in one.told}
    paths = {path for row in catalogue.stores.values() for path in (row["size"], row["key"]) if path}
    told = terraform.tell(terraform.folders(reads), paths, _installed(gathered))
    for one in gathered:
        kind = one.told.get("kind")
        folder = one.found.path if kind == "cloudformation" else one.found.path.rpartition("/")[0]
        for record in one.told.get("seen", ()):
            told.seen.append(Seen(reader=one.told["kind"], file=one.found.path, folder=folder, **record))
    told.gaps += deployed.settle(told.seen)
    return told


def _installed(gathered: Sequence[Gathered]) -> dict[str, dict[str, str]]:
    """By the path of a root, where its manifest says each of its modules lies."""
    found = {}
    for one in gathered:
        if "installed" in one.told:
            root = one.found.path.removesuffix(MANIFEST).rstrip("/")
            found[root] = {key: f"{root}/{place}" if root else place for key, place in one.told["installed"].items()}
    return found


def inventory(gathered: Sequence[Gathered], told: Told, catalogue: Catalogue, setting: Setting) -> Inventory:
    """The estate, judged."""
    files = tuple(_file(one) for one in gathered)
    resources = understand(merged(told.seen), catalogue)
    opaque = tuple(_opaque(one, catalogue) for one in told.gaps)
    calls = tuple(call for one in gathered for call in _calls(one, catalogue))
    days, left = weigh.effort(resources)
    bare = Inventory(
        exitkit=setting.exitkit,
        catalogue=f"{catalogue.version} {catalogue.digest[:12]}",
        target=catalogue.target,
        root=setting.root,
        files=files,
        coverage=weigh.coverage(files, resources, opaque),
        resources=resources,
        calls=calls,
        ties=tuple(tie for one in gathered for tie in _ties(one)) + _backends(told),
        opaque=opaque,
        shares=(weigh.by_resource(resources, opaque), setting.spend, weigh.by_call(calls)),
        residue=weigh.residue(resources, calls),
        effort=days,
        not_estimated=left,
        client_encryption=tuple(
            Spot(file=one.found.path, line=line, column=column)
            for one in gathered
            for line, column in one.told.get("encrypts", ())
        ),
        findings=(),
    )
    comments = tuple(comment for one in gathered for comment in _comments(one))
    return bare.model_copy(update={"findings": assess(Estate(bare, comments, setting.today))})


def _file(one: Gathered) -> FileRead:
    told = one.told
    if "refused" in told:
        state, why = State.REFUSED, told["refused"]
    elif "skipped" in told:
        state, why = State.SKIPPED, told["skipped"]
    else:
        state, why = (State.PARTIAL, told["partial"]) if told.get("partial") else (State.READ, "")
    reader = None if state is State.SKIPPED else told.get("kind", one.found.reader)
    return FileRead(path=one.found.path, state=state, reader=reader, why=why, bytes=one.found.size, sha256=one.digest)


def _opaque(gap: Any, catalogue: Catalogue) -> Opaque:  # noqa: ANN401 - a Gap
    hint = next((row["service"] for source, row in catalogue.modules.items() if f"`{source}" in gap.why), None)
    why = f"{gap.why}; by its name it is of {hint}" if hint else gap.why
    return Opaque(what=gap.what, spot=Spot(file=gap.file, line=gap.line), why=why, resources=gap.resources)


def _calls(one: Gathered, catalogue: Catalogue) -> Sequence[Call]:
    found = []
    for line, column, provider, name, operation in one.told.get("calls", ()):
        service, spoken = catalogue.call(provider, name, operation)
        found.append(
            Call(
                spot=Spot(file=one.found.path, line=line, column=column),
                language=one.found.reader or "",
                service=service.name if service else name,
                operation=operation,
                portability=service.portability if service else Portability.UNKNOWN,
                spoken=spoken,
            )
        )
    return found


def _ties(one: Gathered) -> Sequence[Tie]:
    return [
        Tie(kind=TieKind(kind), spot=Spot(file=one.found.path, line=line, column=column), text=text)
        for kind, line, column, text in one.told.get("ties", ())
    ]


def _backends(told: Told) -> tuple[Tie, ...]:
    held = {"s3": "S3", "azurerm": "Azure Blob Storage", "gcs": "Google Cloud Storage"}
    return tuple(
        Tie(kind=TieKind.STATE, spot=Spot(file=file, line=line), text=held[name])
        for name, file, line in told.backends
        if name in held
    )


def _comments(one: Gathered) -> Sequence[Comment]:
    found = []
    for said in one.told.get("waivers", ()):
        comment = Comment(one.found.path, said["line"], said=said.get("said", ""))
        if "until" in said:
            with suppress(ValueError):
                until = date.fromisoformat(said["until"])
                comment = Comment(one.found.path, said["line"], tuple(said["codes"]), until, said["because"])
        found.append(comment)
    return found


def stores_of(catalogue: Catalogue) -> Mapping[str, Mapping[str, str]]:
    """Where sizes and keys stand, by type: what readers of states and plans may keep."""
    return {kind: {"size": row["size"], "key": row["key"]} for kind, row in catalogue.stores.items()}
