"""An object store over the S3 protocol: buckets through apache-libcloud, objects through an engine of our own.

The generic S3 driver (`S3_RGW`) takes any endpoint and region and signs with version 4; the driver named after OVHcloud
knows two regions and writes to the dearer class of storage.
"""

from __future__ import annotations

import hashlib
import re
import threading
from typing import Any
from urllib.parse import urlparse

from exitkit.drivers.s3.client import Client, Refresh
from exitkit.drivers.s3.flow import S3Flow
from exitkit.drivers.s3.pace import PATIENT, UNLIMITED, Limits, Patience
from exitkit.drivers.s3.sign import Credentials
from exitkit.drivers.s3.store import FlowStore
from exitkit.errors import MissingExtra, NotFound, OutsideError, Unsupported
from exitkit.ports import Access, Blob, Secret
from exitkit.ports.contract import Talk

LARGEST = 5 * 2**30
"""Bytes that one PUT may carry (S3 API; OVHcloud Object Storage limits, 2026-03)."""


class S3Store(FlowStore[S3Flow]):
    """The buckets of one S3 account. Each thread gets a connection of its own: libcloud's are not shared safely."""

    def __init__(
        self,
        endpoint: str,
        *,
        region: str,
        access_key: str,
        secret_key: Secret,
        token: Secret | None = None,
        limits: Limits = UNLIMITED,
        patience: Patience = PATIENT,
        refresh: Refresh = lambda: None,
        with_tags: bool = False,
        most_at_once: int = 512,
    ) -> None:
        super().__init__()
        self._endpoint = urlparse(endpoint)
        self._region = region
        self._access_key = access_key
        self._secret_key = secret_key
        self._credentials = Credentials(access_key, secret_key, token)
        self._limits, self._patience, self._refresh = limits, patience, refresh
        self._with_tags, self._most = with_tags, most_at_once
        self._local = threading.local()

    def flow(self, bucket: str) -> S3Flow:
        """The objects of one bucket, many at once."""
        client = Client(
            self._endpoint.geturl(),
            region=self._region,
            credentials=self._credentials,
            most=self._most,
            limits=self._limits,
            patience=self._patience,
            refresh=self._refresh,
        )
        return S3Flow(client, bucket, with_tags=self._with_tags, most_at_once=self._most)

    @property
    def _driver(self) -> Any:  # noqa: ANN401 - libcloud has no types
        driver = getattr(self._local, "driver", None)
        if driver is None:
            driver = self._local.driver = self._connect()
        return driver

    def _connect(self) -> Any:  # noqa: ANN401
        try:
            from libcloud.storage.providers import get_driver
            from libcloud.storage.types import Provider
        except ImportError as error:
            raise MissingExtra("cloud", needed_for="object storage over S3") from error
        secure = self._endpoint.scheme == "https"
        driver: Any = get_driver(Provider.S3_RGW)(
            self._access_key,
            self._secret_key.reveal(),
            secure=secure,
            host=self._endpoint.hostname,
            port=self._endpoint.port or (443 if secure else 80),
            region=self._region,
            signature_version="4",
        )
        driver.supports_s3_multipart_upload = False
        driver.ex_location_name = self._region
        return driver

    def create(self, bucket: str, *, versions: bool = False) -> None:
        """Make an empty bucket; harmless where it exists. Raises OutsideError where it is somebody else's."""
        if not self.exists(bucket):
            self._ask(lambda driver: driver.create_container(bucket))
        if versions:
            body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
            self._request(f"/{bucket}", "PUT", params={"versioning": ""}, data=body)

    def remove(self, bucket: str) -> None:
        """Remove a bucket that holds no object, with what is left of old ones; harmless where there is none."""
        if not self.exists(bucket):
            return
        if next(self.listing(bucket), None) is not None:
            raise OutsideError(f"the bucket {bucket} still holds objects")
        self.empty(bucket)
        self._request(f"/{bucket}", "DELETE")

    def empty(self, bucket: str) -> int:
        """Remove every object and every earlier version, a thousand with each request; answers how many objects."""
        return self._loop.do(self._flow(bucket).emptied())

    def put(self, bucket: str, key: str, blob: Blob) -> str:
        """Write one object whole, answer its tag; that must be the MD5 of what we sent, or OutsideError."""
        if len(blob.body) > LARGEST:
            raise Unsupported(f"{key} has {len(blob.body)} bytes; one piece may have up to {LARGEST}")
        written = self._loop.do(self._flow(bucket).write(key, blob))
        if written.plain and written.etag != hashlib.md5(blob.body, usedforsecurity=False).hexdigest():
            raise OutsideError(f"{key} arrived in {bucket} changed")
        return written.etag

    def talk(self) -> Talk:
        """Speak to it in S3's own words, as this account."""
        from exitkit.drivers.s3.talk import S3Talk

        return S3Talk(self._endpoint.geturl(), region=self._region, credentials=self._credentials)

    def access(self, bucket: str) -> Access:
        """What a service needs to work with a bucket; the keys are this account's."""
        values = {
            "BUCKET": bucket,
            "ENDPOINT": self._endpoint.geturl(),
            "REGION": self._region,
            "ACCESS_KEY": self._access_key,
        }
        return Access(values=values, secrets={"SECRET_KEY": self._secret_key})

    def _request(self, path: str, method: str, *, raw: bool = False, **more: object) -> Any:  # noqa: ANN401
        response = self._ask(lambda driver: driver.connection.request(path, method=method, raw=raw, **more))
        if response.status == 404:
            raise NotFound(f"there is no {path.strip('/')} in this object store")
        if response.status >= 300:
            raise OutsideError(f"the object store answered {response.status} to {method} {path}")
        return response

    def _ask(self, question: Any) -> Any:  # noqa: ANN401
        """Ask libcloud, and say in our words what it refuses."""
        from libcloud.common.exceptions import BaseHTTPError
        from libcloud.common.types import InvalidCredsError, LibcloudError
        from libcloud.storage.types import ContainerDoesNotExistError, ObjectDoesNotExistError
        from requests.exceptions import RequestException

        try:
            return question(self._driver)
        except (ContainerDoesNotExistError, ObjectDoesNotExistError) as error:
            raise NotFound("there is no such bucket or object in this object store") from error
        except InvalidCredsError as error:
            where = f"{self._endpoint.hostname}:{self._endpoint.port or ''}".rstrip(":")
            raise OutsideError(f"the object store at {where} refuses these credentials") from error
        except (LibcloudError, BaseHTTPError) as error:
            raise OutsideError(f"the object store refused: {_first_words(error)}") from error
        except (RequestException, ConnectionError) as error:
            raise OutsideError(f"the object store did not answer: {type(error).__name__}") from error


def _first_words(error: Exception) -> str:
    code = re.search(r"<Code>([^<]+)</Code>", str(error))
    return code[1] if code else str(getattr(error, "value", None) or getattr(error, "message", None) or error)[:200]
