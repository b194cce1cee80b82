"""An endpoint that was killed comes back as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from exitkit.lab.endpoint import LOG
from exitkit.lab.front.emulator import changes
from exitkit.lab.front.exchange import Request
from tests.lab.conftest import REGION, Endpoint

pytestmark = pytest.mark.lab

Endpoints = Callable[[], Endpoint]


def filled(endpoint: Endpoint) -> None:
    """A bucket with versions, one object written twice, one removed; a machine that runs and one that is gone."""
    store, machines = endpoint.client("s3"), endpoint.client("ec2")
    store.create_bucket(Bucket="dossiers", CreateBucketConfiguration={"LocationConstraint": REGION})
    store.put_bucket_versioning(Bucket="dossiers", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"first", b"second"):
        store.put_object(Bucket="dossiers", Key="2020/é 1.pdf", Body=body, ContentType="application/pdf")
    store.put_object(Bucket="dossiers", Key="gone", Body=b"gone")
    store.delete_object(Bucket="dossiers", Key="gone")
    started = machines.run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2)["Instances"]
    machines.terminate_instances(InstanceIds=[started[0]["InstanceId"]])


def world(endpoint: Endpoint) -> dict[str, Any]:
    """Everything there is, as AWS's own library sees it."""
    store, machines = endpoint.client("s3"), endpoint.client("ec2")
    listed = store.list_object_versions(Bucket="dossiers")
    body = store.get_object(Bucket="dossiers", Key="2020/é 1.pdf")
    found = [one for group in machines.describe_instances()["Reservations"] for one in group["Instances"]]
    return {
        "versions": [(one["Key"], one["VersionId"], one["ETag"], one["IsLatest"]) for one in listed["Versions"]],
        "removed": [(one["Key"], one["VersionId"]) for one in listed["DeleteMarkers"]],
        "body": (body["Body"].read(), body["ContentType"]),
        "machines": sorted((one["InstanceId"], one["State"]["Name"], one["ImageId"]) for one in found),
    }


def keys(endpoint: Endpoint) -> list[str]:
    """Every object there is, by name."""
    return [one["Key"] for one in endpoint.client("s3").list_objects_v2(Bucket="dossiers")["Contents"]]


def test_a_killed_endpoint_comes_back_with_the_same_objects_versions_and_machines(endpoints: Endpoints) -> None:
    first = endpoints()
    filled(first)
    before = world(first)
    first.kill()

    after = world(endpoints())

    assert after == before
    assert len(before["versions"]) == 3
    assert before["body"] == (b"second", "application/pdf")
    assert {state for _, state, _ in before["machines"]} == {"running", "terminated"}


def test_what_comes_after_a_torn_last_line_is_remembered_too(endpoints: Endpoints) -> None:
    first = endpoints()
    store = first.client("s3")
    store.create_bucket(Bucket="dossiers", CreateBucketConfiguration={"LocationConstraint": REGION})
    store.put_object(Bucket="dossiers", Key="before", Body=b"before")
    first.kill()
    with (first.folder / LOG).open("ab") as log:
        log.write(b'\x90\0\0\0\x06\0\0\0\0\0\0\0{"op": "put", "bucket": "doss')

    second = endpoints()
    assert keys(second) == ["before"]
    second.client("s3").put_object(Bucket="dossiers", Key="later", Body=b"later")
    second.kill()

    assert keys(endpoints()) == ["before", "later"]


def test_an_empty_object_is_an_object(endpoints: Endpoints) -> None:
    store = endpoints().client("s3")
    store.create_bucket(Bucket="dossiers", CreateBucketConfiguration={"LocationConstraint": REGION})

    store.put_object(Bucket="dossiers", Key="empty", Body=b"")

    assert store.get_object(Bucket="dossiers", Key="empty")["Body"].read() == b""


def test_what_was_refused_or_only_read_is_not_remembered(endpoints: Endpoints) -> None:
    from botocore.exceptions import ClientError

    endpoint = endpoints()
    log = endpoint.folder / LOG
    endpoint.client("s3").list_buckets()
    for client in (endpoint.client("s3"), endpoint.client("s3", secret="guessed")):
        with pytest.raises(ClientError):
            client.put_object(Bucket="nowhere", Key="a", Body=b"a")

    assert log.read_bytes() == b""
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("method", "service", "asked", "changed"),
    [
        ("GET", "s3", "", False),
        ("HEAD", "s3", "", False),
        ("PUT", "s3", "", True),
        ("DELETE", "s3", "", True),
        ("POST", "ec2", "Action=DescribeInstances", False),
        ("POST", "ec2", "Action=RunInstances", True),
        ("POST", "ec2", "", False),
    ],
)
def test_what_changes_something_is_told_by_method_or_action(
    method: str, service: str, asked: str, changed: bool
) -> None:
    assert changes(Request(method, "/", {}, asked.encode()), service) is changed
