"""Say which files a bundle holds; whatever else is in it proves nothing, and is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from exitkit.model.workload import Workload
from exitkit.report.bundle import Problem

_ALWAYS = frozenset({
    "index.json", "index.json.sig", "SHA256SUMS", "README.txt", "plan.json", "setting.json", "journal.jsonl",
    "known.json", "report.json", "workload.json",
})  # fmt: skip
_RECORDS = {"clients": "service", "objects": "bucket", "rows": "postgres"}
_RECORD = re.compile(r"(clients|objects|rows)-(.+)\.jsonl")
_FACTS = re.compile(r"facts/(?:lockin/[a-z-]+|providers/([a-z0-9-]+)/(?:claims|sizes))\.toml")


def strangers(names: Iterable[str], workload: Workload, providers: Iterable[str]) -> Iterator[Problem]:
    """Every file that is no part of the evidence of this workload between these providers."""
    kinds, known = {part.name: part.kind for part in workload.components}, {*providers, None}
    for name in names:
        record, facts = _RECORD.fullmatch(name), _FACTS.fullmatch(name)
        if name in _ALWAYS or (facts is not None and facts[1] in known):
            continue
        if record is None or not any(_is_of(record[2], part, record[1], kind) for part, kind in kinds.items()):
            yield Problem(name, "is no file that the evidence of this rehearsal holds")


def _is_of(said: str, part: str, record: str, kind: str) -> bool:
    """Whether a record is of this component; that of a copy between two other places ends in their names."""
    return kind == _RECORDS[record] and (said == part or (record == "objects" and said.startswith(f"{part}-")))
