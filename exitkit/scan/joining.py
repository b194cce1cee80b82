"""Put drafted components together: names in place of addresses, and only what goes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    """Leave out, from the last on, what does not go with what it names, until all goes together."""
    dropped: list[Proposed] = []
    while wrong := _first_misfit(kept):
        one, why = wrong
        one.remarks.append(why)
        kept.remove(one)
        dropped.append(one)
        for other in kept:
            _forget(other, one.name)
    return dropped


def _first_misfit(kept: Sequence[Proposed]) -> tuple[Proposed, str] | None:
    models: dict[str, AnyKind] = {}
    for one in kept:
        if not sound(one):
            return one, "what it needs is not in this draft"
        models[one.name] = model(one)
    for one in kept:
        missing = next((ref.name for ref in models[one.name].references() if ref.name not in models), None)
        if missing is not None:
            return one, f"it names {missing}, which is not in this draft"
        misfit = next(models[one.name].misfits(models.__getitem__), None)
        if misfit is not None:
            return one, misfit.message
    return None


def _forget(one: Proposed, name: str) -> None:
    """Take out what names a component that left."""
    for field in [field for field, value in one.fields.items() if value == name and _kinds(one.kind, field)]:
        del one.fields[field]
    if name in one.fields.get("uses", ()):
        one.fields["uses"] = [other for other in one.fields["uses"] if other != name]
    records = one.fields.get("records", {})
    for label in [label for label, record in records.items() if record.get("to") == name]:
        del records[label]
