"""The S3 engine against stores that are not ours: moto for what S3 has, a TLS listener for certificates."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path

import pytest

from exitkit.drivers.s3 import S3Store, deleting
from exitkit.drivers.s3.pace import Limits, Turns
from exitkit.drivers.s3.profile import read_profile
from exitkit.errors import OutsideError, Refused, UsageError
from exitkit.ports import Blob, Secret
from exitkit.transfer.copy import Place, copy
from exitkit.transfer.journal import Journal
from exitkit.transfer.leftover import leftover
from exitkit.transfer.one import Rules
from exitkit.transfer.versions import copy_versions
from tests.unit.drivers.s3.strange import strange


@pytest.fixture(scope="module")
def moto() -> Iterator[S3Store]:
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    yield S3Store(f"http://127.0.0.1:{port}", region="eu-west-3", access_key="k", secret_key=Secret.of("s"))
    server.stop()


def history(store: S3Store, bucket: str) -> list[tuple[str, bool, bytes]]:
    async def told() -> list[tuple[str, bool, bytes]]:
        flow, found = store.flow(bucket), []
        async for page in flow.pages(versions=True):
            for one in page:
                body = b"" if one.deleted else bytes((await flow.read(one.key, version=one.version)).blob.body)
                found.append((one.key, one.deleted, body))
        await flow.close()
        return found

    return asyncio.run(told())


@pytest.mark.parametrize("guarded", [False, True])
def test_every_version_and_marker_is_copied_in_order_and_once(moto: S3Store, tmp_path: Path, guarded: bool) -> None:
    here, there, rules = f"history-{guarded}".lower(), f"kept-{guarded}".lower(), Rules(guarded=guarded)
    for bucket in (here, there):
        moto.create(bucket, versions=True)
    for number in range(3):
        for key in ("a b", "é/c+"):
            moto.put(here, key, Blob(f"{key} {number}".encode()))
            time.sleep(0.002)
    moto.delete(here, "a b")
    places = Place("a", moto, here), Place("b", moto, there)

    with Journal(tmp_path / "j", origin="a", to="b") as journal:
        first = copy_versions(*places, journal, rules=rules)
        again = copy_versions(*places, journal, rules=rules)
        kept = history(moto, there)
        moto.put(
            here, "é/c+", Blob(b"later")
        )  # moto tells by the second when a marker was made, unless it is the latest
        later = copy_versions(*places, journal, rules=rules)

    assert (first.objects, first.removed, first.refusals) == (6, 1, 0)
    assert (again.objects, again.removed, again.skipped) == (0, 0, 7)
    assert (later.objects, later.refusals) == (1, 0)
    assert history(moto, there) == history(moto, here)
    assert [body for _, gone, body in kept if not gone][:3] == [b"a b 0", b"a b 1", b"a b 2"]


def test_versions_are_not_moved_to_where_none_are_kept(moto: S3Store, tmp_path: Path) -> None:
    moto.create("history-of", versions=True)
    moto.create("keeps-none")
    places = Place("a", moto, "history-of"), Place("b", moto, "keeps-none")

    with Journal(tmp_path / "j", origin="a", to="b") as journal, pytest.raises(Refused, match="keeps no versions"):
        copy_versions(*places, journal)


def test_tags_are_carried_when_asked(moto: S3Store) -> None:
    store = S3Store(
        moto.access("x").values["ENDPOINT"], region="eu-west-3", access_key="k", secret_key=Secret.of("s"),
        with_tags=True,
    )  # fmt: skip
    store.create("tagged")
    store.put("tagged", "one", Blob(b"x", tags={"a b": "c=d", "e": "1+2"}))

    assert store.get("tagged", "one").tags == {"a b": "c=d", "e": "1+2"}


def test_tags_are_carried_whatever_way_an_object_goes(moto: S3Store, tmp_path: Path) -> None:
    store = S3Store(
        moto.access("x").values["ENDPOINT"], region="eu-west-3", access_key="k", secret_key=Secret.of("s"),
        with_tags=True,
    )  # fmt: skip
    for bucket in ("tags-out", "tags-in"):
        store.create(bucket)
    tags = {"a b": "c=d"}
    for key, size in (("whole", 1), ("streamed", 9 * 2**20)):
        store.put("tags-out", key, Blob(b"x" * size, tags=tags))

    with Journal(tmp_path / "j", origin="a", to="b") as journal:
        tally = copy(Place("a", store, "tags-out"), Place("b", store, "tags-in"), journal)

    assert tally.objects == 2
    assert {key: store.get("tags-in", key).tags for key in ("whole", "streamed")} == {"whole": tags, "streamed": tags}


def test_parts_of_uploads_that_never_ended_are_counted(moto: S3Store) -> None:
    moto.create("unended")

    async def begun() -> None:
        flow = moto.flow("unended")
        for key in ("a b", "é/c+"):
            upload = await flow.begin(key, Blob(b""))
            for number in (1, 2):
                await flow.part(key, upload, number, b"x" * 7, md5=md5(b"x" * 7).digest())
        await flow.close()

    assert leftover(Place("a", moto, "unended")) == (0, 0)
    asyncio.run(begun())
    assert leftover(Place("a", moto, "unended")) == (4, 28)


def test_an_emptied_bucket_holds_no_version_and_no_odd_key(moto: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "_AT_ONCE", 2)
    moto.create("full", versions=True)
    keys = ["a b", "&<é>", "a\x01b", "d/e", "f"]
    for key in [*keys, "a b"]:
        moto.put("full", key, Blob(key.encode()))
    moto.delete("full", "f")

    assert moto.empty("full") == len(keys)
    assert history(moto, "full") == []
    moto.remove("full")
    assert not moto.exists("full")


def test_turns_are_evenly_spaced() -> None:
    async def taken() -> float:
        turns, began = Turns(200), time.monotonic()
        await asyncio.gather(*(turns.turn() for _ in range(41)))
        return time.monotonic() - began

    assert asyncio.run(taken()) >= 0.19


def test_a_limit_of_writes_is_kept() -> None:
    with strange() as one:
        one.buckets["b"] = {}
        store, began = one.store(limits=Limits(writes=50)), time.monotonic()
        for number in range(11):
            store.put("b", str(number), Blob(b"x"))

    assert time.monotonic() - began >= 0.19


def test_a_certificate_nobody_vouches_for_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", tmp_path / "key", "-out", tmp_path / "crt"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no openssl")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    with strange() as one, strange() as behind:
        one.buckets["b"] = behind.buckets["b"] = {}
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(asyncio.start_server(behind.serve, "127.0.0.1", 0, ssl=context))
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        behind.port = server.sockets[0].getsockname()[1]

        def store() -> S3Store:
            return S3Store(
                f"https://localhost:{behind.port}", region="eu-west-3", access_key="key", secret_key=Secret.of("secret")
            )

        with pytest.raises(OutsideError, match=r"certificate of localhost:.* is not trusted"):
            store().put("b", "k", Blob(b"over tls"))
        monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "crt"))
        store().put("b", "k", Blob(b"over tls"))
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()

    assert behind.bodies("b") == {"k": b"over tls"}


def test_a_profile_is_read_from_where_aws_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[profile ovh]\nregion = gra\nendpoint_url = https://s3.gra.example\n")
    (tmp_path / "credentials").write_text("[ovh]\naws_access_key_id = a\naws_secret_access_key = b%c\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))

    found = read_profile("ovh")

    assert (found.endpoint, found.region, found.credentials.access_key) == ("https://s3.gra.example", "gra", "a")
    assert found.credentials.secret_key.reveal() == "b%c"
    assert "b%c" not in repr(found)
    with pytest.raises(UsageError, match="no profile `nobody`"):
        read_profile("nobody")
