"""Laws of moving objects: a pass ends with both sides alike, or says why not."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitkit.drivers.s3 import answers
from exitkit.drivers.s3.sign import Credentials, Signer, quoted
from exitkit.errors import OutsideError, Refused
from exitkit.ports import Blob, Secret
from exitkit.testing.fakes import FakeStore
from exitkit.testing.fate import Fate, Killed
from exitkit.transfer import many
from exitkit.transfer.churn import Churn
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.forecast import nnls
from exitkit.transfer.journal import Fact, Journal
from exitkit.transfer.verify import verify_both

law = settings(max_examples=40, deadline=None)
keys = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
buckets = st.dictionaries(keys, st.binary(max_size=20), max_size=12)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "_PAUSE_SECONDS", 0.0)


def store(name: str, fate: Fate, content: dict[str, bytes]) -> FakeStore:
    made = FakeStore(name, fate)
    made.buckets["it"] = {key: Blob(body) for key, body in content.items()}
    return made


def content(one: FakeStore) -> dict[str, bytes]:
    return {key: blob.body for key, blob in one.buckets["it"].items()}


@law
@given(buckets, buckets)
def test_a_pruning_pass_makes_both_sides_alike(here: dict[str, bytes], there: dict[str, bytes]) -> None:
    one, other = store("a", Fate(), here), store("b", Fate(), there)
    with TemporaryDirectory() as folder, Journal(Path(folder, "j"), origin="a", to="b") as journal:
        copy(Place("a", one, "it"), Place("b", other, "it"), journal, prune=True)
        again = copy(Place("a", one, "it"), Place("b", other, "it"), journal, prune=True)
        compared = verify_both(Place("a", one, "it"), Place("b", other, "it"), journal)

    assert content(other) == here
    assert (again.objects, again.removed, again.skipped) == (0, 0, len(here))
    assert (compared.equal, compared.differing) == (len(here), ())


@law
@given(buckets, st.integers(0, 30), st.booleans(), st.sampled_from([Killed, lambda: OutsideError("it rained")]))
def test_stopped_anywhere_it_claims_nothing_that_is_not_there_and_goes_on(
    here: dict[str, bytes], at: int, after: bool, error: object
) -> None:
    fate = Fate()
    one, other = store("a", fate, here), store("b", fate, {})
    fate.strike(at, after=after, error=error)  # type: ignore[arg-type]
    with TemporaryDirectory() as folder:
        file = Path(folder, "j")
        try:
            with Journal(file, origin="a", to="b") as journal:
                copy(Place("a", one, "it"), Place("b", other, "it"), journal)
        except (Killed, OutsideError):
            pass
        fate.spare()
        with Journal(file, origin="a", to="b") as journal:
            claimed = {fact.key for fact in journal if fact.known}
            assert claimed <= set(content(other))
            copy(Place("a", one, "it"), Place("b", other, "it"), journal)

    assert content(other) == here


facts = st.builds(
    Fact, keys, st.integers(0, 2**40), st.binary(min_size=32, max_size=32).map(bytes.hex), keys, keys,
    st.sampled_from(["copied", "verified", "removed", "refused"]), st.just("tag"), st.just(""), st.just("{}"),
    st.integers(1, 2**31),
)  # fmt: skip


@law
@given(st.lists(facts, max_size=30))
def test_a_journal_gives_back_the_last_fact_of_each_key(added: list[Fact]) -> None:
    with TemporaryDirectory() as folder:
        with Journal(Path(folder, "j"), origin="a", to="b") as journal:
            for fact in added:
                journal.add(fact)
        with Journal(Path(folder, "j"), origin="a", to="b") as journal:
            last = {fact.key: fact for fact in added}
            assert journal.find(last) == last
            assert list(journal) == sorted(last.values(), key=lambda fact: fact.key.encode())
            assert list(journal.facts()) == added


@law
@given(st.lists(facts, max_size=20), st.lists(facts, max_size=20))
def test_journals_of_shards_join_to_what_one_would_have_held(first: list[Fact], second: list[Fact]) -> None:
    with TemporaryDirectory() as folder, Journal(Path(folder, "j"), origin="a", to="b") as journal:
        for fact in first:
            journal.add(fact)
        since = journal.give("", "", Path(folder, "shard"))
        with Journal(Path(folder, "shard"), origin="a", to="b") as shard:
            for fact in second:
                shard.add(fact)
        taken = journal.take(Path(folder, "shard"), since=since)

        assert taken == len(second)
        assert list(journal.facts()) == first + second


@law
@given(keys)
def test_a_key_in_a_path_reads_back_as_it_was(key: str) -> None:
    from urllib.parse import unquote, urlsplit

    split = urlsplit(f"http://host/bucket/{quoted(key)}")

    assert (unquote(split.path), split.query, split.fragment) == (f"/bucket/{key}", "", "")


@law
@given(st.lists(st.tuples(keys, st.integers(0, 2**50)), max_size=8))
def test_a_page_reads_alike_in_both_spellings(told: list[tuple[str, int]]) -> None:
    from urllib.parse import quote_plus
    from xml.sax.saxutils import escape

    def page(spelled: object, mark: str) -> bytes:
        body = "".join(
            f"<Contents><Key>{spelled(key)}</Key><Owner><ID>x</ID></Owner><Size>{size}</Size>"  # type: ignore[operator]
            f"<ETag>&quot;abc&quot;</ETag><LastModified>2026</LastModified></Contents>"
            for key, size in told
        )
        return f"<R>{mark}{body}</R>".encode()

    for spelled, mark in ((quote_plus, "<EncodingType>url</EncodingType>"), (escape, "")):
        found = answers.listed(page(spelled, mark))
        assert [(one.key, one.size, one.etag) for one in found] == [(key, size, "abc") for key, size in told]


# AWS: sequential spaces are signed as one. botocore takes every blank of Unicode for a space; we, that one only.
_VALUES = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), include_characters=" ")


@law
@given(keys, st.text(_VALUES, max_size=9))
def test_a_signature_is_the_one_botocore_makes(key: str, value: str) -> None:
    auth = pytest.importorskip("botocore.auth")
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as Theirs

    value = value.strip()
    payload = "UNSIGNED-PAYLOAD"
    signer = Signer(Credentials("k", Secret.of("s")), region="r", host="h:1", clock=lambda: 1_800_000_000)
    head = signer.head("PUT", f"/b/{quoted(key)}", "", payload, [("x-amz-meta-v", value)])
    request = AWSRequest("PUT", f"http://h:1/b/{quoted(key)}", headers={"x-amz-meta-v": value})
    request.headers["x-amz-content-sha256"] = payload
    request.headers["X-Amz-Date"] = request.context["timestamp"] = "20270115T080000Z"
    theirs = auth.S3SigV4Auth(Theirs("k", "s"), "s3", "r")
    canonical = theirs.canonical_request(request)

    assert theirs.signature(theirs.string_to_sign(request, canonical), request) in head


@law
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=6))
def test_no_part_of_a_fit_is_negative(rows: list[tuple[float, float, float]]) -> None:
    assert min(nnls([row[:2] for row in rows], [row[2] for row in rows])) >= 0


@law
@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(1, 1e12))
def test_catching_up_ends_or_is_refused(changes: float, carries: float, size: float) -> None:
    churn = Churn(changes, carries)
    if churn.ratio >= 1:
        with pytest.raises(Refused):
            churn.passes_until(size, size / 100)
    elif churn.ratio < 0.9:
        assert churn.left_after(size, churn.passes_until(size, size / 100)) <= size / 100 * 1.0001
