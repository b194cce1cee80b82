"""Faults strike when they are asked to, in the way they are asked to, and repeat with their seed."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from exitkit.errors import OutsideError
from exitkit.lab.alone import Alone, alone, inject
from exitkit.lab.faults import VARIABLE, Chance, Faults, Rule
from tests.lab.front.conftest import client

pytestmark = pytest.mark.lab
BUCKET = "faulty"
BODY = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def _object(front: Any) -> None:
    front.create_bucket(Bucket=BUCKET)
    front.put_object(Bucket=BUCKET, Key="k", Body=BODY)


def code(call: Any, **asked: Any) -> str:
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as error:
        call(**asked)
    return str(error.value.response["Error"]["Code"])


def read(front: Any) -> bytes:
    return bytes(front.get_object(Bucket=BUCKET, Key="k")["Body"].read())


def test_one_bit_is_flipped_and_the_same_one_again(front: Any, faulty: Callable[..., None]) -> None:
    faulty("flip", methods=("GET",))
    first = read(front)
    faulty("flip", methods=("GET",))

    assert first == read(front) != BODY
    assert sum((a ^ b).bit_count() for a, b in zip(first, BODY, strict=True)) == 1


def test_the_storm_ends_when_it_was_told_to(front: Any, faulty: Callable[..., None]) -> None:
    faulty("slow-down", most=2, starting=f"/{BUCKET}/")

    assert [code(front.get_object, Bucket=BUCKET, Key="k") for _ in range(2)] == ["SlowDown"] * 2
    assert read(front) == BODY


@pytest.mark.parametrize(
    ("kind", "wanted"), [("fail", "InternalError"), ("expired", "ExpiredToken"), ("full", "XMinioStorageFull")]
)
def test_a_call_is_refused(front: Any, faulty: Callable[..., None], kind: str, wanted: str) -> None:
    faulty(kind)

    assert code(front.put_object, Bucket=BUCKET, Key="k", Body=b"") == wanted


def test_it_redirects(store: Alone, faulty: Callable[..., None]) -> None:
    faulty("redirect", to="http://127.0.0.1:9")
    link = HTTPConnection(store.url.removeprefix("http://"), timeout=5)
    link.request("GET", f"/{BUCKET}/k?x=1")
    answer = link.getresponse()
    link.close()

    assert (answer.status, answer.headers["Location"]) == (307, f"http://127.0.0.1:9/{BUCKET}/k?x=1")


@pytest.mark.parametrize("kind", ["truncate", "wrong-length", "reset", "lose"])
def test_the_connection_fails_in_the_middle(front: Any, store: Alone, faulty: Callable[..., None], kind: str) -> None:
    impatient = client(store.url, store.access_key, store.secret_key, read_timeout=1)
    faulty(kind, methods=("GET",))

    with pytest.raises(Exception, match=r"(?i)connection|incomplete|time(d )?out|broken|closed"):
        read(impatient)


def test_less_comes_and_nothing_says_so(front: Any, faulty: Callable[..., None]) -> None:
    faulty("short")

    assert read(front) == BODY[: len(BODY) // 2]


@pytest.mark.parametrize("kind", ["stall", "drip"])
def test_the_answer_takes_its_time(front: Any, faulty: Callable[..., None], kind: str) -> None:
    faulty(kind, seconds=0.5)
    began = time.monotonic()

    assert read(front) == BODY
    assert time.monotonic() - began > 0.4


def test_a_lost_answer_was_a_change_all_the_same(front: Any, faulty: Callable[..., None]) -> None:
    faulty("lose", methods=("PUT",), most=1)

    with pytest.raises(Exception, match=r"(?i)connection|closed"):
        front.put_object(Bucket=BUCKET, Key="k", Body=b"new")

    assert read(front) == b"new"


def test_a_forgotten_write_was_acknowledged(front: Any, faulty: Callable[..., None]) -> None:
    faulty("forget", methods=("PUT",), most=1)

    front.put_object(Bucket=BUCKET, Key="k", Body=b"new")

    assert read(front) == BODY


def test_what_rots_keeps_its_tag(front: Any, faulty: Callable[..., None]) -> None:
    faulty("rot", methods=("PUT",), most=1)

    tag = front.put_object(Bucket=BUCKET, Key="r", Body=BODY)["ETag"]

    answer = front.get_object(Bucket=BUCKET, Key="r")
    assert answer["ETag"] == tag
    assert answer["Body"].read() != BODY


def test_a_tag_lies(front: Any, faulty: Callable[..., None]) -> None:
    tag = front.head_object(Bucket=BUCKET, Key="k")["ETag"]
    faulty("lying-tag")

    assert front.head_object(Bucket=BUCKET, Key="k")["ETag"] != tag


def test_a_wrong_clock_is_told_and_kept_to(front: Any, faulty: Callable[..., None]) -> None:
    faulty("skew", seconds=600)
    told = front.head_object(Bucket=BUCKET, Key="k")["ResponseMetadata"]["HTTPHeaders"]["date"]
    faulty("skew", seconds=3600)

    assert 590 < parsedate_to_datetime(told).timestamp() - time.time() < 610
    assert code(front.get_object, Bucket=BUCKET, Key="k") == "RequestTimeTooSkewed"


def test_the_same_seed_strikes_the_same_requests() -> None:
    faults = Faults(seed=7, rules=(Rule(kind="fail", share=0.3), Rule(kind="stall", share=0.5, after=10)))
    struck = [[bool(chance.strike("GET", "/")) for _ in range(50)] for chance in (Chance(faults), Chance(faults))]

    assert struck[0] == struck[1]
    assert 0 < sum(struck[0]) < 50


def test_faults_are_for_whoever_holds_the_token(store: Alone) -> None:
    with pytest.raises(OutsideError, match="403"):
        inject(store.url, "guessed", Faults())


def test_faults_come_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, '{"store": {"seed": 1, "rules": [{"kind": "slow-down", "most": 1}]}}')

    with alone(folder) as other:
        front = client(other.url, other.access_key, other.secret_key)
        assert code(front.list_buckets) == "SlowDown"
        assert front.list_buckets()["Buckets"] == []
