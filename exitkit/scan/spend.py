"""Read what services cost, and weigh the estate by it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal, InvalidOperation
from pathlib import Path

from exitkit.errors import UsageError
from exitkit.model.evidence import Basis
from exitkit.model.inventory import Portability, Share
from exitkit.scan.catalogue import Catalogue
from exitkit.scan.limits import MIB
from exitkit.scan.text import shown


def unknown_spend() -> Share:
    """No bill was given."""
    nothing = Decimal(0)
    why = "no bill was given (--spend)"
    return Share(by="spend", held=nothing, unknown=nothing, total=nothing, unit="", basis=Basis.DECLARED, why=why)


def by_spend(file: Path, catalogue: Catalogue) -> Share:
    """The part of a bill that goes to what is held. Raises UsageError where the file is not a bill."""
    held = unknown = total = Decimal(0)
    unmatched = set()
    for name, amount in _rows(file):
        total += amount
        service = next((one for pattern, one in catalogue.spend if pattern.search(name)), None)
        known = catalogue.services.get(("aws", service)) if service else None
        if known is None or known.portability is Portability.UNKNOWN:
            unknown += amount
            unmatched.add(shown(name, 40))
        elif known.portability.holds:
            held += amount
    why = f"from {shown(file.name, 60)}"
    if unmatched:
        why += f"; not known: {', '.join(sorted(unmatched)[:5])}"
    return Share(by="spend", held=held, unknown=unknown, total=total, unit="as billed", basis=Basis.DECLARED, why=why)


def _rows(file: Path) -> list[tuple[str, Decimal]]:
    wanted = "a bill is a CSV file with the columns `service` and `amount`"
    try:
        with file.open("rb") as opened:
            raw = opened.read(MIB + 1)
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"the bill `{shown(str(file))}` cannot be read", hint=wanted) from error
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if len(raw) > MIB or "service" not in header or "amount" not in header:
        raise UsageError(f"`{shown(str(file))}` is not a bill", hint=wanted)
    service, amount = header.index("service"), header.index("amount")
    found = []
    for number, row in enumerate(rows[1:], 2):
        if len(row) <= max(service, amount):
            continue
        try:
            worth = Decimal(row[amount].strip())
        except InvalidOperation as error:
            raise UsageError(f"{shown(str(file))}:{number}: `{shown(row[amount], 40)}` is not an amount") from error
        if not worth.is_finite():
            raise UsageError(f"{shown(str(file))}:{number}: `{shown(row[amount], 40)}` is not an amount")
        if worth > 0:
            found.append((row[service], worth))
    return found
