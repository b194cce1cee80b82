"""Let the tests import the example service, which is no part of exitkit."""

import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "pge-attestation"

for folder in (EXAMPLE, EXAMPLE / "service"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
