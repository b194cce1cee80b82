"""Keep the documents in a bucket, over the S3 protocol."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Protocol

import boto3  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from attestation.errors import UnavailableError
from attestation.letter import CONTENT_TYPE
from attestation.record import Attestation
from attestation.settings import DocumentsSettings

_ABSENT = {"NoSuchKey", "404", "NotFound"}


class Documents(Protocol):
    """What the service asks of a place for documents."""

    def put(self, attestation: Attestation, body: bytes) -> None: ...
    def get(self, key: str) -> bytes | None: ...
    def ready(self) -> None: ...


class S3Client(Protocol):
    """The four calls that we make; boto3 has no types of its own."""

    def put_object(self, **request: object) -> Mapping[str, Any]: ...
    def get_object(self, **request: object) -> Mapping[str, Any]: ...
    def head_bucket(self, **request: object) -> Mapping[str, Any]: ...


class S3Documents:
    """Documents in one bucket, which somebody else has made."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, attestation: Attestation, body: bytes) -> None:
        """Store the document of an attestation."""
        with _translated():
            self._client.put_object(
                Bucket=self._bucket,
                Key=attestation.document_key,
                Body=body,
                ContentType=CONTENT_TYPE,
                ContentDisposition=f'attachment; filename="{attestation.identifier}.html"',
                Metadata={
                    "sha256": attestation.document_sha256.hex(),
                    "siren-hash": sha256(attestation.declaration.siren.encode()).hexdigest(),
                },
            )

    def get(self, key: str) -> bytes | None:
        """Return a document, or nothing when the bucket has none of that name."""
        with _translated():
            try:
                body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _ABSENT:
                    return None
                raise
        return body

    def ready(self) -> None:
        """Raise unless the bucket answers."""
        with _translated():
            self._client.head_bucket(Bucket=self._bucket)


def connect(settings: DocumentsSettings, *, connections: int) -> S3Documents:
    """Return the documents that these settings point to."""
    client = boto3.client(
        "s3",
        endpoint_url=settings.endpoint,
        region_name=settings.region,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        config=Config(
            signature_version="s3v4",
            connect_timeout=2,
            read_timeout=5,
            retries={"mode": "standard", "max_attempts": 2},
            max_pool_connections=connections,
            s3={"addressing_style": "path"},
            # Not every S3 takes the newer checksum trailers; the SHA-256 that we keep ourselves says more.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    return S3Documents(client, settings.bucket)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        raise UnavailableError("dossiers", f"the object storage refuses ({code})") from error
    except BotoCoreError as error:
        raise UnavailableError("dossiers", f"the object storage does not answer ({type(error).__name__})") from error
