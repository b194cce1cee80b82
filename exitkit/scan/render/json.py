"""Write an inventory as JSON that reads back as the same inventory."""

from __future__ import annotations

import json

from exitkit.model.inventory import Inventory


def render(inventory: Inventory) -> str:
    """The version first, then the headline, then everything."""
    body = inventory.model_dump(mode="json")
    opening = {"format_version": body.pop("format_version"), "headline": inventory.coverage.headline}
    return json.dumps(opening | body, indent=2, ensure_ascii=False) + "\n"


def read(text: str) -> Inventory:
    """The inventory of a text. Raises ValueError where it is none."""
    body = json.loads(text)
    if isinstance(body, dict):
        body.pop("headline", None)
    return Inventory.model_validate(body)
