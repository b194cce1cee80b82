"""Twenty objects of 50 MB: ours, rclone, s5cmd."""

from __future__ import annotations

from race import Race, arguments, compared


def main() -> None:
    """One race."""
    asked = arguments(__doc__)
    count = 20 if asked.full else 6
    compared(
        Race(f"{count} objects of 50 MB", count, 50_000_000, rounds=asked.rounds, transfers=(4, 8), processes=0),
        asked.only,
    )


if __name__ == "__main__":
    main()
