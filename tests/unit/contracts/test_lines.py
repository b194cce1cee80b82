"""A check in the journal says what it said, and can be told in French."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exitkit.contracts.check import Check
from exitkit.contracts.suite import CONTRACTS
from exitkit.model.contract import Checked, Facet, Need, read
from exitkit.model.evidence import Verdict
from exitkit.report.render.translated import memory

EVERY: list[Check[object]] = [check for contract in CONTRACTS for check in contract.checks]
names = st.from_regex(r"\A[a-z0-9]+\.[a-z0-9-]+\Z")
words = st.text(st.characters(exclude_characters=":", exclude_categories=("C",)), min_size=1).map(str.strip)
tried = st.builds(
    Checked,
    name=names,
    facet=st.sampled_from(Facet),
    need=st.sampled_from((Need.ASKED, Need.USUAL)),
    promise=words.filter(bool),
    source=st.sampled_from(Verdict),
    target=st.sampled_from(Verdict),
    why=st.text(st.characters(exclude_categories=("C",))),
)
untried = st.builds(
    Checked, name=names, facet=st.sampled_from(Facet), need=st.just(Need.NOBODY), promise=words.filter(bool)
)


@given(st.lists(tried | untried))
def test_the_journal_gives_back_every_check(found: list[Checked]) -> None:
    lines = [one.line for one in found]

    assert list(read(["some other line", *lines, "fail: extension: x"])) == found


@given(tried)
def test_only_what_is_asked_for_and_holds_at_the_source_can_fail(one: Checked) -> None:
    fails = one.need is Need.ASKED and (one.source, one.target) == (Verdict.PASS, Verdict.FAIL)

    assert (one.verdict is Verdict.FAIL) is fails


@given(tried)
def test_what_was_not_seen_is_never_a_pass(one: Checked) -> None:
    unseen = one.source is Verdict.UNKNOWN or (one.source is Verdict.PASS and one.target is Verdict.UNKNOWN)

    assert not (one.need is Need.ASKED and unseen and one.verdict is Verdict.PASS)


def test_every_promise_has_a_name_of_its_own_and_is_one_sentence() -> None:
    assert len({one.name for one in EVERY}) == len(EVERY) > 40
    for one in EVERY:
        assert one.promise
        assert ":" not in one.promise
        assert not one.promise.endswith(".")


def test_every_promise_and_every_facet_is_told_in_french() -> None:
    french = memory("fr")

    for one in EVERY:
        line = Checked(name=one.name, facet=one.facet, need=Need.USUAL, promise=one.promise).line
        assert french.told(line), line
        finding = f"{one.name} passes at aws and fails at ovh ({one.facet}, asked for): {one.promise}"
        assert french.told(finding), finding
