"""Random workloads: every kind, every option, every reference."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from hypothesis import strategies as st

from exitkit.model.kinds.alarm import FITS
from exitkit.model.workload import Workload

names = st.from_regex(r"\A[a-z]([a-z0-9]|-[a-z0-9]){0,8}\Z")
texts = st.text(st.characters(min_codepoint=32, max_codepoint=382), max_size=20)
labels = st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\Z") | st.just("@")
mails = st.sampled_from(["on-call@shop.example", "a.b+c@x-y.example"])
images = st.sampled_from(["registry.example/a:1", "registry.example:5000/b/c@sha256:0f", "quay.example/x/y:4.2-rc1"])
gib = st.sampled_from(["512 MiB", "1 GiB", "3 GB", "7.5 GiB", "16 GiB"])
Part = dict[str, Any]


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Part]:
    """Any of some fields; what is left out has its default."""
    return st.fixed_dictionaries({}, optional={name.replace("_", "-"): value for name, value in fields.items()})


OPTIONS: Mapping[str, st.SearchStrategy[Part]] = {
    "network": optional(cidr=st.sampled_from(["10.20.0.0/16", "192.168.0.0/17", "172.16.0.0/20"])),
    "key": optional(rotate=st.booleans(), delete_after_days=st.integers(7, 30), protected=st.booleans()),
    "secret": optional(description=texts),
    "bucket": optional(
        size=st.sampled_from(["0 B", "48.2 GiB", "630 GB"]),
        versions=st.booleans(),
        retain_days=st.integers(0, 400),
        archive_after_days=st.integers(0, 400),
        expire_noncurrent_days=st.integers(0, 400),
        protected=st.booleans(),
    ),
    "postgres": optional(
        cpus=st.integers(1, 4),
        memory=gib,
        storage=st.sampled_from(["1 GiB", "100 GiB", "630 GB"]),
        standby=st.booleans(),
        backup_days=st.integers(1, 14),
        protected=st.booleans(),
    ),
    "queue": optional(
        visibility=st.sampled_from(["0 s", "30 s", "12 h"]),
        keep=st.sampled_from(["60 s", "4 days", "14 days"]),
        tries=st.integers(1, 1000),
    ),
    "cache": optional(release=st.sampled_from(["7.2", "8.0"]), memory=gib, replicas=st.integers(0, 5)),
    "cluster": optional(
        nodes=st.builds(
            lambda few, more, size: {"min": few, "max": few + more, "cpus": 2, "memory": size},
            st.integers(1, 5),
            st.integers(0, 5),
            gib,
        )
    ),
    "service": optional(
        replicas=st.integers(1, 9),
        port=st.integers(1, 65535),
        health=st.sampled_from(["/", "/healthz", "/a-b/c.d"]),
        hostname=st.sampled_from(["", "www.shop.example"]),
        tls=st.booleans(),
        public=st.booleans(),
        cpus=st.integers(1, 4),
        memory=gib,
        environment=st.dictionaries(st.from_regex(r"\A[A-Z][A-Z0-9_]{0,9}\Z"), texts, max_size=3),
    ),
    "domain": optional(hosted=st.booleans()),
    "alarm": optional(**{"for": st.sampled_from(["1 min", "5 min", "1 day"])}),
}
"""What may be said of each kind, besides the components it names."""

ORDER = ("network", "key", "secret", "bucket", "postgres", "queue", "cache", "cluster", "service", "domain", "alarm")


@st.composite
def workloads(draw: st.DrawFn, kinds: Collection[str] = ORDER) -> Workload:
    """A network, and some components of some kinds, each naming some of those before it."""
    counts = {kind: draw(st.integers(1 if kind == "network" else 0, 2)) if kind in kinds else 0 for kind in ORDER}
    wanted = [kind for kind in ORDER for _ in range(counts[kind])]
    called = draw(st.lists(names, min_size=len(wanted), max_size=len(wanted), unique=True))
    parts: list[Part] = []
    for kind, name in zip(wanted, called, strict=True):
        part = {"kind": kind, "name": name, **draw(OPTIONS[kind])}
        if (extra := draw(_named(kind, parts))) is not None:
            parts.append(part | extra)
    return Workload.model_validate({"name": draw(names), "components": draw(st.permutations(parts))})


def _named(kind: str, parts: list[Part]) -> st.SearchStrategy[Part | None]:
    """The fields of a kind that name others; None where there is nothing it could name."""
    of = {one: [part["name"] for part in parts if part["kind"] == one] for one in ORDER}
    net = {"network": st.sampled_from(of["network"])} if of["network"] else {}
    key = {"key": st.none() | st.sampled_from(of["key"])} if of["key"] else {}
    match kind:
        case "bucket":
            return st.fixed_dictionaries({}, optional=key)
        case "postgres":
            return st.fixed_dictionaries({**net, "release": st.sampled_from([14, 16, 18])}, optional=key)
        case "queue":
            return st.fixed_dictionaries({}, optional=net)
        case "cache":
            return st.fixed_dictionaries(net)
        case "cluster":
            return st.fixed_dictionaries({**net, "release": st.sampled_from(["1.31", "1.32"])})
        case "service":
            usable = [name for one in ("bucket", "postgres", "queue", "cache", "secret", "key") for name in of[one]]
            uses = st.lists(st.sampled_from(usable), unique=True) if usable else st.just([])
            return st.fixed_dictionaries({**net, "image": images, "uses": uses})
        case "domain":
            return st.fixed_dictionaries({"zone": st.just("shop.example"), "records": _records(parts)})
        case "alarm":
            return _watched(parts)
    return st.just({})


def _records(parts: list[Part]) -> st.SearchStrategy[Part]:
    public = [part["name"] for part in parts if part["kind"] == "service" and part.get("public", True)]
    plain = st.fixed_dictionaries(
        {"type": st.sampled_from(["A", "TXT", "MX", "AAAA"]), "value": st.sampled_from(["192.0.2.1", "v=spf1 -all"])},
        optional={"ttl": st.integers(60, 86400)},
    )
    to = st.fixed_dictionaries({"to": st.sampled_from(public)}) if public else plain
    return st.dictionaries(labels, plain | to, max_size=3)


def _watched(parts: list[Part]) -> st.SearchStrategy[Part | None]:
    pairs = []
    for part in parts:
        worker = part["kind"] == "service" and not part.get("public", True)
        pairs += [(part["name"], when) for when in (("cpu",) if worker else FITS.get(part["kind"], ()))]
    if not pairs:
        return st.none()
    above = st.integers(0, 1000) | st.sampled_from([0.5, 99.9])
    return st.tuples(st.sampled_from(pairs), above, mails).map(
        lambda found: {"on": found[0][0], "when": found[0][1], "above": found[1], "notify": found[2]}
    )
