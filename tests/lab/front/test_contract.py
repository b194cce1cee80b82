"""The contract of an object store, tried on a real one: it holds, breaks where the store breaks, and leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from exitkit.contracts.check import hold_both, try_one
from exitkit.contracts.s3 import S3
from exitkit.contracts.shelf import PREFIX, Shelf, clear, names_for, shelf
from exitkit.contracts.suite import Spot, checks_of
from exitkit.drivers.s3 import S3Store
from exitkit.errors import OutsideError
from exitkit.lab.alone import Alone
from exitkit.model.contract import Checked, Need
from exitkit.model.evidence import Verdict
from exitkit.model.kinds.bucket import Bucket
from exitkit.ports import Secret
from exitkit.ports.contract import Ask, Reply, Talk

pytestmark = pytest.mark.lab
NAME = "dossiers"
WHOLE = Bucket.model_validate({"kind": "bucket", "name": NAME, "versions": True, "retain-days": 30})
PLAIN = Bucket.model_validate({"kind": "bucket", "name": NAME})


@pytest.fixture
def account(store: Alone, front: Any) -> S3Store:
    """An account with a bucket of somebody's in it."""
    front.create_bucket(Bucket=NAME)
    front.put_object(Bucket=NAME, Key="before", Body=b"before")
    return S3Store(store.url, region="eu-west-3", access_key=store.access_key, secret_key=Secret.of(store.secret_key))


def spot(account: S3Store) -> Spot:
    """A side whose store is this one."""
    return Spot(account, None, NAME)  # type: ignore[arg-type] # no check of a bucket asks a database


def tried(account: S3Store, component: Bucket = WHOLE) -> dict[str, Checked]:
    """Every check, by its name, with this store on both sides."""
    return {one.name: one for one in checks_of(component, spot(account), spot(account))}


def buckets(front: Any) -> list[str]:
    """Every bucket of the account."""
    return [one["Name"] for one in front.list_buckets()["Buckets"]]


def test_a_store_that_is_as_it_should_be_keeps_all_of_it(account: S3Store) -> None:
    found = tried(account)

    passed = {name for name, one in found.items() if (one.source, one.target) == (Verdict.PASS, Verdict.PASS)}
    assert set(found) - passed == {"s3.it-is-reached-over-tls"}, [one.line for one in found.values()]
    assert "this machine" in found["s3.it-is-reached-over-tls"].why


def test_nothing_is_left_and_nothing_that_was_there_is_touched(account: S3Store, front: Any) -> None:
    before = [(name, front.list_object_versions(Bucket=name).get("Versions")) for name in buckets(front)]

    tried(account)

    assert [(name, front.list_object_versions(Bucket=name).get("Versions")) for name in buckets(front)] == before


def test_what_nobody_asks_for_is_not_tried(account: S3Store) -> None:
    found = tried(account, PLAIN)

    assert {name for name, one in found.items() if not one.tried} == {
        "s3.earlier-versions-are-kept",
        "s3.a-delete-only-hides",
        "s3.versions-are-listed",
        "s3.a-legal-hold-holds",
    }
    assert all(one.need is Need.NOBODY for one in found.values() if not one.tried)


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("rot", "s3.what-is-put-is-got"),
        ("lying-tag", "s3.a-tag-is-an-md5"),
        ("forget", "s3.a-second-write-replaces"),
    ],
)
def test_a_store_that_answers_wrongly_is_named(
    account: S3Store, faulty: Callable[..., None], kind: str, broken: str
) -> None:
    faulty(kind, methods=("PUT",), starting=f"/{names_for(NAME)[0]}/")

    found = tried(account, PLAIN)[broken]

    assert (found.source, found.target) == (Verdict.FAIL, Verdict.FAIL)
    assert found.why


@dataclass(frozen=True)
class Lenient:
    """A store that takes what it should refuse: whatever a request says of its bytes is not looked at."""

    there: Talk
    without: tuple[str, ...]
    signs: bool = False

    @property
    def endpoint(self) -> str:
        return self.there.endpoint

    def ask(self, ask: Ask) -> Reply:
        kept = {name: value for name, value in ask.headers.items() if name not in self.without}
        heeded = {} if self.signs else {"hashed": "", "signed": "as the owner"}
        return self.there.ask(replace(ask, headers=kept, **heeded))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "s3.another-md5-is-refused",
        "s3.another-sha256-is-refused",
        "s3.another-checksum-is-refused",
        "s3.nobody-gets-in-unsigned",
        "s3.a-wrong-secret-is-refused",
        "s3.a-write-may-ask-that-nothing-is-there",
        "s3.a-write-may-ask-for-a-state",
        "s3.a-range-is-answered",
        "s3.a-read-may-have-a-condition",
        "s3.metadata-keeps-accents",
        "s3.tags-come-back",
    ],
)
def test_a_store_that_looks_at_nothing_is_named(account: S3Store, name: str) -> None:
    deaf = ("content-md5", "x-amz-checksum-sha256", "if-none-match", "if-match", "range", "x-amz-meta-company")
    check = next(one for one in S3.checks if one.name == name)
    with shelf(account, NAME, PLAIN) as strict:
        lenient = replace(strict, talk=Lenient(strict.talk, (*deaf, "x-amz-tagging")))

        assert try_one(check, strict) == (Verdict.PASS, "")
        assert try_one(check, lenient)[0] is Verdict.FAIL


def test_only_the_target_is_charged_with_what_only_the_target_does(account: S3Store) -> None:
    @contextmanager
    def lenient() -> Iterator[Shelf]:
        with shelf(account, NAME, PLAIN) as strict:
            yield replace(strict, talk=Lenient(strict.talk, ("x-amz-tagging",), signs=True))

    found = hold_both(S3, PLAIN, partial(shelf, account, NAME, PLAIN), lenient)

    assert [one.name for one in found if one.only_at_source] == ["s3.tags-come-back"]


@pytest.fixture
def left(account: S3Store, front: Any) -> Iterator[tuple[str, str]]:
    """What a killed try may leave at its worst: objects, versions, a version under a legal hold, half an upload."""
    plain, kept = names_for(NAME)
    front.create_bucket(Bucket=plain)
    front.put_object(Bucket=plain, Key=f"{PREFIX}1/object", Body=b"left")
    front.create_multipart_upload(Bucket=plain, Key=f"{PREFIX}2/object")
    front.create_bucket(Bucket=kept, ObjectLockEnabledForBucket=True)
    held = front.put_object(Bucket=kept, Key=f"{PREFIX}3/object", Body=b"held", ChecksumAlgorithm="SHA256")
    front.put_object_legal_hold(
        Bucket=kept,
        Key=f"{PREFIX}3/object",
        VersionId=held["VersionId"],
        LegalHold={"Status": "ON"},
        ChecksumAlgorithm="SHA256",
    )
    front.delete_object(Bucket=kept, Key=f"{PREFIX}3/object")
    yield plain, kept
    clear(account, NAME)


def test_what_a_killed_try_left_is_removed_by_the_next(account: S3Store, front: Any, left: tuple[str, str]) -> None:
    found = tried(account)

    assert found["s3.what-is-put-is-got"].target is Verdict.PASS
    assert not set(left) & set(buckets(front))


def test_clearing_up_says_how_much_there_was(account: S3Store, left: tuple[str, str]) -> None:
    assert [clear(account, NAME), clear(account, NAME)] == [len(left), 0]


def test_a_bucket_of_that_name_that_is_not_ours_is_left_alone(account: S3Store, front: Any) -> None:
    plain, _ = names_for(NAME)
    front.create_bucket(Bucket=plain)
    front.put_object(Bucket=plain, Key="somebody's", Body=b"theirs")

    found = tried(account)
    with pytest.raises(OutsideError, match="holds somebody's, which no check wrote"):
        clear(account, NAME)

    assert {one.target for one in found.values()} == {Verdict.UNKNOWN}
    assert front.get_object(Bucket=plain, Key="somebody's")["Body"].read() == b"theirs"
    front.delete_object(Bucket=plain, Key="somebody's")
    front.delete_bucket(Bucket=plain)


def test_a_store_that_is_not_there_leaves_everything_unknown_and_says_why() -> None:
    nowhere = S3Store("http://127.0.0.1:9", region="us-east-1", access_key="a", secret_key=Secret.of("b"))

    found = checks_of(PLAIN, spot(nowhere), spot(nowhere))

    assert {(one.source, one.target) for one in found} == {(Verdict.UNKNOWN, Verdict.UNKNOWN)}
    assert all(one.why for one in found if one.tried)


def test_a_store_that_fails_for_a_while_is_asked_again(account: S3Store, faulty: Callable[..., None]) -> None:
    faulty("slow-down", methods=("PUT",), starting=f"/{names_for(NAME)[0]}/", most=1)

    assert tried(account, PLAIN)["s3.what-is-put-is-got"].target is Verdict.PASS
