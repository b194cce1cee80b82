"""A bundle that is signed says by whom; one signed by another, or altered since, is refused."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from exitkit import api
from exitkit.errors import UsageError
from exitkit.report.bundle import INDEX, SIGNATURE
from tests.unit.evidence import forger
from tests.unit.evidence.forger import edited, indexed
from tests.unit.evidence.rehearsed import rehearsed

pytest.importorskip("cryptography")


def pair(folder: Path, name: str, seed: int) -> tuple[Path, Path]:
    """A key and its public half; always the same for a seed."""
    from cryptography.hazmat.primitives import serialization as how
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    private, public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    private.write_bytes(key.private_bytes(how.Encoding.PEM, how.PrivateFormat.PKCS8, how.NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(how.Encoding.PEM, how.PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    folder = tmp_path_factory.mktemp("signed")
    private, public = pair(folder, "ours", 1)
    _, other = pair(folder, "other", 2)
    return api.seal(rehearsed(folder), folder / "evidence.zip", key=private).file, public, other


def test_it_holds_for_the_one_who_signed_and_for_nobody_else(sealed: tuple[Path, Path, Path]) -> None:
    file, ours, other = sealed

    held = api.verify_evidence(file, public_key=ours)
    assert held.problems == ()
    assert held.notes[0].startswith("signed (Ed25519): with the key")
    assert [one.place for one in api.verify_evidence(file, public_key=other).problems] == [SIGNATURE]


def test_without_a_key_to_check_with_it_says_that_nobody_checked(sealed: tuple[Path, Path, Path]) -> None:
    looked = api.verify_evidence(sealed[0])

    assert looked.problems == ()
    assert looked.notes == ("signed (Ed25519): not checked: give --public-key",)


def test_the_same_key_and_run_give_the_same_bytes(sealed: tuple[Path, Path, Path], tmp_path: Path) -> None:
    private, _ = pair(tmp_path, "ours", 1)

    again = api.seal(rehearsed(tmp_path), tmp_path / "again.zip", key=private)

    assert again.file.read_bytes() == sealed[0].read_bytes()


@pytest.mark.parametrize("change", ["flipped", "short", "missing", "of another index"])
def test_a_signature_that_does_not_fit_is_named(sealed: tuple[Path, Path, Path], tmp_path: Path, change: str) -> None:
    file, ours, _ = sealed
    files = forger.read(file)
    signature = files.pop(SIGNATURE)
    match change:
        case "flipped":
            files[SIGNATURE] = bytes([signature[0] ^ 1]) + signature[1:]
        case "short":
            files[SIGNATURE] = signature[:-1]
        case "of another index":
            files["setting.json"] = edited(files["setting.json"], lambda one: one.update(place="real accounts"))
            files = {**indexed(files), SIGNATURE: signature}

    problems = api.verify_evidence(forger.write(files, tmp_path / "x.zip"), public_key=ours).problems

    assert problems[0].place == SIGNATURE


def test_a_timestamp_is_kept_and_said_not_to_be_checked(tmp_path: Path) -> None:
    sealed = api.seal(rehearsed(tmp_path), tmp_path / "x.zip", timestamp="MIIB of some authority")

    looked = api.verify_evidence(sealed.file)

    assert looked.problems == ()
    assert looked.index is not None
    assert looked.index.timestamp == "MIIB of some authority"
    assert "not checked" in looked.notes[0]


def test_openssl_says_the_same_without_exitkit(sealed: tuple[Path, Path, Path], tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here")
    file, ours, other = sealed
    with zipfile.ZipFile(file) as archive:
        for name in (INDEX, SIGNATURE):
            (tmp_path / name).write_bytes(archive.read(name))
    asked = [openssl, "pkeyutl", "-verify", "-rawin", "-pubin", "-in", INDEX, "-sigfile", SIGNATURE, "-inkey"]

    codes = [_code([*asked, str(key)], tmp_path) for key in (ours, other)]

    assert codes[0] == 0
    assert codes[1] != 0


def _code(arguments: list[str], folder: Path) -> int:
    return subprocess.run(arguments, cwd=folder, capture_output=True, check=False).returncode


@pytest.mark.parametrize("body", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_before_anything_is_written(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "key.pem").write_bytes(body)

    with pytest.raises(UsageError, match="holds no private key"):
        api.seal(rehearsed(tmp_path), tmp_path / "x.zip", key=tmp_path / "key.pem")

    assert not (tmp_path / "x.zip").exists()


def test_a_key_of_another_sort_is_refused(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization as how
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(how.Encoding.PEM, how.PrivateFormat.PKCS8, how.BestAvailableEncryption(b"secret"))
    )
    with pytest.raises(UsageError, match="protected by a passphrase"):
        api.seal(rehearsed(tmp_path), tmp_path / "x.zip", key=tmp_path / "key.pem")
    (tmp_path / "key.pem").write_bytes(key.private_bytes(how.Encoding.PEM, how.PrivateFormat.PKCS8, how.NoEncryption()))
    with pytest.raises(UsageError, match="another sort of key"):
        api.seal(rehearsed(tmp_path, name="aaaaaa-2"), tmp_path / "x.zip", key=tmp_path / "key.pem")
