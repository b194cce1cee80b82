"""Write the tally of many rehearsals as a page."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

ABOUT = """\
Written by `bench/soak/run.py` on {day}, tree `{tree}`: {count} seeded schedules, each a whole
rehearsal of a small workload (two tables written by clients throughout, twenty objects, a queue with twelve
messages, a secret, a zone) with one to three faults, on {labs} that stayed up. After each, every write that a
client was told had succeeded was asked of the service at home; the messages, the secret and the objects at
home were held against what was there before the first run; the target was looked at for anything left, and
the run's folder for the secret.
"""

WORDS = """\
`went on to the end`: resumed where needed, the answer was yes. `came home`: rolled back after the first end
that was not wanted; the answer of a rolled-back run is not a yes, since not everything was shown.
`went on, and says no`: a false alarm, nothing was lost. `ended before anything was changed`: the first step
was killed, and there was nothing to bring home. `ends`: processes that were killed or failed before the run
was over; a fault without one was borne. A `full disk` lets no file of the run grow beyond its journal, from
the step on until the process ends; a `full database disk` lets no table grow beyond 1 MiB while the step
lasts; a `full object store` answers 507 to every write meanwhile. What they do not show is in
[what we do not promise](what-we-do-not-promise.md)."""


def doubled(kept: dict[str, object]) -> int:
    """How many messages were there twice in a run that had counted some as that."""
    return int(kept["messages twice"]) if kept["doubles noticed"] else 0


def unnoticed(kept: dict[str, object]) -> int:
    """How many messages were there twice in a run that had counted none."""
    return int(kept["messages twice"]) - doubled(kept)


def written(tally: list[dict[str, object]], tree: str, labs: str) -> str:
    """The tally as a page."""
    outcomes = Counter(str(kept["outcome"]) for kept in tally)
    kinds = Counter(kind for kept in tally for kind in kept["happened"])
    lines = [
        "# Rehearsals under faults",
        "",
        ABOUT.format(day=f"{datetime.now(UTC):%Y-%m-%d}", tree=tree, count=len(tally), labs=labs),
        "| | |",
        "|---|---|",
        f"| schedules | {len(tally)} |",
        f"| writes acknowledged to clients | {sum(int(k['written']) for k in tally):,} |",
        f"| writes lost that nobody planted | {sum(int(k['lost']) for k in tally if not k['planted'])} |",
        f"| messages lost | {sum(len(k['messages missing']) for k in tally)} |",
        f"| messages that came home twice, and that the run had counted | {sum(doubled(k) for k in tally)} |",
        f"| messages that came home twice unnoticed | {sum(unnoticed(k) for k in tally)} |",
        f"| schedules with the secret at a wrong place, or in a file of the run | {outcomes['SECRET ASTRAY']} |",
        f"| schedules with an object at home that was not as before | {outcomes['OBJECTS CHANGED']} |",
        f"| silent passes | {outcomes['SILENT PASS']} |",
        f"| schedules that left something at the target | {outcomes['LEFT BEHIND']} |",
        f"| processes killed | {sum(int(k['kills']) for k in tally)} |",
        f"| processes that ended with an error | {sum(int(k['failures']) for k in tally)} |",
        f"| longest, seconds | {max((float(k['seconds']) for k in tally), default=0)} |",
        "",
        "| outcome | schedules |",
        "|---|---|",
        *(f"| {what} | {count} |" for what, count in sorted(outcomes.items())),
        "",
        "| fault | times it was armed at its step |",
        "|---|---|",
        *(f"| {what} | {count} |" for what, count in sorted(kinds.items())),
        "",
        WORDS,
        "",
        "| seed | faults | ends | outcome | writes | lost | s |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {k['seed']} | {'; '.join(k['faults'])} | {int(k['kills']) + int(k['failures'])} | {k['outcome']}"
            f" | {k['written']} | {k['lost']} | {k['seconds']} |"
            for k in sorted(tally, key=lambda kept: int(kept["seed"]))
        ),
        "",
    ]
    return "\n".join(lines)
