"""Small objects where every request waits 20 ms more: ours, and rclone at several concurrencies."""

from __future__ import annotations

from race import Race, arguments, compared


def main() -> None:
    """One race."""
    asked = arguments(__doc__)
    count = 20_000 if asked.full else 4_000
    title = f"{count:,} objects of 4 KB, 20 ms added to every request"
    transfers = (64, 128, 256)
    compared(
        Race(title, count, 4096, latency=20_000, rounds=asked.rounds, transfers=transfers, peers=False), asked.only
    )


if __name__ == "__main__":
    main()
