"""How fast an estate is read, and in how much memory: `exitkit scan` beside python-hcl2 alone, and beside checkov.

The estate is made of this repository's own Terraform, copied until it has a thousand files, each of them different.
Checkov is measured where CHECKOV names its program, such as `CHECKOV=/tmp/checkov/bin/checkov`; it judges security, and
does more with each file than reading it. The last lines weigh two ways to read source: ours, and tree-sitter.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = int(os.environ.get("BENCH_FILES", "1000"))
HCL2 = """
import sys, hcl2
from pathlib import Path
for file in sorted(Path(sys.argv[1]).rglob("*.tf")):
    with file.open() as text:
        hcl2.load(text)
"""
SITTER = """
import sys, tree_sitter, tree_sitter_hcl
from pathlib import Path
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
for file in sorted(Path(sys.argv[1]).rglob("*.tf")):
    parser.parse(file.read_bytes())
"""


def lay(folder: Path) -> tuple[int, int]:
    """An estate of FILES files; answers how many there are, and their bytes."""
    trees = [one for one in sorted((ROOT / "terraform" / "examples").glob("*/*")) if one.is_dir()]
    count = size = number = 0
    while count < FILES:
        tree = trees[number % len(trees)]
        for file in sorted(tree.rglob("*.tf")):
            there = folder / f"{tree.name}-{number:03}" / file.relative_to(tree)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text(f"# estate {number}\n{file.read_text()}")
            count, size = count + 1, size + there.stat().st_size
        number += 1
    return count, size


def measure(command: list[str], **environment: str) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak MiB of a program; the peak is of its largest process."""
    began = time.perf_counter()
    done = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    _, _, used = os.wait4(done.pid, 0)
    done.returncode = 0
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Measure each program on one estate, in turns of one."""
    with tempfile.TemporaryDirectory(prefix="exitkit-bench-") as folder:
        estate, memory = Path(folder) / "estate", str(Path(folder) / "memory")
        count, size = lay(estate)
        print(f"an estate of {count:,} files, {size / 2**20:.1f} MiB")
        scan = [sys.executable, "-m", "exitkit", "--quiet", "scan", str(estate), "-f", "json"]
        programs = {
            "exitkit scan, first time": (scan, {"XDG_CACHE_HOME": memory}),
            "exitkit scan, remembered": (scan, {"XDG_CACHE_HOME": memory}),
            "exitkit scan, no cache": ([*scan, "--no-cache"], {}),
            "python-hcl2, parsing only": ([sys.executable, "-c", HCL2, str(estate)], {}),
            "tree-sitter, parsing only": ([sys.executable, "-c", SITTER, str(estate)], {}),
        }
        if checkov := os.environ.get("CHECKOV"):
            words = [checkov, "-d", str(estate), "--framework", "terraform", "-o", "json", "--compact", "--quiet"]
            programs["checkov"] = (words, {"PYTHONPATH": ""})
        for name, (command, environment) in programs.items():
            wall, cpu, peak = measure(command, **environment)
            print(f"  {name:<26} {wall:7.2f} s   {cpu:7.2f} s cpu   {count / wall:7.0f} files/s   {peak:5.0f} MiB")
    sources()


def sources() -> None:
    """Read the Python beside us twice, and say how long each way takes and where they differ."""
    from exitkit.scan.readers import lex, source, ties

    files = sorted(Path(sys.prefix).rglob("site-packages/**/*.py"))
    read = [text for file in files if (text := file.read_bytes()) and len(text) < 2**20]
    texts = sorted(read, key=lambda text: b"boto" not in text)[:1000]  # those first that could hold a call
    began = time.process_time()
    ours = set()
    for number, text in enumerate(texts):
        plain = ties.blanked(text, lex.comments(text, "python"))
        found = source.calls(plain, "python", ties.Lines(text))
        ours |= {(number, line, name) for line, _, provider, name, _ in found if provider == "aws"}
    spent = time.process_time() - began
    size = sum(map(len, texts)) / 2**20
    print(f"source, {len(texts):,} files of Python, {size:.1f} MiB\n  regular expressions        {spent:7.2f} s cpu")
    try:
        import tree_sitter
        import tree_sitter_python
    except ImportError:
        print("  tree-sitter-python is not installed: not compared")
        return
    parser = tree_sitter.Parser(language := tree_sitter.Language(tree_sitter_python.language()))
    query = tree_sitter.Query(
        language, "(call function: (_) @f arguments: (argument_list . (string (string_content) @s)))"
    )
    began = time.process_time()
    theirs = set()
    for number, text in enumerate(texts):
        tree = parser.parse(text)
        if b"client(" in text or b"resource(" in text:
            for _, one in tree_sitter.QueryCursor(query).matches(tree.root_node):
                called, name = one["f"][0].text or b"", one["s"][0]
                made = re.search(rb"\b(?:client|resource|create_client)$", called)
                if made and re.fullmatch(rb"[a-z][a-z0-9-]{1,40}", name.text or b""):
                    theirs.add((number, name.start_point.row + 1, (name.text or b"").decode()))
    spent = time.process_time() - began
    wanted = {number for number, text in enumerate(texts) if b"boto" in text or b"aws" in text}
    theirs = {one for one in theirs if one[0] in wanted}
    clients = {one for one in ours if one in theirs}
    print(f"  tree-sitter                {spent:7.2f} s cpu")
    print(f"  clients made by name: tree-sitter {len(theirs)}, of which ours found {len(clients)}")


if __name__ == "__main__":
    main()
