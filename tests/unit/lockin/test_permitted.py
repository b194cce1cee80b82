"""Who may do what on both clouds, from the policies that are generated: what is wider there is found and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitkit import api
from exitkit.api.placed import tree_of
from exitkit.lockin.declared import Declared
from exitkit.lockin.gates import gates
from exitkit.lockin.observed import Observed, Probed
from exitkit.lockin.permitted import answer, compare
from exitkit.model.evidence import Verdict
from exitkit.model.permission import Permissions, Permitted, Statement
from exitkit.model.report import GateResult
from exitkit.model.workload import Workload
from exitkit.scan.permissions import permissions
from tests.unit.evidence.rehearsed import SPEC
from tests.unit.lockin.cases import SHOP
from tests.unit.lockin.test_observed import counted


@cache
def pge() -> Workload:
    return api.validate(SPEC)


@cache
def tree(provider: str) -> Mapping[str, str]:
    return tree_of(pge(), provider)


def changed(provider: str, path: str, old: str, new: str) -> Permissions:
    """The permissions of a tree in which somebody changed a module."""
    assert old in tree(provider)[path]
    return permissions({**tree(provider), path: tree(provider)[path].replace(old, new)}, provider)


@cache
def both() -> tuple[Permissions, Permissions]:
    return permissions(tree("aws"), "aws"), permissions(tree("ovh"), "ovh")


def asked(there: Permissions, here: Permissions | None = None) -> dict[str, Permitted]:
    return {one.words: one for one in compare(pge(), here or both()[0], there)}


def over(there: Permissions) -> set[str]:
    return {words for words, one in asked(there).items() if one.over}


def test_what_a_service_is_given_is_allowed_on_both_clouds_and_the_rest_is_denied() -> None:
    found = asked(both()[1])

    for words in ("s3:PutObject on dossiers/*", "sqs:ReceiveMessage on notices", "kms:Decrypt on seal"):
        assert (found[f"web may {words}"].source, found[f"web may {words}"].target) == ("allow", "allow")
    for words in ("s3:DeleteObject on dossiers/*", "sqs:PurgeQueue on notices", "kms:DisableKey on seal"):
        assert (found[f"web may {words}"].source, found[f"web may {words}"].target) == ("deny", "deny")
    assert found["worker may secretsmanager:GetSecretValue on bank-api"].target == "allow"
    assert found["web may secretsmanager:GetSecretValue on bank-api"].target == "deny"


def test_the_example_gives_more_on_the_dead_letters_and_nowhere_else() -> None:
    """The consumer moves dead letters itself at OVHcloud, so it has to be allowed to: a finding, and a true one."""
    assert {words.split(" on ")[1] for words in over(both()[1])} == {"notices:dead"}
    assert not any("ReceiveMessage" in words for words in over(both()[1]))


BUCKET, QUEUE, KEY = (f"modules/{kind}/access.tf" for kind in ("bucket", "queue", "key"))
OBJECTS, SEALS = '["s3:GetObject", "s3:PutObject"]', '"okms:apikms:serviceKey/encrypt",'
HANDS = "    SEAL = module.seal.access"


@pytest.mark.parametrize(
    ("path", "old", "new", "named"),
    [
        (BUCKET, OBJECTS, '["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]', "s3:DeleteObject on dossiers/*"),
        (BUCKET, OBJECTS, '["s3:*"]', "s3:BypassGovernanceRetention on dossiers/*"),
        (BUCKET, OBJECTS, '"*"', "s3:DeleteObjectVersion on dossiers/*"),
        (QUEUE, '"readwrite" :', '"admin" :', "sqs:PurgeQueue on notices"),
        (KEY, SEALS, f'{SEALS} "okms:apikms:serviceKey/delete",', "okms:apikms:serviceKey/delete on seal"),
        ("main.tf", HANDS, f"{HANDS}\n    BANK = module.bank-api.access", "secretsmanager:GetSecretValue on bank-api"),
    ],
)  # fmt: skip
def test_a_planted_permission_is_found_and_named(path: str, old: str, new: str, named: str) -> None:
    found = over(changed("ovh", path, old, new)) - over(both()[1])

    assert any(words.endswith(f" may {named}") or named in words for words in found), found


def test_what_nothing_can_evaluate_is_unknown_and_never_denied() -> None:
    wide = changed("ovh", "modules/bucket/access.tf", '["s3:GetObject", "s3:PutObject"]', 'var.tags["actions"]')

    found = asked(wide)["web may s3:DeleteObject on dossiers/*"]

    assert (found.source, found.target, found.open) == ("deny", "unknown", True)


def test_a_condition_that_nothing_is_known_of_makes_the_answer_unknown() -> None:
    found = asked(both()[1])["worker may kms:Decrypt on seal"]

    assert found.source == "unknown"
    assert "kms:ViaService" in found.why


def test_a_role_whose_rights_stand_nowhere_is_unknown_and_said_so() -> None:
    found = asked(both()[1])["web may openstack:objectstore_operator on dossiers"]

    assert (found.source, found.target, found.said) == ("deny", "unknown", ("ovh/modules/bucket/access.tf:3",))


def gate(there: Permissions, *probes: Probed) -> GateResult:
    said = Declared(source="exit.toml (declared by the CIO, 2026-11-20)", observed=Observed(probes=probes))
    known = replace(counted(), declared=said, permissions={"aws": both()[0], "ovh": there})
    return next(one for one in gates(known) if one.name == "over-permission")


def test_the_gate_fails_and_names_each_with_the_line_it_rests_on() -> None:
    wide = changed("ovh", "modules/bucket/access.tf", '"s3:PutObject"]', '"s3:PutObject", "s3:DeleteObject"]')

    told = gate(wide)

    assert told.verdict is Verdict.FAIL
    assert "web, worker may s3:DeleteObject on dossiers/*" in told.why
    assert "ovh/modules/bucket/access.tf:15" in told.sources


def test_a_declared_probe_outranks_what_the_policies_say() -> None:
    there = both()[1]
    unsettled = [one for one in compare(pge(), both()[0], there) if one.open or one.over]

    assert gate(there).verdict is Verdict.FAIL
    probes = [
        Probed(principal=one.principal, action=one.action, resource=one.resource, source="deny", target="deny")
        for one in unsettled
    ]
    assert gate(there, *probes).verdict is Verdict.PASS
    assert gate(there, *probes[1:]).verdict is not Verdict.PASS


_ACTIONS = ("s3:ListBucket", "s3:GetObject", "s3:DeleteObject", "s3:*", "*", "?")
_PLACES = ("images", "images/*", "images/a/*", "*", "?")
TLS, PLAIN = (("Bool", "aws:SecureTransport", (said,)) for said in ("true", "false"))
ELSE = ("StringEquals", "x:y", ("z",))
_STATEMENT = st.builds(
    Statement,
    principals=st.just(("web",)),
    effect=st.sampled_from(["allow", "deny"]),
    actions=st.lists(st.sampled_from(_ACTIONS), min_size=1, max_size=3).map(tuple),
    resources=st.lists(st.sampled_from(_PLACES), min_size=1, max_size=2).map(tuple),
    conditions=st.sampled_from([(), (TLS,), (PLAIN,), (ELSE,)]),
    unclear=st.sampled_from(["", "", "not worked out"]),
    source=st.just("a:1"),
)  # fmt: skip
_DOCUMENTS = st.lists(_STATEMENT, max_size=4).map(lambda rows: Permissions(statements=tuple(rows), decided=("*",)))
_QUESTION = st.tuples(
    st.just("web"), st.sampled_from(_ACTIONS[:3]), st.sampled_from(["images", "images/*", "images/a/*"])
)
_RANK = {"deny": 0, "unknown": 1, "allow": 2}


def _with(side: Permissions, one: Statement) -> Permissions:
    return side.model_copy(update={"statements": (*side.statements, one)})


@given(_DOCUMENTS)
def test_the_same_documents_on_both_sides_are_never_over(side: Permissions) -> None:
    assert not any(one.over for one in compare(SHOP, side, side))


@given(_DOCUMENTS, _STATEMENT, _QUESTION)
def test_an_allow_never_narrows_and_a_deny_never_widens(
    side: Permissions, one: Statement, question: tuple[str, str, str]
) -> None:
    before, after = answer(side, *question).answer, answer(_with(side, one), *question).answer

    assert _RANK[after] >= _RANK[before] if one.effect == "allow" else _RANK[after] <= _RANK[before]


@given(_DOCUMENTS, _QUESTION)
def test_what_is_unclear_is_never_an_answer_of_its_own(side: Permissions, question: tuple[str, str, str]) -> None:
    unclear = tuple(one.model_copy(update={"unclear": "x"}) for one in side.statements)
    found = answer(Permissions(statements=unclear, decided=("*",)), *question)

    assert found.answer != "allow"
    assert (found.answer == "unknown") is bool(found.why)


@given(_DOCUMENTS, _QUESTION)
def test_nobody_who_holds_nothing_is_allowed_by_documents_that_do_not_name_them(
    side: Permissions, question: tuple[str, str, str]
) -> None:
    assert answer(side, "worker", *question[1:]).answer == "deny"
