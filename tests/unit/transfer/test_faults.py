"""Whatever goes wrong on the way, a copy ends complete, or stops with one clear sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exitkit.drivers.directory import DirectoryStore
from exitkit.drivers.s3.sign import Credentials
from exitkit.errors import OutsideError
from exitkit.ports import Secret
from exitkit.transfer import stream
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.journal import Journal
from exitkit.transfer.one import Rules
from tests.unit.drivers.s3.strange import Ask
from tests.unit.transfer.conftest import Pair


def once(what: str | bytes, *, method: str = "GET", times: int = 1) -> Callable[[Ask], str | bytes | None]:
    """The fault befalls each key so many times."""
    seen: dict[tuple[str, str], int] = {}

    def fault(ask: Ask) -> str | bytes | None:
        if ask.method != method or not ask.key:
            return None
        seen[ask.method, ask.key] = seen.get((ask.method, ask.key), 0) + 1
        return what if seen[ask.method, ask.key] <= times else None

    return fault


@pytest.mark.parametrize("side", ["here", "there"])
@pytest.mark.parametrize(
    "what",
    ["cut", "stall", "503 SlowDown", "500 InternalError", "429 TooManyRequests", "400 RequestTimeout", b"HTTP/1.1 200",
     b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", b"HTTP/1.1 200 OK\r\n\r\nabc",
     b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"],
)  # fmt: skip
def test_what_passes_is_waited_out(filled: Pair, side: str, what: str | bytes) -> None:
    method = "GET" if side == "here" else "PUT"
    getattr(filled, side).fault = once(what, method=method, times=2 if what != "stall" else 1)

    tally = filled.copy()

    assert (tally.objects, tally.refusals) == (40, 0)
    assert filled.alike()


def test_a_storm_that_does_not_pass_is_one_sentence(filled: Pair) -> None:
    filled.there.fault = lambda ask: "503 SlowDown" if ask.method == "PUT" else None

    with pytest.raises(OutsideError, match=r"answered 503 SlowDown to PUT dst/"):
        filled.copy()

    assert filled.there.bodies("dst") == {}


def test_a_listing_that_is_damaged_is_read_again(filled: Pair) -> None:
    cut: list[str] = []

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if not ask.key and len(cut) < 2:
            cut.append("")
            return headers, body[: len(body) // 2]
        return headers, body

    filled.here.twist = twist

    assert filled.copy().objects == 40
    assert filled.alike()


def test_a_page_that_ends_early_with_its_length_is_one_sentence(filled: Pair) -> None:
    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if not ask.key:
            body = body[:-40]
            return {**headers, "content-length": str(len(body))}, body
        return headers, body

    filled.here.twist = twist

    with pytest.raises(OutsideError, match="a page of the listing of src is not whole"):
        filled.copy()


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b[:5] + bytes([b[5] ^ 1]) + b[6:], lambda _: b""])
def test_bytes_damaged_on_the_way_are_read_again(filled: Pair, change: Callable[[bytes], bytes]) -> None:
    hurt: set[str] = set()

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if ask.method == "GET" and ask.key and ask.key not in hurt:
            hurt.add(ask.key)
            body = change(body)
            return {**headers, "content-length": str(len(body))}, body
        return headers, body

    filled.here.twist = twist

    assert filled.copy().objects == 40
    assert filled.alike()


def test_bytes_that_arrive_changed_are_sent_again(filled: Pair) -> None:
    hurt: set[str] = set()

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if ask.method == "PUT" and ask.key not in hurt:
            hurt.add(ask.key)
            filled.there.put("dst", ask.key, b"damaged")
            headers = {**headers, "etag": f'"{filled.there.buckets["dst"][ask.key].etag}"'}
        return headers, body

    filled.there.twist = twist

    assert filled.copy().objects == 40
    assert filled.alike()


def test_tags_that_lie_are_seen_through(filled: Pair) -> None:
    for strange in (filled.here, filled.there):
        strange.twist = lambda _ask, headers, body: (
            {**headers, "etag": '"' + "0" * 32 + '"'} if "etag" in headers else headers,
            body,
        )

    tally = filled.copy()

    assert (tally.objects, tally.refusals) == (40, 0)
    assert filled.here.bodies("src") == filled.there.bodies("dst")


def test_a_body_that_drips_is_given_up(filled: Pair) -> None:
    filled.here.buckets["src"] = {"big": filled.here.buckets["src"]["0/0"]}
    filled.here.put("src", "big", b"x" * 4000)
    filled.here.slow = True

    with pytest.raises(OutsideError, match="too slowly"):
        filled.copy()


def test_a_redirect_is_refused_and_said(filled: Pair) -> None:
    filled.here.fault = lambda ask: (
        b"HTTP/1.1 301 Moved\r\nlocation: https://elsewhere.example/\r\nx-amz-bucket-region: eu-west-9\r\n"
        b"content-length: 0\r\n\r\n"
    )

    with pytest.raises(OutsideError, match=r"sends us elsewhere, to https://elsewhere\.example/ \(region eu-west-9\)"):
        filled.copy()


@pytest.mark.parametrize("ahead", [-7200.0, 7200.0])
def test_another_clock_is_followed(filled: Pair, ahead: float) -> None:
    filled.here.ahead = ahead

    assert filled.copy().objects == 40
    assert filled.alike()


def test_a_clock_that_jumps_is_one_sentence(filled: Pair) -> None:
    def jump(_ask: Ask) -> None:
        filled.here.ahead += 5000

    filled.here.fault = jump

    with pytest.raises(OutsideError, match="the clock of this machine is too far"):
        filled.copy()


def test_credentials_that_run_out_are_renewed(filled: Pair) -> None:
    def fault(ask: Ask) -> None:
        if len(filled.here.asked) > 15:
            filled.here.token = "two"

    filled.here.token = "one"
    filled.here.fault = fault
    fresh = Credentials("key", Secret.of("secret"), Secret.of("two"))

    tally = filled.copy(token=Secret.of("one"), refresh=lambda: fresh)

    assert (tally.objects, tally.refusals) == (40, 0)


def test_credentials_that_cannot_be_renewed_stop_it_once(filled: Pair) -> None:
    filled.here.token = "another"

    with pytest.raises(OutsideError, match=r"the credentials for 127.0.0.1:.* have expired") as stopped:
        filled.copy(token=Secret.of("one"))

    assert "--resume" in stopped.value.hint


def test_a_wrong_secret_is_one_sentence(filled: Pair) -> None:
    with pytest.raises(OutsideError, match="refuses these credentials"):
        filled.copy(secret_key=Secret.of("wrong"))


def test_an_object_that_may_not_be_read_is_named_and_the_rest_moves(filled: Pair) -> None:
    filled.here.fault = lambda ask: "403 AccessDenied" if ask.key == "1/5" else None

    tally = filled.copy()

    assert (tally.objects, tally.refusals) == (39, 1)
    assert tally.refused[0].startswith("1/5: ")
    assert filled.verify().differing == ("1/5: missing at b",)


def test_a_write_whose_answer_was_lost_is_no_conflict(filled: Pair) -> None:
    lost: set[str] = set()

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if ask.method == "PUT" and ask.key not in lost:
            lost.add(ask.key)
            return {**headers, "content-length": "7"}, b"x"
        return headers, body

    filled.there.twist = twist

    tally = filled.copy(rules=Rules(guarded=True))

    assert (tally.objects, tally.refusals) == (40, 0)
    assert filled.alike()


def fail_part(number: str) -> Callable[[Ask], Any]:
    return lambda ask: "403 AccessDenied" if ask.query.get("partNumber") == number else None


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No object goes as a stream."""
    monkeypatch.setattr(stream, "LARGEST", 0)


@pytest.mark.usefixtures("in_parts")
def test_a_large_object_goes_in_parts_and_leaves_no_upload_behind(pair: Pair) -> None:
    pair.here.put("src", "large", bytes(range(256)) * 4096 * 20, cache_control="no-store")
    pair.there.fault = fail_part("2")
    refused = pair.copy()
    left = dict(pair.there.uploads)
    pair.there.fault = lambda _ask: None

    tally = pair.copy()

    assert (refused.objects, refused.refusals, left) == (0, 1, {})
    assert (tally.objects, pair.there.uploads) == (1, {})
    assert pair.alike()
    assert pair.there.buckets["dst"]["large"].etag.endswith("-3")


@pytest.mark.usefixtures("in_parts")
def test_a_large_object_that_changes_while_it_is_read_is_not_mixed(pair: Pair) -> None:
    pair.here.put("src", "large", b"1" * 2**20 * 20)

    def change(ask: Ask) -> None:
        if ask.headers.get("range", "").startswith("bytes=16"):
            pair.here.put("src", "large", b"2" * 2**20 * 20)

    pair.here.fault = change
    first = pair.copy()
    pair.here.fault = lambda _ask: None

    again = pair.copy()

    assert (first.objects, first.refusals) == (0, 1)
    assert again.objects == 1
    assert pair.there.uploads == {}
    assert pair.alike()


@pytest.mark.usefixtures("in_parts")
def test_parts_whose_joining_was_not_answered_are_no_conflict(pair: Pair) -> None:
    pair.here.put("src", "large", b"1" * 2**20 * 20)
    lost: list[str] = []

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if ask.method == "POST" and "uploadId" in ask.query and not lost:
            lost.append(ask.key)
            return {**headers, "content-length": "7"}, b"x"
        return headers, body

    pair.there.twist = twist

    tally = pair.copy(rules=Rules(guarded=True))

    assert lost
    assert (tally.objects, tally.refusals) == (1, 0)
    assert pair.alike()
    with Journal(pair.file, origin="a", to="b") as journal:
        fact = journal.get("large")
    assert fact is not None
    assert (fact.proof, fact.there) == ("parts", pair.there.buckets["dst"]["large"].etag)


@pytest.mark.usefixtures("in_parts")
def test_parts_that_a_kill_left_at_the_target_are_removed_and_counted(pair: Pair) -> None:
    pair.here.put("src", "large", b"1" * 2**20 * 20)
    pair.there.uploads["left"] = ("large", {}, {1: b"1" * 2**20 * 8})
    with Journal(pair.file, origin="a", to="b") as journal:
        journal.begun("large", "left")

    tally = pair.copy()

    assert (tally.objects, tally.swept, pair.there.uploads) == (1, 1, {})
    assert pair.copy().swept == 0


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("name", ["content-type", "x-amz-meta-owner", "cache-control"])
def test_another_attribute_of_a_large_object_is_found(pair: Pair, name: str) -> None:
    pair.here.put("src", "large", b"1" * 2**20 * 20, x_amz_meta_owner="o", cache_control="no-store")
    pair.copy()
    pair.there.buckets["dst"]["large"].headers[name] = "changed"

    found = pair.verify()

    assert (found.equal, len(found.differing)) == (0, 1)
    assert found.differing[0].startswith("large: ")


@pytest.mark.usefixtures("in_parts")
def test_a_part_damaged_on_its_way_here_never_stays_at_the_target(pair: Pair) -> None:
    pair.here.put("src", "large", b"1" * 2**20 * 20)
    hurt: list[str] = []

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if "range" in ask.headers and not hurt:
            hurt.append(ask.key)
            return headers, b"0" + body[1:]
        return headers, body

    pair.here.twist = twist

    tally = pair.copy(rules=Rules(guarded=True))

    assert hurt
    assert (tally.objects, tally.refusals, pair.there.uploads) == (1, 0, {})
    assert pair.alike()


@pytest.mark.usefixtures("in_parts")
def test_a_large_object_whose_tag_only_looks_like_an_md5_is_moved_and_said_so(pair: Pair) -> None:
    pair.here.put("src", "large", b"1" * 2**20 * 20)
    pair.here.buckets["src"]["large"].etag = "0" * 32

    tally = pair.copy()

    assert (tally.objects, tally.refusals) == (1, 0)
    with Journal(pair.file, origin="a", to="b") as journal:
        fact = journal.get("large")
    assert fact is not None
    assert "not the MD5 it looks like" in fact.attributes


def test_bytes_damaged_on_their_way_to_a_folder_never_stay_there(pair: Pair, tmp_path: Path) -> None:
    pair.here.put("src", "k", b"bytes")
    hurt: list[str] = []

    def twist(ask: Ask, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if ask.key and ask.method == "GET" and not hurt:
            hurt.append(ask.key)
            return headers, b"B" + body[1:]
        return headers, body

    pair.here.twist = twist
    folder = DirectoryStore(tmp_path)
    folder.create("kept")
    with Journal(pair.file, origin="a", to="d") as journal:
        tally = copy(
            Place("a", pair.here.store(), "src"), Place("d", folder, "kept"), journal, rules=Rules(guarded=True)
        )
        fact = journal.get("k")

    assert hurt
    assert (tally.objects, tally.refusals) == (1, 0)
    assert folder.get("kept", "k").body == b"bytes"
    assert fact is not None
    assert (fact.proof, fact.attributes) == ("signed", '{"type":"text/plain"}')
