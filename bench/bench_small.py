"""Small objects from one store to another, on rclone's server, on stand-ins, and over TLS: ours, rclone, s5cmd.

With --full twice as many races: 20,000 objects, where the start of each program counts, and 100,000, where it does not.
"""

from __future__ import annotations

from itertools import product

from race import Race, arguments, compared


def main() -> None:
    """The races, one after the other."""
    asked = arguments(__doc__)
    counts = (20_000, 100_000) if asked.full else (4_000,)
    count = counts[0]
    title = f"{count:,} objects of 4 KB, rclone serve s3 on both sides"
    compared(Race(title, count, 4096, rounds=asked.rounds, peers=False, on_rclone=True), asked.only)
    for tls, count in product((False, True), counts):
        title = f"{count:,} objects of 4 KB{', TLS 1.3 both ways' if tls else ''}"
        compared(Race(title, count, 4096, tls=tls, rounds=asked.rounds, peers=count <= counts[0]), asked.only)


if __name__ == "__main__":
    main()
