"""A store that was killed comes back as it was."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest

from exitkit.lab.alone import Alone, alone
from exitkit.lab.endpoint import LOG
from exitkit.lab.front.memory import Memory
from tests.lab.front.conftest import client

pytestmark = pytest.mark.lab


def of(store: Alone) -> Any:
    return client(store.url, store.access_key, store.secret_key)


def everything(store: Any) -> Any:
    """What a store holds, times and ids included."""
    found = []
    for bucket in [each["Name"] for each in store.list_buckets()["Buckets"]]:
        answer = store.list_object_versions(Bucket=bucket)
        for each in answer.get("Versions", []):
            asked = {"Bucket": bucket, "Key": each["Key"], "VersionId": each["VersionId"]}
            if each["VersionId"] == "null":
                del asked["VersionId"]
            head = store.head_object(**asked)
            del head["ResponseMetadata"]
            tags = store.get_object_tagging(**asked)["TagSet"]
            found.append((bucket, each, head, tags, store.get_object(**asked)["Body"].read()))
        found += [(bucket, each) for each in answer.get("DeleteMarkers", [])]
        found += [(bucket, each["UploadId"]) for each in store.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]
    return found


def live(store: Any) -> dict[str, str]:
    """Change a store in every way the front and moto know; answers an upload that goes on."""
    store.create_bucket(Bucket="plain")
    store.create_bucket(Bucket="kept")
    store.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    for bucket in ("plain", "kept"):
        for number in range(5):
            store.put_object(Bucket=bucket, Key=f"é/{number}", Body=b"x" * number, Metadata={"n": "1"}, Tagging="a=1")
            store.put_object(Bucket=bucket, Key=f"é/{number}", Body=b"y" * number, ContentType="text/plain")
        store.delete_object(Bucket=bucket, Key="é/1")
        store.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "é/2"}]})
        store.put_object_tagging(Bucket=bucket, Key="é/3", Tagging={"TagSet": [{"Key": "t", "Value": "v"}]})
        store.put_object(Bucket=bucket, Key="secret", Body=b"1", ServerSideEncryption="aws:kms")
        store.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": "plain", "Key": "é/3"})
        place = {"Bucket": bucket, "Key": "parts"}
        place["UploadId"] = store.create_multipart_upload(**place)["UploadId"]
        tags = [store.upload_part(**place, PartNumber=n, Body=bytes([n]) * (5 << 20))["ETag"] for n in (1, 2)]
        told = {"Parts": [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]}
        store.complete_multipart_upload(**place, MultipartUpload=told)
    first = store.list_object_versions(Bucket="kept", Prefix="é/4")["Versions"][-1]
    store.delete_object(Bucket="kept", Key="é/4", VersionId=first["VersionId"])
    place = {"Bucket": "plain", "Key": "running"}
    place["UploadId"] = store.create_multipart_upload(**place, Tagging="by=moto")["UploadId"]
    store.upload_part(**place, PartNumber=1, Body=b"one")
    return place


def test_killed_and_started_again_it_is_the_same(folder: Path) -> None:
    with alone(folder) as store:
        place = live(of(store))
        before = everything(of(store))
        store.process.kill()
        store.process.wait()

    with alone(folder) as store:
        again = of(store)
        assert everything(again) == before
        tag = again.upload_part(**place, PartNumber=2, Body=b"two")["ETag"]
        told = {"Parts": [{"PartNumber": 2, "ETag": tag}]}
        assert again.complete_multipart_upload(**place, MultipartUpload=told)["ETag"].endswith('-1"')
        assert again.get_object_tagging(Bucket="plain", Key="running")["TagSet"] == [{"Key": "by", "Value": "moto"}]


def test_a_torn_end_is_cut_off_and_writing_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "log"
    memory = Memory(file)
    memory.write({"op": "put", "key": "é"}, b"first")
    memory.write({"op": "put", "key": "b"}, b"second")
    with file.open("r+b") as log:
        log.truncate(file.stat().st_size - 3)

    torn = Memory(file)
    assert [(change["key"], body) for change, body in torn.read()] == [("é", b"first")]
    torn.write({"op": "put", "key": "c"}, b"third")

    assert [body for _, body in Memory(file).read()] == [b"first", b"third"]


def test_ten_thousand_objects_come_back_in_seconds(folder: Path) -> None:
    folder.mkdir()
    with alone(folder) as store:
        of(store).create_bucket(Bucket="many")
    memory = Memory(folder / LOG)
    list(memory.read())
    body = bytes(4096)
    tag = hashlib.md5(body).hexdigest()
    for number in range(10_000):
        memory.write({"op": "put", "bucket": "many", "key": f"{number:05}", "etag": tag, "at": number}, body)

    began = time.monotonic()
    with alone(folder) as store:
        took = time.monotonic() - began
        pages = of(store).get_paginator("list_objects_v2").paginate(Bucket="many")
        assert sum(page["KeyCount"] for page in pages) == 10_000

    assert took < 20


def test_fast_and_slow_changes_at_once_have_one_order(folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with alone(folder) as store:
        each = of(store)
        each.create_bucket(Bucket="kept")
        each.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})

        def change(number: int) -> None:
            moto = {"ServerSideEncryption": "AES256"} if number % 3 == 0 else {}
            each.put_object(Bucket="kept", Key=f"k{number % 5}", Body=str(number).encode(), **moto)
            if number % 7 == 0:
                each.delete_object(Bucket="kept", Key=f"k{number % 5}")

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(change, range(150)))
        before = everything(each)
        store.process.kill()
        store.process.wait()

    assert len(before) == 150 + len(range(0, 150, 7))
    with alone(folder) as store:
        assert everything(of(store)) == before
