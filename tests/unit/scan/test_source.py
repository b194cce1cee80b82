"""Application source tells calls, addresses and regions, on their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from exitkit.model.inventory import Inventory, TieKind
from tests.unit.scan.estates import look

PYTHON = '''\
"""boto3.client("iam") in a text says nothing."""
import boto3

# boto3.client("kms") in a comment says nothing
s3 = boto3.client("s3", region_name="eu-west-3")


class Queue:
    def __init__(self) -> None:
        self._queue = boto3.client("sqs")

    def tell(self) -> None:
        self._queue.send_message(QueueUrl="https://sqs.eu-west-3.amazonaws.com/123456789012/jobs")


s3.put_object(Bucket="b", Key="k")
s3.select_object_content(Bucket="b")
print("arn:aws:sns:eu-west-3:123456789012:topic")
'''
SCRIPT = """\
import { DynamoDBClient, PutItemCommand as Put } from "@aws-sdk/client-dynamodb";
const { S3Client, GetObjectCommand } = require("@aws-sdk/client-s3");
// new PutItemCommand({}) says nothing
const db = new DynamoDBClient({});
await new S3Client({}).send(new GetObjectCommand({ Bucket: "b" }));
const old = new AWS.SQS();
old.sendMessage({});
"""
JAVA = """\
package shop;
import software.amazon.awssdk.services.kms.KmsClient;
class Keys {
  private final KmsClient kms;
  Keys(KmsClient kms) { this.kms = kms; }
  void seal() { kms.encrypt(r -> r.keyId("k")); }
}
"""
GO = """\
package main

import (
\t"github.com/aws/aws-sdk-go-v2/service/sns"
\tstore "cloud.google.com/go/storage"
)

func tell(client *sns.Client) {
\tclient.Publish(ctx, &sns.PublishInput{Message: m})
\tc, err := store.NewClient(ctx)
}
"""


def told(found: Inventory) -> list[tuple[int, str, str | None]]:
    return [(one.spot.line, one.service, one.operation) for one in found.calls]


@pytest.mark.parametrize(
    ("name", "text", "calls"),
    [
        (
            "app.py",
            PYTHON,
            [
                (5, "S3", None),
                (10, "SQS", None),
                (13, "SQS", "send_message"),
                (16, "S3", "put_object"),
                (17, "S3", "select_object_content"),
            ],
        ),
        (
            "app.ts",
            SCRIPT,
            [
                (1, "DynamoDB", None),
                (2, "S3", None),
                (5, "S3", "GetObject"),
                (6, "SQS", None),
                (7, "SQS", "sendMessage"),
            ],
        ),
        ("Keys.java", JAVA, [(2, "KMS", None), (6, "KMS", "encrypt")]),
        ("main.go", GO, [(4, "SNS", None), (5, "Cloud Storage", None), (9, "SNS", "Publish")]),
    ],
)
def test_calls_are_found_on_their_lines(
    tmp_path: Path, name: str, text: str, calls: list[tuple[int, str, str | None]]
) -> None:
    assert told(look(tmp_path, {name: text})) == calls


def test_a_call_the_target_answers_is_not_held(tmp_path: Path) -> None:
    found = look(tmp_path, {"app.py": PYTHON})
    spoken = {one.operation: one.spoken for one in found.calls if one.operation}

    assert spoken == {"send_message": False, "put_object": True, "select_object_content": False}
    assert (found.shares[2].held, found.shares[2].total, found.shares[2].words) == (2, 3, "66.7 %")


def test_names_of_one_provider_are_ties_without_account_numbers(tmp_path: Path) -> None:
    found = look(tmp_path, {"app.py": PYTHON})

    assert [(one.kind, one.spot.line, one.text) for one in found.ties] == [
        (TieKind.REGION, 5, "eu-west-3"),
        (TieKind.ENDPOINT, 13, "sqs.eu-west-3.amazonaws.com"),
        (TieKind.ARN, 18, "arn:aws:sns:eu-west-3:ACCOUNT:topic"),
    ]
    assert found.ties[0].spot.column == 1 + PYTHON.splitlines()[4].index("eu-west-3")


def test_conditions_and_the_metadata_service_are_ties(tmp_path: Path) -> None:
    policy = 'data "aws_iam_policy_document" "p" {\n  x = "aws:SourceVpc"\n  u = "http://169.254.169.254/latest"\n}\n'
    found = look(tmp_path, {"main.tf": policy})

    assert [(one.kind, one.spot.line) for one in found.ties] == [(TieKind.CONDITION, 2), (TieKind.METADATA, 3)]


def test_encryption_before_handing_over_is_seen(tmp_path: Path) -> None:
    found = look(tmp_path, {"app.py": "import aws_encryption_sdk\n"})

    assert [str(one) for one in found.client_encryption] == ["app.py:1"]


def test_generated_source_is_skipped(tmp_path: Path) -> None:
    [file] = look(tmp_path, {"bundle.js": "x" * 30_000}).files

    assert file.why.startswith("generated")
