"""The front answers as moto does, but where it is said here why not."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from tests.lab.front.probes import PROBES

pytestmark = pytest.mark.lab

UNLIKE: dict[str, tuple[str, Any]] = {
    "a_wrong_content_md5": ("S3 checks it, moto does not", ("BadDigest", 400)),
    "a_wrong_checksum": ("S3 checks it, moto does not", ("BadDigest", 400)),
    "a_checksum_without_its_algorithm_said": ("S3 keeps it, moto drops it", "NhCmhg=="),
    "a_key_that_is_too_long": ("S3 takes 1,024 bytes, moto any number", ("KeyTooLongError", 400)),
    "metadata_that_is_too_much": ("S3 takes 2 KB, moto any number", ("MetadataTooLarge", 400)),
    "more_than_a_thousand_at_once": ("S3 lists 1,000 at most, moto what is asked", 1000),
    "the_next_marker": ("S3 says it with a delimiter only, moto always, and then a hash", None),
    "parts_in_disorder": ("S3 refuses them, moto joins them", ("InvalidPartOrder", 400)),
    "a_part_of_no_upload": ("S3 says so, moto breaks", ("NoSuchUpload", 404)),
    "a_token_that_is_made_up": ("S3 says so, moto breaks", ("InvalidArgument", 400)),
}
"""Each probe that the two answer differently on purpose: why, and what the front answers."""


@pytest.fixture
def buckets(request: pytest.FixtureRequest, front: Any, bare: Any) -> str:
    """A bucket of the same name in both."""
    name = f"probe-{zlib.crc32(request.node.name.encode())}"
    front.create_bucket(Bucket=name)
    bare.create_bucket(Bucket=name)
    return name


@pytest.mark.parametrize("name", [name for name in PROBES if name not in UNLIKE])
def test_the_front_answers_as_moto_does(name: str, front: Any, bare: Any, buckets: str) -> None:
    assert PROBES[name](front, buckets) == PROBES[name](bare, buckets)


@pytest.mark.parametrize("name", UNLIKE)
def test_the_front_answers_as_s3_does_where_moto_does_not(name: str, front: Any, bare: Any, buckets: str) -> None:
    _, wanted = UNLIKE[name]

    assert PROBES[name](front, buckets) == wanted
    assert PROBES[name](bare, buckets) != wanted, "moto has learned it: it is alike now"
