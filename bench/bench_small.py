"""Small objects from one store to another, on rclone's server, on stand-ins, and over TLS: ours, rclone, s5cmd."""

from __future__ import annotations

from race import Race, arguments, compared


def main() -> None:
    """The three races, one after the other."""
    asked = arguments(__doc__)
    count = 20_000 if asked.full else 4_000
    title = f"{count:,} objects of 4 KB, rclone serve s3 on both sides"
    compared(Race(title, count, 4096, rounds=asked.rounds, peers=False, on_rclone=True), asked.only)
    for tls in (False, True):
        title = f"{count:,} objects of 4 KB{', TLS 1.3 both ways' if tls else ''}"
        compared(Race(title, count, 4096, tls=tls, rounds=asked.rounds), asked.only)


if __name__ == "__main__":
    main()
