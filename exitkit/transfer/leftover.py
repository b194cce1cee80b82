"""Count the parts at a target that no object consists of: what a kill left there, and no journal knows any more."""

from __future__ import annotations

from exitkit.errors import OutsideError
from exitkit.ports import Leaves
from exitkit.transfer.copy import Place
from exitkit.transfer.threads import flow_of
from exitkit.transfer.together import run


def leftover(at: Place) -> tuple[int, int] | None:
    """How many there are and their bytes; None where the store cannot tell."""
    return run(_counted(at))


async def _counted(at: Place) -> tuple[int, int] | None:
    flow = flow_of(at.store, at.bucket)
    try:
        return await flow.leftover() if isinstance(flow, Leaves) else None
    except OutsideError:  # it tells of objects, as we know by now, and not of this
        return None
    finally:
        await flow.close()
