"""What a client may ask of an object store, and what it sees of the answer.

A probe is given a client and an empty bucket, and answers a value that two stores can be compared by: no times, no ids.
"""

from __future__ import annotations

import base64
import hashlib
import io
import urllib.request
import zlib
from collections.abc import Callable
from typing import Any

Client = Any
PROBES: dict[str, Callable[[Client, str], Any]] = {}

KEYS = (
    "sp ace.pdf", "plus+sign", "uni/é-日本.pdf", "pct%20lit", "a//b", "dot/./x", "dots/../x", "amp&q?=#", "trail/",
    "tilde~!*'()", "semi;colon:at@", "back\\slash", 'quote"<xml>', "x" * 900,
)  # fmt: skip


def probe(does: Callable[[Client, str], Any]) -> Callable[[Client, str], Any]:
    """Take a function in among the probes."""
    PROBES[does.__name__] = does
    return does


def said(call: Callable[..., Any], **asked: Any) -> Any:
    """What a call answers, or the code and status it is refused with."""
    from botocore.exceptions import ClientError

    try:
        answer = call(**asked)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def seen(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what differs from one call to the next."""
    unlike = ("ResponseMetadata", "LastModified", "VersionId", "Body", "ServerSideEncryption")
    return {name: value for name, value in answer.items() if name not in unlike}


def sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def fill(client: Client, bucket: str, count: int = 24) -> list[str]:
    keys = [*sorted(f"l/{i % 3}/{i:03}" for i in range(count)), "m", "n/1"]
    for key in keys:
        client.put_object(Bucket=bucket, Key=key, Body=key.encode())
    return keys


@probe
def put_answers_the_md5(client: Client, bucket: str) -> Any:
    return client.put_object(Bucket=bucket, Key="k", Body=b"hello")["ETag"]


@probe
def get_gives_back_bytes_and_headers(client: Client, bucket: str) -> Any:
    client.put_object(
        Bucket=bucket, Key="k", Body=b"hello", ContentType="application/pdf", CacheControl="max-age=5",
        ContentDisposition="inline", ContentEncoding="gzip", ContentLanguage="fr",
        Metadata={"foo": "bar", "x-y": "Zed"},
    )  # fmt: skip
    answer = client.get_object(Bucket=bucket, Key="k")
    return seen(answer), answer["Body"].read()


@probe
def head_says_what_get_says(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"hello", ContentType="text/plain", Metadata={"a": "b"})
    return seen(client.head_object(Bucket=bucket, Key="k"))


@probe
def the_usual_content_type(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"")
    return seen(client.head_object(Bucket=bucket, Key="k"))


@probe
def a_missing_key(client: Client, bucket: str) -> Any:
    return said(client.get_object, Bucket=bucket, Key="none"), said(client.head_object, Bucket=bucket, Key="none")


@probe
def a_missing_bucket(client: Client, bucket: str) -> Any:
    none = bucket + "-none"
    calls = (client.get_object, client.head_object, client.delete_object)
    return [said(call, Bucket=none, Key="k") for call in calls], said(client.list_objects_v2, Bucket=none)


@probe
def ranges(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=bytes(range(100)))
    found = []
    for span in ("bytes=10-19", "bytes=90-", "bytes=-7", "bytes=0-99", "bytes=0-500", "bytes=-500", "bytes=5-5"):
        answer = client.get_object(Bucket=bucket, Key="k", Range=span)
        found.append((answer["ResponseMetadata"]["HTTPStatusCode"], answer.get("ContentRange"), answer["Body"].read()))
    return found


@probe
def ranges_that_are_none(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=bytes(range(100)))
    return [
        said(client.get_object, Bucket=bucket, Key="k", Range=span) for span in ("bytes=100-", "bytes=9-3", "x=1-2")
    ]


@probe
def conditions_on_reading(client: Client, bucket: str) -> Any:
    tag = client.put_object(Bucket=bucket, Key="k", Body=b"hello")["ETag"]
    asked = ({"IfMatch": tag}, {"IfMatch": '"0"'}, {"IfNoneMatch": tag}, {"IfNoneMatch": '"0"'})
    return [
        said(call, Bucket=bucket, Key="k", **each) for each in asked for call in (client.get_object, client.head_object)
    ]


@probe
def conditions_on_writing(client: Client, bucket: str) -> Any:
    found = [said(client.put_object, Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")]
    tag = client.head_object(Bucket=bucket, Key="k")["ETag"]
    found.append(said(client.put_object, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*"))
    found.append(said(client.put_object, Bucket=bucket, Key="k", Body=b"3", IfMatch='"0"'))
    found.append(said(client.put_object, Bucket=bucket, Key="k", Body=b"4", IfMatch=tag))
    return found, client.get_object(Bucket=bucket, Key="k")["Body"].read()


@probe
def overwriting(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1", Metadata={"a": "b"})
    client.put_object(Bucket=bucket, Key="k", Body=b"22")
    return seen(client.head_object(Bucket=bucket, Key="k")), client.list_objects_v2(Bucket=bucket)["KeyCount"]


@probe
def deleting_and_deleting_again(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1")
    found = [said(client.delete_object, Bucket=bucket, Key="k") for _ in range(2)]
    return found, said(client.head_object, Bucket=bucket, Key="k"), client.list_objects_v2(Bucket=bucket)["KeyCount"]


@probe
def deleting_many(client: Client, bucket: str) -> Any:
    fill(client, bucket)
    wanted = {"Objects": [{"Key": "m"}, {"Key": "none"}, {"Key": "l/0/000"}]}
    answer = client.delete_objects(Bucket=bucket, Delete=wanted)
    return answer.get("Deleted"), [each["Key"] for each in client.list_objects_v2(Bucket=bucket)["Contents"]]


@probe
def odd_keys_come_back(client: Client, bucket: str) -> Any:
    found = []
    for key in KEYS:
        client.put_object(Bucket=bucket, Key=key, Body=key.encode())
        found.append(client.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode())
    listed = [each["Key"] for each in client.list_objects_v2(Bucket=bucket)["Contents"]]
    return all(found), listed


@probe
def listing_whole(client: Client, bucket: str) -> Any:
    fill(client, bucket)
    answer = client.list_objects_v2(Bucket=bucket)
    contents = [seen(each) for each in answer.pop("Contents")]
    return seen(answer), contents


@probe
def listing_in_pages(client: Client, bucket: str) -> Any:
    fill(client, bucket)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 7})
    return [[each["Key"] for each in page["Contents"]] for page in pages]


@probe
def listing_by_folders(client: Client, bucket: str) -> Any:
    fill(client, bucket)
    found = []
    for prefix in ("", "l/", "l", "l/1", "zz"):
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, Delimiter="/", PaginationConfig={"PageSize": 2}
        )
        for page in pages:
            keys = [each["Key"] for each in page.get("Contents", [])]
            found.append((keys, [each["Prefix"] for each in page.get("CommonPrefixes", [])]))
    return found


@probe
def listing_after_a_key(client: Client, bucket: str) -> Any:
    fill(client, bucket)
    found = []
    for after in ("l/1", "l/1/004", "m", "zz", ""):
        answer = client.list_objects_v2(Bucket=bucket, StartAfter=after, Prefix="l/", Delimiter="/")
        whole = client.list_objects_v2(Bucket=bucket, StartAfter=after)
        found.append((answer.get("CommonPrefixes"), [each["Key"] for each in whole.get("Contents", [])]))
    return found


@probe
def the_first_listing(client: Client, bucket: str) -> Any:
    fill(client, bucket)
    pages = client.get_paginator("list_objects").paginate(Bucket=bucket, Prefix="l/", PaginationConfig={"PageSize": 5})
    return [each["Key"] for page in pages for each in page["Contents"]]


@probe
def the_first_listing_says_its_owner(client: Client, bucket: str) -> Any:
    fill(client, bucket, 3)
    return [seen(each) for each in client.list_objects(Bucket=bucket)["Contents"]]


@probe
def the_next_marker(client: Client, bucket: str) -> Any:
    fill(client, bucket)
    return client.list_objects(Bucket=bucket, MaxKeys=3).get("NextMarker")


@probe
def more_than_a_thousand_at_once(client: Client, bucket: str) -> Any:
    return client.list_objects_v2(Bucket=bucket, MaxKeys=5000)["MaxKeys"]


@probe
def no_keys_at_all(client: Client, bucket: str) -> Any:
    fill(client, bucket, 3)
    return seen(client.list_objects_v2(Bucket=bucket, MaxKeys=0))


@probe
def in_parts(client: Client, bucket: str) -> Any:
    from boto3.s3.transfer import TransferConfig

    body = bytes(range(256)) * 4096 * 11
    parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    extra = {"ContentType": "application/pdf", "Metadata": {"a": "b"}}
    client.upload_fileobj(io.BytesIO(body), bucket, "k", Config=parts, ExtraArgs=extra)
    answer = client.get_object(Bucket=bucket, Key="k")
    return seen(answer), hashlib.sha256(answer["Body"].read()).hexdigest()


def begun(client: Client, bucket: str) -> dict[str, str]:
    upload = client.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    return {"Bucket": bucket, "Key": "k", "UploadId": upload}


@probe
def parts_that_are_wrong(client: Client, bucket: str) -> Any:
    place = begun(client, bucket)
    tags = [client.upload_part(**place, PartNumber=n, Body=b"small" * n)["ETag"] for n in (1, 2)]
    found = []
    for parts in ([(1, '"0"')], [(1, tags[0]), (2, tags[1])], [(3, tags[0])]):
        told = {"Parts": [{"PartNumber": number, "ETag": tag} for number, tag in parts]}
        found.append(said(client.complete_multipart_upload, **place, MultipartUpload=told))
    return found, said(client.head_object, Bucket=bucket, Key="k")


@probe
def parts_in_disorder(client: Client, bucket: str) -> Any:
    place = begun(client, bucket)
    body = bytes(5 << 20)
    tags = {number: client.upload_part(**place, PartNumber=number, Body=body)["ETag"] for number in (1, 2)}
    told = {"Parts": [{"PartNumber": number, "ETag": tags[number]} for number in (2, 1)]}
    return said(client.complete_multipart_upload, **place, MultipartUpload=told)


@probe
def parts_listed_and_given_up(client: Client, bucket: str) -> Any:
    place = begun(client, bucket)
    client.upload_part(**place, PartNumber=2, Body=b"two")
    client.upload_part(**place, PartNumber=1, Body=b"one")
    parts = [(each["PartNumber"], each["ETag"], each["Size"]) for each in client.list_parts(**place)["Parts"]]
    running = len(client.list_multipart_uploads(Bucket=bucket)["Uploads"])
    given_up = [said(client.abort_multipart_upload, **place) for _ in range(2)]
    return parts, running, given_up, client.list_multipart_uploads(Bucket=bucket).get("Uploads")


@probe
def a_part_of_no_upload(client: Client, bucket: str) -> Any:
    return said(client.upload_part, Bucket=bucket, Key="k", UploadId="none", PartNumber=1, Body=b"x")


@probe
def completing_twice(client: Client, bucket: str) -> Any:
    place = begun(client, bucket)
    tag = client.upload_part(**place, PartNumber=1, Body=b"one")["ETag"]
    told = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    return [client.complete_multipart_upload(**place, MultipartUpload=told)["ETag"] for _ in range(2)]


@probe
def copying(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="a b/ü", Body=b"hello", ContentType="text/plain", Metadata={"a": "b"})
    client.put_object_tagging(Bucket=bucket, Key="a b/ü", Tagging={"TagSet": [{"Key": "t", "Value": "v"}]})
    source = {"Bucket": bucket, "Key": "a b/ü"}
    copied = client.copy_object(Bucket=bucket, Key="c", CopySource=source)["CopyObjectResult"]["ETag"]
    client.copy_object(Bucket=bucket, Key="d", CopySource=source, MetadataDirective="REPLACE", Metadata={"x": "y"})
    heads = [seen(client.head_object(Bucket=bucket, Key=key)) for key in "cd"]
    return copied, heads, client.get_object_tagging(Bucket=bucket, Key="c")["TagSet"]


@probe
def copying_onto_itself_or_from_nowhere(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1")
    itself = said(client.copy_object, Bucket=bucket, Key="k", CopySource={"Bucket": bucket, "Key": "k"})
    return itself, said(client.copy_object, Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "none"})


@probe
def tags(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1", Tagging="a=1&b=2")
    head = seen(client.head_object(Bucket=bucket, Key="k"))
    first = client.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]
    client.put_object(Bucket=bucket, Key="k", Body=b"2")
    return head, first, client.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]


@probe
def storage_classes(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1", StorageClass="STANDARD_IA")
    client.put_object(Bucket=bucket, Key="g", Body=b"1", StorageClass="GLACIER")
    wrong = said(client.put_object, Bucket=bucket, Key="w", Body=b"1", StorageClass="NONE")
    classes = [each["StorageClass"] for each in client.list_objects_v2(Bucket=bucket)["Contents"]]
    return (
        seen(client.head_object(Bucket=bucket, Key="k")),
        classes,
        said(client.get_object, Bucket=bucket, Key="g"),
        wrong,
    )


@probe
def acls(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1", ACL="public-read")
    client.put_object(Bucket=bucket, Key="p", Body=b"1", ACL="private")
    client.put_object_acl(Bucket=bucket, Key="p", ACL="authenticated-read")
    return [len(client.get_object_acl(Bucket=bucket, Key=key)["Grants"]) for key in "kp"]


def versioned(client: Client, bucket: str) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


@probe
def versions(client: Client, bucket: str) -> Any:
    versioned(client, bucket)
    first = client.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    client.put_object(Bucket=bucket, Key="k", Body=b"22")
    marker = client.delete_object(Bucket=bucket, Key="k")
    gone = said(client.get_object, Bucket=bucket, Key="k"), said(client.head_object, Bucket=bucket, Key="k")
    old = client.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read()
    client.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    back = client.get_object(Bucket=bucket, Key="k")["Body"].read()
    client.delete_object(Bucket=bucket, Key="k", VersionId=first)
    left = client.list_object_versions(Bucket=bucket)["Versions"]
    return marker["DeleteMarker"], gone, old, back, [(each["Key"], each["Size"], each["IsLatest"]) for each in left]


@probe
def versions_listed(client: Client, bucket: str) -> Any:
    versioned(client, bucket)
    for key in ("a", "b", "c"):
        client.put_object(Bucket=bucket, Key=key, Body=b"1")
        client.put_object(Bucket=bucket, Key=key, Body=b"22")
    client.delete_object(Bucket=bucket, Key="b")
    answer = client.list_object_versions(Bucket=bucket)
    found = [(each["Key"], each["Size"], each["ETag"], each["IsLatest"]) for each in answer["Versions"]]
    return found, [(each["Key"], each["IsLatest"]) for each in answer["DeleteMarkers"]]


@probe
def versions_listed_in_pages(client: Client, bucket: str) -> Any:
    versioned(client, bucket)
    for number in range(9):
        client.put_object(Bucket=bucket, Key=f"k{number % 3}", Body=b"1" * number)
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    return [(each["Key"], each["Size"]) for page in pages for each in page.get("Versions", [])]


@probe
def versions_suspended(client: Client, bucket: str) -> Any:
    versioned(client, bucket)
    client.put_object(Bucket=bucket, Key="k", Body=b"1")
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    client.put_object(Bucket=bucket, Key="k", Body=b"22")
    return client.get_object(Bucket=bucket, Key="k")["Body"].read()


@probe
def locks(client: Client, bucket: str) -> Any:
    from datetime import UTC, datetime, timedelta

    locked = bucket + "-locked"
    client.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
    until = datetime.now(UTC) + timedelta(days=1)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
    version = client.put_object(Bucket=locked, Key="k", Body=b"1", ChecksumAlgorithm="SHA256", **lock)["VersionId"]
    deleted = said(client.delete_object, Bucket=locked, Key="k", VersionId=version)
    return client.head_object(Bucket=locked, Key="k")["ObjectLockMode"], deleted


@probe
def encryption(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1", ServerSideEncryption="aws:kms")
    return client.head_object(Bucket=bucket, Key="k").get("ServerSideEncryption")


@probe
def attributes(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"hello")
    return seen(client.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ETag", "ObjectSize"]))


@probe
def what_a_bucket_is_set_up_for(client: Client, bucket: str) -> Any:
    rule = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": "t/"}, "Expiration": {"Days": 1}}
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    cors = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration=cors)
    client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    return (
        client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
        client.get_bucket_cors(Bucket=bucket)["CORSRules"],
        client.get_bucket_tagging(Bucket=bucket)["TagSet"],
        client.get_bucket_versioning(Bucket=bucket).get("Status"),
    )


@probe
def a_policy_that_denies(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1")
    deny = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject",'
        f'"Resource":"arn:aws:s3:::{bucket}/*"}}]}}'
    )
    client.put_bucket_policy(Bucket=bucket, Policy=deny)
    denied = said(client.get_object, Bucket=bucket, Key="k")[1]
    client.delete_bucket_policy(Bucket=bucket)
    return denied, said(client.get_object, Bucket=bucket, Key="k")


@probe
def a_bucket_that_is_not_empty(client: Client, bucket: str) -> Any:
    client.put_object(Bucket=bucket, Key="k", Body=b"1")
    full = said(client.delete_bucket, Bucket=bucket)
    client.delete_object(Bucket=bucket, Key="k")
    return full, said(client.delete_bucket, Bucket=bucket), said(client.head_bucket, Bucket=bucket)


@probe
def a_url_that_carries_its_signature(client: Client, bucket: str) -> Any:
    put = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "k é"}, ExpiresIn=60)
    asked = urllib.request.Request(put, b"hello", {"Content-Type": "text/plain"}, method="PUT")
    with urllib.request.urlopen(asked) as answer:
        status = answer.status
    get = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k é"}, ExpiresIn=60)
    with urllib.request.urlopen(get) as answer:
        return status, answer.read()


@probe
def checksums_on_request(client: Client, bucket: str) -> Any:
    found = []
    for name in ("SHA256", "SHA1", "CRC32"):
        client.put_object(Bucket=bucket, Key=name, Body=b"hello", ChecksumAlgorithm=name)
        head = client.head_object(Bucket=bucket, Key=name, ChecksumMode="ENABLED")
        found.append(head[f"Checksum{name}"])
    return found


@probe
def a_stream_with_a_trailer(client: Client, bucket: str) -> Any:
    body = io.BytesIO(b"h" * 100_000)
    client.put_object(Bucket=bucket, Key="k", Body=body, ChecksumAlgorithm="CRC32")
    return client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"h" * 100_000


@probe
def a_checksum_without_its_algorithm_said(client: Client, bucket: str) -> Any:
    value = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
    client.put_object(Bucket=bucket, Key="k", Body=b"hello", ChecksumCRC32=value)
    return client.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED").get("ChecksumCRC32")


@probe
def a_wrong_content_md5(client: Client, bucket: str) -> Any:
    wrong = base64.b64encode(hashlib.md5(b"x").digest()).decode()
    return said(client.put_object, Bucket=bucket, Key="k", Body=b"hello", ContentMD5=wrong)


@probe
def a_wrong_checksum(client: Client, bucket: str) -> Any:
    return said(client.put_object, Bucket=bucket, Key="k", Body=b"hello", ChecksumSHA256=sha256(b"x"))


@probe
def a_key_that_is_too_long(client: Client, bucket: str) -> Any:
    return said(client.put_object, Bucket=bucket, Key="k" * 1025, Body=b"")


@probe
def metadata_that_is_too_much(client: Client, bucket: str) -> Any:
    return said(client.put_object, Bucket=bucket, Key="k", Body=b"", Metadata={"a": "b" * 3000})


@probe
def a_token_that_is_made_up(client: Client, bucket: str) -> Any:
    from botocore.exceptions import BotoCoreError

    try:
        return said(client.list_objects_v2, Bucket=bucket, ContinuationToken="made-up")
    except BotoCoreError as error:
        return type(error).__name__
