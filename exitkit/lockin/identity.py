"""D4: static keys where there was an identity; who may do what on both clouds, by probes and by generated policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from exitkit.lockin import formulas
from exitkit.lockin.counted import Counted, dimension, fact
from exitkit.lockin.permitted import kept, permitted, unanswered
from exitkit.model.capability import Capability
from exitkit.model.evidence import Basis, Evidence, Verdict
from exitkit.model.permission import Permitted
from exitkit.model.report import Dimension, GateResult

_NAMED = 8


def identity(known: Counted) -> Dimension:
    """D4: static keys where there was an identity, and whether both clouds answer alike."""
    own = [one for one in known.losses if one.capability is Capability.SERVICE_IDENTITY]
    static = Decimal(sum(one.weakens_security for one in own))
    told = "services that get static keys where they had an identity"
    figures = [fact(told, static, "services", Basis.DECLARED, known.claims)] if own else []
    asked = permitted(known)
    figures += [*_probed(known), *_computed(known, asked)]
    return dimension(
        "D4",
        "identity",
        figures,
        "static secrets after / identities before; agreement = same answers / questions; "
        "Λ = 1 - statements that hold whole / statements",
        tuple(_missing(known, asked)),
    )


def _probed(known: Counted) -> Iterator[Evidence]:
    probes = known.declared.observed.probes
    if not probes:
        return
    source = f"{known.declared.source}: probes"
    answers = [(one.source == "allow", one.target == "allow") for one in probes]
    over = Decimal(formulas.over_permissions(answers))
    low, high = formulas.wilson(sum(here == there for here, there in answers), len(answers))
    yield fact("probes both clouds answer alike", formulas.agreement(answers), "share", Basis.DECLARED, source)
    yield fact("the same, at least (95 %)", low, "share", Basis.DECLARED, source)
    yield fact("the same, at most (95 %)", high, "share", Basis.DECLARED, source)
    yield fact("probes the target allows and the source denies", over, "probes", Basis.DECLARED, source)


def _computed(known: Counted, asked: Sequence[Permitted]) -> Iterator[Evidence]:
    """What the documents that are generated for both clouds answer; nothing was tried."""
    if not asked:
        return
    sure = [one for one in asked if "unknown" not in (one.source, one.target)]
    answers = [(one.source == "allow", one.target == "allow") for one in sure]
    over = [one for one in asked if one.over]
    less = [one for one in asked if (one.source, one.target) == ("allow", "deny")]
    whole, statements = kept(asked, known.permissions[known.source], (part.name for part in known.workload.components))
    for words, value, unit, about in (
        ("permissions asked of the generated policies", Decimal(len(asked)), "permissions", asked),
        ("permissions both clouds answer alike, where both answer", formulas.agreement(answers), "share", sure),
        ("permissions the target gives and the source denies", Decimal(len(over)), "permissions", over),
        ("permissions the source gives and the target denies", Decimal(len(less)), "permissions", less),
        ("permissions no generated policy answers", Decimal(len(asked) - len(sure)), "permissions", asked),
        ("statements of the source that do not hold whole at the target (Λ)",
         1 - formulas.share(whole, statements), "share", asked),
    ):  # fmt: skip
        yield fact(words, value, unit, Basis.COMPUTED, *_documents(known, about))


def _documents(known: Counted, about: Sequence[Permitted]) -> tuple[str, ...]:
    """The files the answers rest on; both trees where no single statement decides."""
    named = tuple(dict.fromkeys(source for one in about for source in one.said))
    return named or (f"generated for {known.source} and {known.target}",)


def _missing(known: Counted, asked: Sequence[Permitted]) -> Iterator[str]:
    if not known.declared.observed.probes:
        yield "[[probes]] in exit.toml: who may do what on both clouds"
    if not asked:
        yield f"generated policies on both {known.source} and {known.target}, and what reads them (exitkit[scan])"
    reasons = Counter(one.why for one in asked if "unknown" in (one.source, one.target))
    for why, count in sorted(reasons.items()):
        yield f"permissions without an answer ({count}): {why}"


def over_permission(known: Counted) -> GateResult:
    """What the target gives and the source denies, by probes and by policies; what nobody knows is no pass."""
    probes, asked = known.declared.observed.probes, unanswered(known)
    sources = ((f"{known.declared.source}: probes",) if probes else ()) + (
        (f"policies generated for {known.source} and {known.target}",) if asked else ()
    )
    if not sources:
        words = "nobody has probed what the target allows and the source denies"
        return GateResult(name="over-permission", verdict=Verdict.UNKNOWN, why=words, sources=("no probe",))
    probed = [one for one in probes if one.source == "deny" and one.target == "allow"]
    over, unsure = [one for one in asked if one.over], [one for one in asked if one.open]
    said = []
    if probes:
        words = f"declared: {len(probed)} of {len(probes)} probes are allowed by the target and denied by the source"
        said.append(_listing(words, [f"{one.principal} may {one.action} on {one.resource}" for one in probed]))
    if asked:
        words = f"computed: {len(over)} of {len(asked)} permissions are allowed by the target and denied by the source"
        said.append(_listing(words, _together(over)))
    if unsure:
        said.append(_listing(f"unknown: {len(unsure)} of {len(asked)} permissions", _together(unsure)))
    verdict = Verdict.FAIL if over or probed else Verdict.UNKNOWN if unsure else Verdict.PASS
    listed = tuple(dict.fromkeys(source for one in over for source in one.said))
    return GateResult(name="over-permission", verdict=verdict, why=". ".join(said), sources=(*sources, *listed))


def _together(asked: Sequence[Permitted]) -> list[str]:
    """Every one of them in words, those of one resource and the same principals together."""
    actions: dict[tuple[str, str], list[str]] = {}
    for one in asked:
        actions.setdefault((one.principal, one.resource), []).append(one.action)
    who: dict[tuple[str, str], list[str]] = {}
    for (principal, resource), listed in actions.items():
        who.setdefault((", ".join(listed), resource), []).append(principal)
    return [f"{', '.join(names)} may {listed} on {resource}" for (listed, resource), names in who.items()]


def _listing(words: str, named: Sequence[str]) -> str:
    more = f"; {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return f"{words}: {'; '.join(named[:_NAMED])}{more}" if named else words
