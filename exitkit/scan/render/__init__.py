"""Turn an inventory into text: one module per format, none of which decides anything."""

from __future__ import annotations

from exitkit.errors import UsageError
from exitkit.model.inventory import Inventory

FORMATS: tuple[str, ...] = ("table", "json", "md", "html", "sarif", "junit")


def render(inventory: Inventory, *, format: str) -> str:  # noqa: A002 - the word users type
    """The inventory in one format. Raises UsageError where exitkit has none of that name."""
    if format not in FORMATS:
        raise UsageError(f"a scan cannot be written as `{format}`", hint="formats: " + ", ".join(FORMATS))
    from exitkit.scan.render import html, json, junit, markdown, sarif, table

    match format:
        case "json":
            return json.render(inventory)
        case "md":
            return markdown.render(inventory)
        case "html":
            return html.render(inventory)
        case "sarif":
            return sarif.render(inventory)
        case "junit":
            return junit.render(inventory)
        case _:
            return table.render(inventory)
