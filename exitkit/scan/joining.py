"""Put drafted components together: names in place of addresses, and only what goes together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from exitkit.model.kinds.base import refers_to
from exitkit.model.workload import KINDS, AnyKind
from exitkit.scan.proposals import Proposed, model, sound, unique

_Names = Mapping[tuple[str, str], Proposed]


def join(kept: list[Proposed]) -> list[Proposed]:
    """Say which component each names. What does not go together leaves the list, and is the answer, with remarks."""
    names = {(one.folder, address): one for one in kept for address in one.covers}
    _networks(kept, names)
    for one in kept:
        for name in one.links:
            _link(one, name, names)
        _records(one, names)
        uses = _named(one, one.works_with, names, _kinds(one.kind, "uses"))
        if uses:
            one.fields["uses"] = list(dict.fromkeys(uses))
    return _misfits(kept)


def _kinds(kind: str, field: str) -> tuple[str, ...]:
    """The kinds a field may name."""
    found = KINDS[kind].model_fields.get(field)
    return refers_to(found.json_schema_extra) if found is not None else ()


def _named(one: Proposed, addresses: Sequence[str], names: _Names, kinds: Sequence[str]) -> list[str]:
    found = (names.get((one.folder, address)) for address in addresses)
    return [other.name for other in found if other is not None and other.kind in kinds and other is not one]


def _networks(kept: list[Proposed], names: _Names) -> None:
    """Where a network is needed and none is named, say so and assume one."""
    needing = [one for one in kept if (field := KINDS[one.kind].model_fields.get("network")) and field.is_required()]
    nets = [one for one in kept if one.kind == "network"]
    if needing and not nets:
        nets = [Proposed("net", "network", "", remarks=["assumed: the source shows no network"])]
        unique([*kept, *nets])
        kept.insert(0, nets[0])
    for one in needing:
        if not _named(one, one.links.get("network", []), names, ["network"]):
            one.links.pop("network", None)
            near = next((net for net in nets if net.folder == one.folder), nets[0])
            one.fields["network"] = near.name
            one.remarks.append("network: the first one is assumed")


def _link(one: Proposed, name: str, names: _Names) -> None:
    kinds = _kinds(one.kind, name)
    found = _named(one, one.links[name], names, kinds)
    if found:
        one.fields[name] = found[0]
    elif kinds and one.links[name]:
        one.remarks.append(f"{name}: what the source names here is no component of this draft")


def _records(one: Proposed, names: _Names) -> None:
    for label, addresses in one.leads.items():
        found = _named(one, addresses, names, ["service"])
        if found:
            one.records[label] = {**one.records.get(label, {}), "to": found[0]}
        else:
            one.records.pop(label, None)
            one.remarks.append(f"the record {label} leads to what is no service of this draft")
    if one.records:
        one.fields["records"] = one.records


def _misfits(kept: list[Proposed]) -> list[Proposed]:
    """Leave out what does not go with what it names, until all goes together."""
    dropped: list[Proposed] = []
    while wrong := _misfitting(kept):
        kept[:] = [one for one in kept if one.name not in wrong]
        for one, why in wrong.values():
            one.remarks.append(why)
            dropped.append(one)
        for one in kept:
            _forget(one, wrong.keys())
    return dropped


def _misfitting(kept: Sequence[Proposed]) -> dict[str, tuple[Proposed, str]]:
    """By name, what cannot stand as it is, and why."""
    wrong: dict[str, tuple[Proposed, str]] = {}
    models: dict[str, AnyKind] = {}
    for one in kept:
        if sound(one):
            models[one.name] = model(one)
        else:
            wrong[one.name] = one, "what it needs is not in this draft"
    if wrong:
        return wrong
    for one in kept:
        missing = next((ref.name for ref in models[one.name].references() if ref.name not in models), None)
        misfit = None if missing else next(models[one.name].misfits(models.__getitem__), None)
        if missing is not None:
            wrong[one.name] = one, f"it names {missing}, which is not in this draft"
        elif misfit is not None:
            wrong[one.name] = one, misfit.message
    return wrong


def _forget(one: Proposed, names: Collection[str]) -> None:
    """Take out what names components that left."""
    for field in [
        field
        for field, value in one.fields.items()
        if _kinds(one.kind, field) and isinstance(value, str) and value in names
    ]:
        del one.fields[field]
    if "uses" in one.fields:
        one.fields["uses"] = [other for other in one.fields["uses"] if other not in names]
    records = one.fields.get("records", {})
    for label in [label for label, record in records.items() if record.get("to") in names]:
        del records[label]
