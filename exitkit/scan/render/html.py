"""Write an inventory as one page that needs nothing else, in the look of the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from exitkit.model.inventory import Inventory, State
from exitkit.scan.render import reading

SHOWN = 500
_STYLE = """
:root { color-scheme: light dark; --paper: #fcfbf8; --text: #1b1e23; --muted: #565c65; --rule: #d8d5cc;
  --accent: #1d4171; --fail: #9b1d20; --unknown: #75500a;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, "Liberation Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #14171b; --text: #e9e6e0; --muted: #a9aeb6;
  --rule: #383d45; --accent: #a3c2ee; --fail: #f3a5a3; --unknown: #e4bf72; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 1.6rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--paper);
  color: var(--text); font: 1rem/1.55 var(--sans); overflow-wrap: anywhere; }
h1 { font: 400 clamp(1.6rem, 4vw, 2.4rem)/1.15 var(--serif); margin: 1.6rem 0 1rem; }
h2 { margin: 3rem 0 1rem; padding-top: 1rem; border-top: 2px solid var(--accent); font: 400 1.5rem/1.2 var(--serif); }
.kind { color: var(--accent); font-weight: 600; } .faint { color: var(--muted); font-size: .875rem; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; line-height: 1.45; }
th, td { padding: .45rem .9rem .5rem 0; text-align: left; vertical-align: top; }
thead th { border-bottom: 1.5px solid var(--text); } tbody tr { border-bottom: 1px solid var(--rule); }
.high { color: var(--fail); font-weight: 600; } .medium, .unknown { color: var(--unknown); font-weight: 600; }
"""


def render(inventory: Inventory) -> str:
    """The page, whole; no script runs on it."""
    body = "\n".join(_body(inventory))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    title = escape(f"What holds {inventory.root}")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _body(inventory: Inventory) -> Iterator[str]:
    yield f'<p class="faint"><span class="kind">exitkit scan</span> {escape(inventory.root)}</p>'
    yield f"<main><h1>{escape(inventory.coverage.headline)}</h1>"
    yield "<h2>What is held</h2><p>Three shares that are never added up.</p>"
    shares = [(f"by {one.by}", one.words, reading.share_words(one)) for one in inventory.shares]
    yield from _table(("share", "held", "of what"), shares)
    rows = [
        (one.value, one.words, f"{count:,}", *reading.days(effort), ", ".join(names))
        for one, count, names, effort in reading.classes(inventory)
    ]
    rows.append(("all", "", "", *reading.days(inventory.effort), f"{inventory.not_estimated} not estimated"))
    yield "<h2>Person-days to leave</h2>"
    yield from _table(("class", "", "resources", "low", "likely", "high", "basis", "services"), rows)
    yield from _rest(inventory)


def _rest(inventory: Inventory) -> Iterator[str]:
    yield "<h2>What stays behind</h2>"
    left = [
        (
            one.portability.value,
            one.service,
            f"{one.resources:,}",
            f"{one.calls:,}",
            one.counterpart or "none",
            one.note,
        )
        for one in inventory.residue
    ]
    yield from _table(("class", "service", "resources", "calls", "counterpart", "note"), left)
    yield "<h2>Data and keys</h2>"
    stores = [
        (one.address, one.service or "", str(one.size) if one.size else "unknown", one.custody.value)
        for one in inventory.resources
        if one.stores_data and one.custody is not None
    ]
    yield from _table(("store", "service", "size", "key custody"), stores)
    yield from _judged(inventory)


def _judged(inventory: Inventory) -> Iterator[str]:
    yield "<h2>Findings</h2>"
    found = [
        (one.code, one.severity.value, str(one.spot), one.message, one.way_out,
         f"accepted until {one.accepted.until}" if one.accepted else "")
        for one in inventory.findings
    ]  # fmt: skip
    yield from _table(("rule", "severity", "place", "finding", "way out", ""), found)
    yield "<h2>Coverage</h2>"
    files = [(one.state.value, one.path, one.why, (one.sha256 or "")[:16]) for one in inventory.files
             if one.state is not State.READ]  # fmt: skip
    yield from _table(("state", "file", "why", "SHA-256"), files)
    yield f'<p class="faint">exitkit {escape(inventory.exitkit)}, catalogue {escape(inventory.catalogue)}</p></main>'


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    listed = list(rows)
    if not listed:
        yield "<p>None.</p>"
        return
    yield (
        "<table><thead><tr>" + "".join(f'<th scope="col">{escape(one)}</th>' for one in header) + "</tr></thead><tbody>"
    )
    for row in listed[:SHOWN]:
        cells = "".join(f"<td{_class(cell)}>{escape(cell)}</td>" for cell in row)
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"
    if len(listed) > SHOWN:
        yield f'<p class="faint">{len(listed) - SHOWN:,} more; the JSON has them all.</p>'


def _class(cell: str) -> str:
    return f' class="{cell}"' if cell in {"high", "medium", "unknown"} else ""
