"""What the api offers is found when it is asked for, and loads nothing before."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

from exitkit import api
from tests.conftest import ROOT, clean_environment


def test_every_name_is_found_and_is_no_module() -> None:
    assert len(api.__all__) > 30
    assert [name for name in api.__all__ if isinstance(getattr(api, name), ModuleType)] == []


def test_a_name_there_is_not_is_said_so() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        api.nonsense  # type: ignore[attr-defined]  # noqa: B018


def test_a_verb_loads_what_it_needs_and_nothing_else() -> None:
    said = "from exitkit import api; api.move_objects; import sys; print(*(m for m in sys.modules if 'exitkit.' in m))"
    done = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )

    loaded = done.stdout.split()
    assert "exitkit.api.moved" in loaded
    assert [name for name in loaded if name.startswith(("exitkit.scan", "exitkit.report", "exitkit.model"))] == []
