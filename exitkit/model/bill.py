"""What something costs at list price, and what has no known price."""

from __future__ import annotations

from exitkit.model.base import Frozen
from exitkit.model.evidence import Evidence


class Bill(Frozen):
    """Lines of one bill; each unit is a currency or a currency per month. `unpriced` is what no price was found for."""

    lines: tuple[Evidence, ...] = ()
    unpriced: tuple[str, ...] = ()
