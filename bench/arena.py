"""Where movers are measured: two stand-ins for object stores, one run of one mover, what it cost, what arrived.

The stand-in is bench/stub, built on demand with cargo; it checks no signature, so that it is never what is measured.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from exitkit.lab import children

HERE = Path(__file__).parent
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", Path(tempfile.gettempdir()) / "exitkit-bench-stub"))
KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench-secret", "AWS_REGION": "us-east-1"}
SOURCE, TARGET = "leaving", "arriving"


def stub() -> Path:
    """The stand-in's program, built where it is not yet."""
    if shutil.which("cargo") is None:
        raise SystemExit("the stand-in is written in Rust and there is no cargo here")
    environment = {**os.environ, "CARGO_TARGET_DIR": str(BUILT)}
    command = ["cargo", "build", "--release", "--offline", "--quiet"]
    subprocess.run(command, cwd=HERE / "stub", env=environment, check=True)
    return BUILT / "release" / "stub"


@dataclass(frozen=True)
class Server:
    """One stand-in that runs."""

    url: str
    process: subprocess.Popen[str]
    certificate: Path | None = None

    @property
    def cpu(self) -> float:
        """The processor time it has used, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(folder: Path, *words: str, tls: bool = False) -> Iterator[Server]:
    """A stand-in with these words on its command line."""
    port, certificate = children.free_port(), folder / "bench.pem"
    if tls:
        words = (*words, "--tls", str(_certificate(certificate)), str(folder / "bench.key"))
    child = children.start([str(stub()), str(port), *words], log=folder / f"stub-{port}.log")
    try:
        while not children.answers("127.0.0.1", port):
            if child.poll() is not None:
                raise SystemExit((folder / f"stub-{port}.log").read_text())
            time.sleep(0.02)
        yield Server(f"http{'s' * tls}://127.0.0.1:{port}", child, certificate if tls else None)
    finally:
        children.stop(child, seconds=3)


@contextmanager
def rclone_serves(program: str, folder: Path, bucket: str, *, count: int = 0, size: int = 0) -> Iterator[Server]:
    """A store that others wrote: rclone's S3 server over a folder, filled beforehand; it takes signatures seriously."""
    for number in range(count):
        file = folder / bucket / f"{number % 12 + 1:02}" / f"{number:08}.pdf"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(random.Random(number).randbytes(size))
    (folder / bucket).mkdir(parents=True, exist_ok=True)
    port = children.free_port()
    who = f"{KEYS['AWS_ACCESS_KEY_ID']},{KEYS['AWS_SECRET_ACCESS_KEY']}"
    words = ("serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}", "--auth-key", who, "-q")
    child = children.start([program, *words], log=folder.parent / f"rclone-{port}.log")
    try:
        while not children.answers("127.0.0.1", port):
            time.sleep(0.02)
        yield Server(f"http://127.0.0.1:{port}", child)
    finally:
        children.stop(child, seconds=3)


def _certificate(file: Path) -> Path:
    """A certificate for loopback, that clients are told to trust."""
    if not file.exists():
        words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench -addext"
        files = ("-keyout", str(file.with_suffix(".key")), "-out", str(file))
        command = ["openssl", *words.split(), "subjectAltName=IP:127.0.0.1", *files]
        subprocess.run(command, check=True, capture_output=True)
    return file


def listing(at: Server, bucket: str) -> dict[str, tuple[int, str]]:
    """Every key of a bucket, with its size and its tag."""
    import ssl

    trust = ssl.create_default_context(cafile=str(at.certificate)) if at.certificate else None
    found: dict[str, tuple[int, str]] = {}
    after = ""
    while True:
        question = urllib.parse.urlencode({"list-type": 2, "start-after": after})
        with urllib.request.urlopen(f"{at.url}/{bucket}?{question}", context=trust) as answer:
            text = answer.read().decode()
        rows = re.findall(r"<Key>(.*?)</Key>.*?<ETag>(.*?)</ETag><Size>(\d+)</Size>", text)
        found.update({key: (int(size), tag) for key, tag, size in rows})
        if "<IsTruncated>true" not in text:
            return found
        after = rows[-1][0]


@dataclass
class Run:
    """What one run cost, and whether everything arrived."""

    seconds: float
    cpu: float
    memory: int
    served: float
    code: int
    wrong: int = 0
    said: str = field(default="", repr=False)


def measured(
    command: Sequence[str], environment: Mapping[str, str], servers: Sequence[Server], *, timeout: float
) -> Run:
    """Run a mover; its processor time is its whole family's, its memory the most of all of them at once."""
    before, used = resource.getrusage(resource.RUSAGE_CHILDREN), sum(each.cpu for each in servers)
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=said, stderr=said, text=True,
                                 stdin=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
        peak: list[int] = [0]
        watching = threading.Thread(target=_watch, args=(child, peak), daemon=True)
        watching.start()
        try:
            code = child.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            code = child.wait()
        seconds = time.perf_counter() - began
        watching.join()
        said.seek(0)
        words = said.read()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu, peak[0], sum(each.cpu for each in servers) - used, code, said=words)


def _watch(child: subprocess.Popen[str], peak: list[int]) -> None:
    while child.poll() is None:
        peak[0] = max(peak[0], sum(_resident(pid) for pid in _family(child.pid)))
        time.sleep(0.1)


def _family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += [int(word) for word in task.read_text().split()]
            except OSError:
                continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


Case = Callable[[], Run]


def interleaved(cases: Mapping[str, Case], rounds: int) -> dict[str, list[Run]]:
    """Every case once a round, in turns, so that a noisy minute is everyone's."""
    found: dict[str, list[Run]] = {name: [] for name in cases}
    for number in range(rounds):
        for name, case in cases.items():
            run = case()
            found[name].append(run)
            bad = f" EXIT {run.code}" if run.code else ""
            bad += f" WRONG {run.wrong}" if run.wrong else ""
            print(f"    round {number + 1} {name:<24} {run.seconds:8.2f} s  cpu {run.cpu:7.2f} s{bad}", file=sys.stderr)
            if run.code:
                print("      " + "\n      ".join(run.said.strip().splitlines()[-4:]), file=sys.stderr)
    return found


def report(title: str, found: Mapping[str, list[Run]], count: int, *, first: str, unit: str = "objects") -> None:
    """Medians, and the ratio of each to the first."""
    print(f"\n{title}; median of {len(next(iter(found.values())))} interleaved; load {os.getloadavg()[0]:.1f}")
    print(f"  {'':<26}{unit + '/s':>12}{'seconds':>9}{'cpu s/1k':>10}{'servers':>9}{'MB':>7}   {first} is")
    middle = {name: _median(runs) for name, runs in found.items() if all(run.code == 0 for run in runs)}
    ours = middle.get(first)
    for name, runs in found.items():
        run = middle.get(name)
        if run is None:
            print(f"  {name:<26} did not finish: exit {[each.code for each in runs]}")
            continue
        ratio = (
            "" if ours is None else f"{run.seconds / ours.seconds:6.2f} x as fast, {ours.cpu / run.cpu:5.2f} of its cpu"
        )
        wrong = f"  WRONG {run.wrong}" if run.wrong else ""
        print(
            f"  {name:<26}{count / run.seconds:>12,.0f}{run.seconds:>9.2f}{run.cpu / count * 1000:>10.3f}"
            f"{run.served / count * 1000:>9.3f}{run.memory / 1e6:>7.0f}   {ratio}{wrong}"
        )


def _median(runs: list[Run]) -> Run:
    middle = lambda name: statistics.median(getattr(run, name) for run in runs)  # noqa: E731
    wrong = max(run.wrong for run in runs)
    return Run(middle("seconds"), middle("cpu"), int(middle("memory")), middle("served"), 0, wrong)
