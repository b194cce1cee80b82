"""An object of some size goes as a stream, held to the MD5 its origin states; whatever fails is done again in parts."""

from __future__ import annotations

from hashlib import sha256

import pytest

from exitkit.transfer.journal import Journal
from exitkit.transfer.one import Rules
from tests.unit.drivers.s3.strange import Ask
from tests.unit.transfer.conftest import Pair

SIZE = 9 * 2**20 + 7
BODY = bytes(range(251)) * (SIZE // 251 + 1)
GUARDED = Rules(guarded=True)


@pytest.fixture
def large(pair: Pair) -> Pair:
    pair.here.put("src", "large", BODY[:SIZE], cache_control="no-store", x_amz_meta_owner="é")
    return pair


def asked(pair: Pair) -> list[str]:
    """What was asked of the target for that object, and how."""
    return [f"{method} {'part' if 'uploadId' in query else 'whole'}" for method, key, query in pair.there.asked if key]


@pytest.mark.parametrize("rules", [Rules(), GUARDED])
def test_it_is_one_write_and_hashed_on_its_way(large: Pair, rules: Rules) -> None:
    tally = large.copy(rules=rules)

    assert (tally.objects, tally.refusals) == (1, 0)
    assert asked(large) == ["PUT whole"]
    assert large.alike()
    with Journal(large.file, origin="a", to="b") as journal:
        fact = journal.get("large")
    assert fact is not None
    assert (fact.sha256, fact.proof) == (sha256(BODY[:SIZE]).hexdigest(), "tag")


@pytest.mark.parametrize("what", ["503 SlowDown", "cut", b"HTTP/1.1 200", "403 AccessDenied"])
@pytest.mark.parametrize("side", ["here", "there"])
def test_what_breaks_the_stream_is_done_again_in_parts(large: Pair, side: str, what: str | bytes) -> None:
    struck: list[str] = []

    def fault(ask: Ask) -> str | bytes | None:
        wanted = ask.method == ("GET" if side == "here" else "PUT") and ask.key and "range" not in ask.headers
        if not wanted or struck or "uploadId" in ask.query:
            return None
        struck.append(ask.key)
        return what

    getattr(large, side).fault = fault

    tally = large.copy(rules=GUARDED)

    assert struck
    assert (tally.objects, tally.refusals) == (1, 0)
    assert large.alike()
    assert large.there.uploads == {}


def test_a_lost_answer_is_no_conflict(large: Pair) -> None:
    lost: list[str] = []

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if ask.method == "PUT" and not lost:
            lost.append(ask.key)
            return {**headers, "etag": ""}, body
        return headers, body

    large.there.twist = twist

    tally = large.copy(rules=GUARDED)

    assert lost
    assert (tally.objects, tally.refusals) == (1, 0)
    assert large.alike()


def test_a_tag_that_only_looks_like_an_md5_is_not_believed(large: Pair) -> None:
    large.here.buckets["src"]["large"].etag = "0" * 32

    tally = large.copy(rules=GUARDED)

    assert (tally.objects, tally.refusals) == (1, 0)
    assert large.there.buckets["dst"]["large"].body == BODY[:SIZE]
    assert asked(large)[0] == "PUT whole"
    assert "PUT part" in asked(large)


def test_bytes_damaged_on_their_way_here_never_arrive(large: Pair) -> None:
    struck: list[str] = []

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if ask.method == "GET" and ask.key and not struck:
            struck.append(ask.key)
            return headers, body[:100] + bytes([body[100] ^ 1]) + body[101:]
        return headers, body

    large.here.twist = twist

    tally = large.copy(rules=GUARDED)

    assert struck
    assert tally.objects == 1
    assert large.alike()
