"""What changed since a rehearsal: a plan that was sufficiently tested is no longer, once what it moves is another."""

from __future__ import annotations

from collections.abc import Iterator

from exitkit.model.workload import Workload


def changed(then: Workload, now: Workload) -> tuple[str, ...]:
    """Every part that was added, removed or changed, and whether objectives are others; nothing where all is same."""
    if then.digest == now.digest:
        return ()
    return tuple(_told(then, now)) or ("something beside components and objectives changed",)


def _told(then: Workload, now: Workload) -> Iterator[str]:
    before = {part.name: part for part in then.components}
    after = {part.name: part for part in now.components}
    yield from (f"{name} was added" for name in after if name not in before)
    yield from (f"{name} was removed" for name in before if name not in after)
    for name, part in after.items():
        if name in before and before[name] != part:
            old, new = before[name].model_dump(mode="json"), part.model_dump(mode="json")
            fields = sorted(key.replace("_", "-") for key in old.keys() | new.keys() if old.get(key) != new.get(key))
            yield f"{name}: {', '.join(fields)} changed"
    if then.objectives != now.objectives:
        yield "the objectives changed"
    if then.mirror != now.mirror:
        yield "what is mirrored changed"
