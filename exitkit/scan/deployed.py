"""Find the source of a state or a plan that lies in another folder, by the addresses they share."""

from __future__ import annotations

from collections.abc import Sequence

from exitkit.scan.seen import Gap, Seen

LEAST_SHARED = 0.5
"""The part of a state's addresses that its source has to know; modules that are not in the folder hide some."""


def settle(all_seen: Sequence[Seen]) -> list[Gap]:
    """Give what a state or a plan tells to its source, so that nothing is counted twice; a gap says where that fails.

    One source takes one state from elsewhere. A further one is another deployment of it, and stands beside it.
    """
    sources: dict[str, set[str]] = {}
    states: dict[str, list[Seen]] = {}
    for one in all_seen:
        if one.reader == "terraform":
            sources.setdefault(one.folder, set()).add(one.address)
        elif one.reader in {"state", "plan"}:
            states.setdefault(one.file, []).append(one)
    # A source that has a state of its own in its folder has been told of already.
    taken = {(held[0].reader, held[0].folder) for held in states.values() if held[0].folder in sources}
    gaps = []
    for file, held in sorted(states.items()):
        if held[0].folder in sources:
            continue
        addresses = {one.address for one in held}
        shared = {folder: len(addresses & known) for folder, known in sources.items()}
        most = max(shared.values(), default=0)
        if most < LEAST_SHARED * len(addresses):
            continue
        best = [folder for folder, count in shared.items() if count == most]
        if len(best) > 1:
            why = f"{len(best)} folders hold source with these addresses; it is counted beside them"
            gaps.append(Gap("state", file, 1, why))
        elif (held[0].reader, best[0]) not in taken:
            taken.add((held[0].reader, best[0]))
            for one in held:
                one.folder = best[0]
    return gaps
