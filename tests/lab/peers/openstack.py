"""OpenStack Swift from the Python package index, in a folder: its native API and its S3 one, as OVHcloud has both."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from exitkit.lab import children

PROGRAMS = Path(sysconfig.get_path("scripts"))
_PIPELINE = (
    "catch_errors gatekeeper healthcheck cache listing_formats bulk tempurl s3api tempauth copy "
    "container_quotas account_quotas slo dlo versioned_writes symlink proxy-server"
)
_FILTERS = {
    "s3api": "allow_multipart_uploads = yes\ncheck_bucket_owner = no\ns3_acl = no\nlocation = us-east-1",
    "tempauth": "user_testing_tester = tested .admin",
    "versioned_writes": "allow_versioned_writes = true\nallow_object_versioning = true",
}


@dataclass(frozen=True)
class Swift:
    """Where it is, who may use it (by S3 with two keys, natively with the same as user and key), and where it keeps."""

    url: str
    access_key: str = "testing:tester"
    secret_key: str = "tested"
    folder: Path = Path()


def missing(folder: Path) -> str:
    """Why Swift cannot run here; empty where it can."""
    if find_spec("swift") is None:
        return "swift is not installed: pip install 'exitkit[peers]'"
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            os.setxattr(file.name, "user.exitkit", b"1")
    except OSError:
        return f"{folder} keeps no extended attributes, which Swift needs"
    return ""


@contextmanager
def swift(folder: Path) -> Iterator[Swift]:
    """Run it, all four servers, until we are done. Raises RuntimeError with its last words."""
    ports = {name: children.free_port() for name in ("account", "container", "object", "proxy")}
    (folder / "devices" / "d1").mkdir(parents=True)
    _write(folder, ports)
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent / "filters"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    running: list[subprocess.Popen[str]] = []
    try:
        for name in ports:
            command = [str(PROGRAMS / f"swift-{name}-server"), str(folder / f"{name}.conf")]
            running.append(children.start(command, log=folder / f"{name}.log", environment=environment, folder=folder))
        until = time.monotonic() + 60
        while not all(children.answers("127.0.0.1", port) for port in ports.values()):
            if any(child.poll() is not None for child in running) or time.monotonic() > until:
                raise RuntimeError("\n".join(file.read_text()[-800:] for file in folder.glob("*.log")))
            time.sleep(0.05)
        yield Swift(f"http://127.0.0.1:{ports['proxy']}", folder=folder)
    finally:
        for child in running:
            children.stop(child, seconds=3)


def _write(folder: Path, ports: dict[str, int]) -> None:
    (folder / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_prefix = exitkit\nswift_hash_path_suffix = exitkit\n"
        "[storage-policy:0]\nname = one\ndefault = yes\n"
    )
    for name, port in ports.items():
        common = (
            f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {port}\nworkers = 0\nuser = {_user()}\nswift_dir = {folder}\n"
            f"devices = {folder / 'devices'}\nmount_check = false\nfallocate_reserve = 0\ndisable_fallocate = true\n"
            f"log_level = WARNING\nlog_address = {folder / 'none'}\n"
        )
        if name == "proxy":
            (folder / "proxy.conf").write_text(common + _proxy())
            continue
        server = f"[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
        (folder / f"{name}.conf").write_text(common + server + f"[{name}-replicator]\n")
        ring = [str(PROGRAMS / "swift-ring-builder"), f"{name}.builder"]
        place = [
            "--region",
            "1",
            "--zone",
            "1",
            "--ip",
            "127.0.0.1",
            "--port",
            str(port),
            "--device",
            "d1",
            "--weight",
            "1",
        ]
        for words in (["create", "4", "1", "0"], ["add", *place], ["rebalance"]):
            subprocess.run([*ring, *words], cwd=folder, check=True, capture_output=True)


def _proxy() -> str:
    said = f"[pipeline:main]\npipeline = {_PIPELINE}\n"
    said += "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n"
    for name in _PIPELINE.split()[:-1]:
        use = "call:kept_here:filter_factory" if name == "cache" else f"egg:swift#{name}"
        said += f"[filter:{name}]\nuse = {use}\n{_FILTERS.get(name, '')}\n"
    return said


def _user() -> str:
    import getpass

    return getpass.getuser()
