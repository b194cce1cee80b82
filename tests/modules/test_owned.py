"""What the tests begin in the background ends with them, however they end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

_CHILD = """
import subprocess, sys, time
from pathlib import Path
from tests.modules.owned import end_with_owner
end_with_owner(Path(sys.argv[1]))
grandchild = subprocess.Popen([sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"])
time.sleep(600)
"""
_OWNER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]], stdin=subprocess.PIPE, start_new_session=True)
time.sleep(600)
"""


def test_a_program_and_all_it_started_end_with_an_owner_that_is_killed(tmp_path: Path) -> None:
    place = tmp_path / "work"
    place.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER, _CHILD, str(place)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"here\n"
        owner.kill()

        assert owner.stdout.read() == b""  # not before the last of them has let go of it

    assert not place.exists()
