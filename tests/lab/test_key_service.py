"""The lab's key service: it seals, it can be turned off, and what it sealed outlives a kill."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from exitkit.drivers.kms import KeyService
from exitkit.errors import NotFound, OutsideError
from exitkit.lab.off import OFF
from exitkit.ports import Secret
from tests.lab.conftest import KEY, REGION, SECRET, Endpoint

pytestmark = pytest.mark.lab


@pytest.fixture
def endpoint(endpoints: Callable[[], Endpoint]) -> Endpoint:
    """One cloud's endpoint, of this test alone."""
    return endpoints()


def service(endpoint: Endpoint, *, secret: str = SECRET) -> KeyService:
    return KeyService(f"http://127.0.0.1:{endpoint.port}", region=REGION, access_key=KEY, secret_key=Secret.of(secret))


def test_it_opens_what_it_sealed_also_after_it_was_killed(endpoint: Endpoint) -> None:
    sealer = service(endpoint).sealer()
    blob = sealer.seal(b"a dossier", key="seal")

    endpoint.kill()
    endpoint.start()

    assert sealer.unseal(blob) == b"a dossier"


def test_turned_off_it_opens_nothing_and_on_again_it_does(endpoint: Endpoint) -> None:
    sealer = service(endpoint).sealer()
    blob = sealer.seal(b"a dossier", key="seal")

    (endpoint.folder / OFF).write_text(json.dumps(["kms"]))
    with pytest.raises(OutsideError, match="refused Decrypt: status 503"):
        sealer.unseal(blob)
    with pytest.raises(OutsideError, match="refused"):
        sealer.seal(b"another", key="seal")
    assert endpoint.client("s3").list_buckets()["Buckets"] == []

    (endpoint.folder / OFF).write_text("[]")
    assert sealer.unseal(blob) == b"a dossier"


def test_a_wrong_secret_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(OutsideError, match="status 403") as refused:
        service(endpoint, secret="another").sealer().seal(b"x", key="seal")

    assert not isinstance(refused.value, NotFound)


def test_aws_s_own_library_opens_what_we_had_wrapped(endpoint: Endpoint) -> None:
    plain, wrapped = service(endpoint).fresh("seal")

    assert endpoint.client("kms").decrypt(CiphertextBlob=wrapped)["Plaintext"] == plain
