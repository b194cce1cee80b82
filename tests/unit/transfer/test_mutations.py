"""A hundred corruptions of a finished copy: every one is found and named, and none is invented."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.unit.drivers.s3.strange import Thing
from tests.unit.transfer.conftest import Pair

Bucket = dict[str, Thing]
Mutation = Callable[[random.Random, Bucket, list[str]], set[str]]
"""Corrupts a bucket, of these keys, and answers the keys that are wrong then."""


def rewritten(bucket: Bucket, key: str, body: bytes) -> None:
    """Other bytes under the same tag: the store itself does not know."""
    old = bucket[key]
    bucket[key] = Thing(body, old.headers, old.etag, old.modified)


def flipped(chance: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = keys.pop()
    body = bytearray(bucket[key].body)
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    rewritten(bucket, key, bytes(body))
    return {key}


def truncated(chance: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = keys.pop()
    rewritten(bucket, key, bucket[key].body[: chance.randrange(len(bucket[key].body))])
    return {key}


def swapped(_: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    one, other = keys.pop(), keys.pop()
    bucket[one], bucket[other] = bucket[other], bucket[one]
    return {one, other}


def stale(_: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = keys.pop()
    rewritten(bucket, key, b"an earlier version".ljust(len(bucket[key].body))[: len(bucket[key].body)])
    return {key}


def missing(_: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = keys.pop()
    del bucket[key]
    return {key}


def extra(chance: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = f"extra/{chance.random()}"
    bucket[key] = bucket[keys[-1]]
    return {key}


def other_metadata(_: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = keys.pop()
    old = bucket[key]
    bucket[key] = Thing(old.body, {**old.headers, "x-amz-meta-owner": "nobody"}, old.etag, old.modified)
    return {key}


def other_type(_: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = keys.pop()
    old = bucket[key]
    bucket[key] = Thing(old.body, {**old.headers, "content-type": "text/html"}, old.etag, old.modified)
    return {key}


def half_of_its_parts(_: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = keys.pop()
    old = bucket[key]
    bucket[key] = Thing(old.body[: len(old.body) // 2], old.headers, f"{old.etag}-1", old.modified)
    return {key}


def folded(_: random.Random, bucket: Bucket, keys: list[str]) -> set[str]:
    key = keys.pop()
    bucket[key.lower()] = bucket.pop(key)
    return {key, key.lower()}


KINDS: tuple[Mutation, ...] = (
    flipped, truncated, swapped, stale, missing, extra, other_metadata, other_type, half_of_its_parts, folded,
)  # fmt: skip


def full(pair: Pair) -> Pair:
    for number in range(200):
        pair.here.put("src", f"Folder-{number % 5}/Key-{number}", b"%d:" % number * 30, x_amz_meta_owner=f"o{number}")
    assert pair.copy().objects == 200
    return pair


@pytest.mark.parametrize("seed", [1, 2])
def test_a_hundred_corruptions_are_found_and_named(pair: Pair, seed: int) -> None:
    full(pair)
    chance = random.Random(seed)
    keys = sorted(pair.there.buckets["dst"])
    chance.shuffle(keys)
    wrong: set[str] = set()
    for number in range(100):
        wrong |= KINDS[number % len(KINDS)](chance, pair.there.buckets["dst"], keys)

    found = pair.verify()

    assert {line.partition(": ")[0] for line in found.differing} == wrong
    assert found.equal == len(set(pair.here.buckets["src"]) | set(pair.there.buckets["dst"])) - len(wrong)


def test_none_is_invented_on_a_clean_copy(pair: Pair) -> None:
    found = full(pair).verify()

    assert (found.equal, found.looked, found.of, found.differing) == (200, 200, 200, ())


def test_a_sample_says_what_it_leaves_open(pair: Pair) -> None:
    found = full(pair).verify(sample=60)

    assert (found.looked, found.of, found.differing) == (60, 200, ())
    assert found.unseen == pytest.approx(3 / 60)


def test_a_key_only_one_side_has_is_found_by_any_sample(pair: Pair) -> None:
    full(pair)
    del pair.there.buckets["dst"]["Folder-3/Key-3"]

    assert pair.verify(sample=1).differing == ("Folder-3/Key-3: missing at b",)
