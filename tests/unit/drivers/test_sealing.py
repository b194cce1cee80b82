"""What is sealed is opened by its key alone, and not at all once a byte has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exitkit.drivers.sealing import Envelope, own_key
from exitkit.errors import OutsideError
from exitkit.ports.sealer import WRAP

pytest.importorskip("cryptography")


@pytest.fixture
def mine(tmp_path: Path) -> Envelope:
    return own_key(tmp_path / "own.key")


def test_what_was_sealed_is_opened_by_its_key(mine: Envelope, tmp_path: Path) -> None:
    blob = mine.seal(b"a dossier", key="seal")

    assert own_key(tmp_path / "own.key").unseal(blob) == b"a dossier"
    assert b"dossier" not in blob.body
    assert blob.metadata[WRAP] == mine.wrap == "AES/GCM"


def test_the_same_twice_is_sealed_differently(mine: Envelope) -> None:
    assert mine.seal(b"x", key="seal").body != mine.seal(b"x", key="seal").body


def test_another_owner_s_key_opens_nothing(mine: Envelope, tmp_path: Path) -> None:
    from cryptography.exceptions import InvalidTag

    with pytest.raises((OutsideError, InvalidTag)):
        own_key(tmp_path / "other.key").unseal(mine.seal(b"x", key="seal"))


def test_one_changed_byte_is_refused(mine: Envelope) -> None:
    blob = mine.seal(b"a dossier", key="seal")
    spoiled = replace(blob, body=bytes([blob.body[0] ^ 1]) + blob.body[1:])

    with pytest.raises(OutsideError, match="changed"):
        mine.unseal(spoiled)


def test_what_is_not_sealed_is_not_opened(mine: Envelope) -> None:
    with pytest.raises(OutsideError):
        mine.unseal(replace(mine.seal(b"x", key="seal"), metadata={}))


def test_the_key_is_for_its_owner_alone(mine: Envelope, tmp_path: Path) -> None:
    assert (tmp_path / "own.key").stat().st_mode & 0o777 == 0o600
