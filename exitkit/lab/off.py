"""Which services of a stand-in were turned off: a file beside its memory, read at each request for such a service."""

from __future__ import annotations

import json
from pathlib import Path

OFF = "off.json"


def services_off(file: Path) -> list[str]:
    """The services that refuse everything; none where there is no file."""
    return list(json.loads(file.read_text())) if file.exists() else []
