"""Let `python -m exitkit` be the command."""

from exitkit.cli.start import run

if __name__ == "__main__":
    run()
