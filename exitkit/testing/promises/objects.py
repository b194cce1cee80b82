"""What the object store of every provider does."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

from exitkit.errors import NotFound, OutsideError, Unsupported
from exitkit.ports import Blob, ObjectStore
from exitkit.testing.bench import Bench, hold, refused

ODD_KEYS = (
    "a space", "100%", "%41", "a+b", "été/naïve", "日本語", "😀", "what?", "a#b", "folder/", "it's", 'say "so"',
    "a&b<c>", "~home", "a=b;c", "*", "a,b", "back\\slash", "dot.", "UPPER", "upper", "[x]{y}", "deep/er/and/deeper",
)  # fmt: skip
"""Keys that somebody has: every store must carry each as it is."""

AWKWARD_KEYS = ("a//b", "/first", "./here", "up/../down", "..", "double//", "line\nbreak", "tab\there")
"""Keys a driver may refuse to carry, but never change."""

PAST_A_PAGE = 1_101
WORKERS = 4


def what_is_put_is_what_is_got(bench: Bench) -> None:
    """Every byte, the content type, the metadata and the headers; the size is that of the bytes."""
    blob = Blob(
        body=bytes(range(256)) * 5,
        content_type="text/csv; charset=utf-8",
        metadata={"owner": "pge", "stage": "two"},
        headers={"cache-control": "max-age=60", "content-disposition": 'attachment; filename="x.csv"'},
    )
    with bench.bucket() as (store, bucket):
        store.put(bucket, "one", blob)
        got = store.get(bucket, "one")
        hold(got.body == blob.body, "the bytes are not those that were put")
        hold(got.content_type == blob.content_type, f"the content type became {got.content_type}")
        hold(dict(got.metadata) == blob.metadata, f"the metadata became {dict(got.metadata)}")
        hold(dict(got.headers) == blob.headers, f"the headers became {dict(got.headers)}")
        hold([found.size for found in store.listing(bucket)] == [len(blob.body)], "the listing tells another size")


def what_was_packed_stays_packed(bench: Bench) -> None:
    """An object whose owner encoded it comes back encoded: its bytes are its own."""
    import gzip

    body = gzip.compress(b"a line\n" * 50, mtime=0)
    with bench.bucket() as (store, bucket):
        store.put(bucket, "log.gz", Blob(body, headers={"content-encoding": "gzip"}))
        got = store.get(bucket, "log.gz")
        hold(got.body == body, "a body with a content encoding was unpacked on the way")
        hold(got.headers.get("content-encoding") == "gzip", "the content encoding was lost")


def an_empty_object_is_an_object(bench: Bench) -> None:
    """Nothing in it, and yet there."""
    with bench.bucket() as (store, bucket):
        store.put(bucket, "empty", Blob(b""))
        hold(store.get(bucket, "empty").body == b"", "an empty object came back with something in it")
        hold([(f.key, f.size) for f in store.listing(bucket)] == [("empty", 0)], "an empty object is not listed")


def odd_keys_are_carried_as_they_are(bench: Bench) -> None:
    """Listed, read and deleted under the very key they were put."""
    with bench.bucket() as (store, bucket):
        for key in ODD_KEYS:
            store.put(bucket, key, Blob(key.encode()))
        listed = [found.key for found in store.listing(bucket)]
        hold(listed == sorted(ODD_KEYS), f"listed otherwise than put: {sorted(set(listed) ^ set(ODD_KEYS))}")
        for key in ODD_KEYS:
            hold(store.get(bucket, key).body == key.encode(), f"{key!r} is another object's")
            store.delete(bucket, key)
        hold(not list(store.listing(bucket)), "a key cannot be deleted as it was put")


def a_key_it_cannot_carry_is_refused_not_changed(bench: Bench) -> None:
    """Unsupported, and nothing written; or carried, and listed as it is."""
    with bench.bucket() as (store, bucket):
        for key in AWKWARD_KEYS:
            try:
                store.put(bucket, key, Blob(b"x"))
            except Unsupported:
                hold(not list(store.listing(bucket)), f"{key!r} was refused, and yet something was written")
                refused(partial(store.get, bucket, key), Unsupported, f"{key!r} is got, and was never put")
                continue
            listed = [found.key for found in store.listing(bucket)]
            hold(listed == [key], f"{key!r} was written as {listed}")
            hold(store.get(bucket, key).body == b"x", f"{key!r} cannot be read back")
            store.empty(bucket)


def a_listing_is_complete_past_a_page(bench: Bench) -> None:
    """Every key once, in order of key, put by several threads at once."""
    keys = [f"{number % 7}/{number}" for number in range(PAST_A_PAGE)]
    with bench.bucket() as (store, bucket):
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda key: store.put(bucket, key, Blob(key.encode())), keys))
        listed = [found.key for found in store.listing(bucket)]
        hold(all(a < b for a, b in pairwise(listed)), "the listing is not in order of key, or names a key twice")
        hold(listed == sorted(keys), f"{len(listed)} of {len(keys)} objects are listed")
        hold(store.empty(bucket) == len(keys), "emptying does not count what it removed")


def what_is_missing_is_not_found(bench: Bench) -> None:
    """A bucket that is not there, and an object that is not there."""
    with bench.bucket() as (store, bucket):
        nowhere = f"{bucket}-not"
        hold(not store.exists(nowhere), "a bucket nobody made exists")
        refused(lambda: next(iter(store.listing(nowhere)), None), NotFound, "a bucket nobody made is listed")
        refused(lambda: store.get(bucket, "missing"), NotFound, "an object nobody put is got")
        refused(lambda: store.get(nowhere, "missing"), NotFound, "an object is got from a bucket nobody made")
        refused(lambda: store.put(nowhere, "one", Blob(b"x")), OutsideError, "a bucket nobody made takes an object")


def a_put_answers_the_tag_of_the_listing(bench: Bench) -> None:
    """The same tag for the same state, another for another."""
    with bench.bucket() as (store, bucket):
        tags = []
        for body in (b"one", b"two", b""):
            tags.append(store.put(bucket, "key", Blob(body)))
            hold([f.etag for f in store.listing(bucket)] == tags[-1:], "a put answers another tag than the listing")
        hold(len(set(tags)) == 3, "other content has the same tag")


def an_overwrite_replaces_everything(bench: Bench) -> None:
    """Nothing of the old object shows through."""
    with bench.bucket() as (store, bucket):
        store.put(bucket, "key", Blob(b"long and old", "text/plain", {"old": "yes"}, {"cache-control": "no-store"}))
        store.put(bucket, "key", Blob(b"new", "text/html"))
        got = store.get(bucket, "key")
        hold((got.body, got.content_type) == (b"new", "text/html"), "the old object is still there")
        hold(not got.metadata and not got.headers, "something of the old object stayed")


def removing_twice_is_harmless(bench: Bench) -> None:
    """Deleting an object and removing a bucket that are gone."""
    with bench.bucket() as (store, bucket):
        store.put(bucket, "key", Blob(b"x"))
        for _ in range(2):
            store.delete(bucket, "key")
        for _ in range(2):
            store.remove(bucket)
        hold(not store.exists(bucket), "a bucket that was removed is there")


def a_bucket_that_holds_an_object_is_not_removed(bench: Bench) -> None:
    """Refused, and nothing lost."""
    with bench.bucket() as (store, bucket):
        store.put(bucket, "key", Blob(b"x"))
        refused(lambda: store.remove(bucket), OutsideError, "a bucket was removed with an object in it")
        hold(store.get(bucket, "key").body == b"x", "a refused removal removed something")


def emptying_counts_objects_and_takes_earlier_versions(bench: Bench) -> None:
    """However often an object was written it counts once; the bucket can be removed then."""
    with bench.bucket(versions=True) as (store, bucket):
        for number in range(3):
            store.put(bucket, "twice & <thrice>", Blob(str(number).encode()))
        store.put(bucket, "gone", Blob(b"x"))
        store.put(bucket, "stays", Blob(b"y"))
        hold([f.key for f in store.listing(bucket)] == ["gone", "stays", "twice & <thrice>"], "a version is listed")
        hold(store.empty(bucket) == 3, "emptying counts something else than objects")
        hold(not list(store.listing(bucket)), "emptying left an object")
        hold(store.empty(bucket) == 0, "emptying an empty bucket removed something")
        store.remove(bucket)
        hold(not store.exists(bucket), "an emptied bucket cannot be removed")


def creating_twice_keeps_what_is_there(bench: Bench) -> None:
    """With and without versions asked for."""
    with bench.bucket() as (store, bucket):
        store.put(bucket, "key", Blob(b"x"))
        store.create(bucket)
        store.create(bucket, versions=True)
        hold(store.get(bucket, "key").body == b"x", "creating a bucket again lost what was in it")


def a_service_is_told_how_to_reach_a_bucket(bench: Bench) -> None:
    """Which bucket, where and in which region; and no secret in plain sight."""
    with bench.bucket() as (store, bucket):
        access = store.access(bucket)
        hold(access.values.get("BUCKET") == bucket, "a service is told another bucket")
        hold({"ENDPOINT", "REGION"} <= set(access.values), "a service is not told where the bucket is")
        shown = repr(access)
        hold(all(secret.reveal() not in shown for secret in access.secrets.values()), "a secret can be printed")


def bytes_arrive_whole(bench: Bench) -> None:
    """A few megabytes have one SHA-256 before and after."""
    body = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(100_000))
    with bench.bucket() as (store, bucket):
        store.put(bucket, "large", Blob(body))
        hold(_sha(store, bucket) == hashlib.sha256(body).hexdigest(), "a large object arrived changed")


def _sha(store: ObjectStore, bucket: str) -> str:
    return hashlib.sha256(store.get(bucket, "large").body).hexdigest()
