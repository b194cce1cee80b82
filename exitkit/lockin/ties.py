"""D2 and D5: proprietary services, keys."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from exitkit.lockin import conformed, formulas
from exitkit.lockin.counted import CLASSES, HARD, Counted, dimension, fact
from exitkit.lockin.shown import with_keys_off
from exitkit.model.evidence import Basis, Evidence
from exitkit.model.report import Dimension


def services(known: Counted) -> Dimension:
    """D2: three shares, by capability, by spend and by calls; never merged."""
    looked = [one for one in known.losses if one.outcome in CLASSES]
    rewritten = [one for one in looked if CLASSES[one.outcome] == "P4"]
    figures = []
    if looked:
        share = formulas.share(sum(one.outcome in HARD for one in looked), len(looked))
        figures.append(fact("capabilities in class P3 or P4", share, "share", Basis.DECLARED, known.claims))
        count = Decimal(len(rewritten))
        figures.append(fact("capabilities in class P4", count, "capabilities", Basis.DECLARED, known.claims))
    spent, without = _by_spend(known)
    called = tuple(_by_calls(known))
    missing = [f"spend of {name}, for the share by spend" for name in without]
    if not called:
        missing.append("a log of API calls, or an inventory of `exitkit scan`, for the share by calls")
    held = conformed.conformance(known.measured)
    conforming = tuple(conformed.figures(held)) if held is not None else ()
    return dimension(
        "D2",
        "proprietary services",
        (*figures, *spent, *called, *conforming),
        "|P3 ∪ P4| / all, by capability, by spend and by calls; kept P1, emulated P2, degraded P3, lost P4;"
        " κ = checks passed at both / at the source (Wilson)",
        [*missing, *conformed.missing(held, known.workload)],
        conformed.residue(held) if held is not None else (),
    )


def _by_spend(known: Counted) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """The share of what components with a hard capability cost; components without a known price, by name."""
    hard = {one.component for one in known.losses if one.outcome in HARD}
    said = known.declared.observed.spend
    names = [part.name for part in known.workload.components]
    rows: dict[str, tuple[Decimal, Basis, tuple[str, ...]]]
    if said:
        rows = {
            name: (said[name], Basis.DECLARED, (f"{known.declared.source}: spend",)) for name in names if name in said
        }
        without = tuple(name for name in names if name not in said)
    else:
        priced = {name: bill.lines for name, bill in sorted(known.bills.items()) if bill.lines}
        rows = {
            name: (
                sum((line.value for line in lines), Decimal(0)),
                max((line.basis for line in lines), key=lambda basis: basis.rank),
                tuple(source for line in lines for source in line.sources),
            )
            for name, lines in priced.items()
        }
        without = tuple(name for name, bill in sorted(known.bills.items()) if bill.unpriced)
    total = sum((value for value, _, _ in rows.values()), Decimal(0))
    if not total:
        return (), without or ("every component",)
    share = sum((value for name, (value, _, _) in rows.items() if name in hard), Decimal(0)) / total
    basis = max((basis for _, basis, _ in rows.values()), key=lambda one: one.rank)
    sources = dict.fromkeys(source for _, _, listed in rows.values() for source in listed)
    words = "spend" if said else "a month's list price"
    told = f"{words} of components with a capability in class P3 or P4"
    return (
        fact(told, float(share), "share", max(basis, Basis.DECLARED, key=lambda b: b.rank), *sources, known.claims),
    ), without


def _by_calls(known: Counted) -> Iterator[Evidence]:
    """Calls and distinct operations the target does not answer; a scan of source counts places, a log counts calls."""
    calls = known.declared.observed.calls
    source = f"{known.declared.source}: calls"
    if calls:
        counted = [one for one in calls if one.answered is not None]
        refused = [one for one in counted if not one.answered]
        share = formulas.share(sum(one.count for one in refused), sum(one.count for one in counted))
        yield fact("calls the target does not answer", share, "share", Basis.DECLARED, source)
        distinct = formulas.share(len(refused), len(counted))
        yield fact("operations the target does not answer", distinct, "share", Basis.DECLARED, source)
        if len(counted) < len(calls):
            left = Decimal(len(calls) - len(counted))
            yield fact("operations nobody has looked at", left, "operations", Basis.DECLARED, source)
    for one in known.declared.observed.scanned:
        if one.total:
            origin, low = known.declared.observed.scanned_source, float(one.held / one.total)
            high = float((one.held + one.unknown) / one.total)
            yield fact(f"in the scan, by {one.by}: what holds, at least", low, "share", one.basis, origin)
            if one.unknown:
                yield fact(f"in the scan, by {one.by}: with what nobody could tell", high, "share", one.basis, origin)


def keys(known: Counted) -> Dimension:
    """D5: what the provider can read in use, what is to encrypt again, what was readable with the source's keys off."""
    levels: dict[str, float] = {}
    for name, level in known.declared.keys.items():
        part = next((one for one in known.workload.components if one.name == name), None)
        levels[level] = levels.get(level, 0.0) + float(getattr(part, "size", None) or 0)
    figures = []
    if sum(levels.values()):
        source = f"{known.declared.source}: keys"
        share = formulas.readable_by_provider(levels)
        figures.append(fact("data the provider can read in use", share, "share", Basis.DECLARED, source))
        figures.append(fact("data to encrypt again", formulas.to_encrypt_again(levels), "B", Basis.DECLARED, source))
    looked = with_keys_off(known)
    if looked is not None:
        share = formulas.share(looked.readable, looked.tried)
        told = "readable at the target with the source's key service off"
        figures.append(fact(told, share, "share", looked.basis, *looked.sources))
        if looked.readable == looked.tried:
            bound = formulas.rule_of_three(looked.tried)
            told = "unreadable without the source's keys, at most (95 %)"
            figures.append(fact(told, bound, "share", looked.basis, *looked.sources))
    missing = (
        [] if levels else ["[keys] in exit.toml: the custody level K0 to K4 of each bucket and database, with sizes"]
    )
    if looked is None:
        missing.append("a rehearsal with the source's key service off, or [key-off] in exit.toml")
    return dimension("D5", "keys", figures, "bytes at K0…K3 / bytes; readable / tried with the keys off", missing)
