"""The settings of the example service, which come from its environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from attestation import settings

FULL = {
    "REGISTER_HOST": "db.example",
    "REGISTER_PORT": "5432",
    "REGISTER_DATABASE": "register",
    "REGISTER_USER": "service",
    "REGISTER_PASSWORD": "never-show-this",
    "DOSSIERS_BUCKET": "dossiers",
    "DOSSIERS_ENDPOINT": "https://s3.example",
    "DOSSIERS_REGION": "gra",
    "DOSSIERS_ACCESS_KEY": "nor-this-key",
    "DOSSIERS_SECRET_KEY": "nor-that-one",
}
SERVICE = Path(settings.__file__).parents[1]


def test_defaults_are_filled() -> None:
    told = settings.read(FULL)

    assert (told.listen_host, told.listen_port, told.served_by) == ("0.0.0.0", 8080, "unnamed")


def test_without_keys_the_identity_of_the_machine_is_meant() -> None:
    told = settings.read({name: value for name, value in FULL.items() if not name.endswith("_KEY")})

    assert told.documents.access_key is None


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(settings.SettingsError) as caught:
        settings.read({"DOSSIERS_ACCESS_KEY": "alone"})

    assert all(name in str(caught.value) for name in settings.NEEDED)
    assert "go together" in str(caught.value)
    assert "alone" not in str(caught.value)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8 0", "８０"])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(settings.SettingsError, match="LISTEN_PORT"):
        settings.read({**FULL, "LISTEN_PORT": port})


def test_a_header_cannot_be_smuggled_in() -> None:
    with pytest.raises(settings.SettingsError, match="SERVED_BY"):
        settings.read({**FULL, "SERVED_BY": "aws\r\nSet-Cookie: x"})


def test_secrets_are_not_shown() -> None:
    shown = repr(settings.read(FULL))

    assert not any(secret in shown for secret in ("never-show-this", "nor-this-key", "nor-that-one"))


def test_the_service_says_what_is_missing_and_leaves_with_two() -> None:
    environment = {"PATH": os.environ["PATH"], "REGISTER_PASSWORD": "never-show-this"}

    done = subprocess.run(
        [sys.executable, "-m", "attestation"], cwd=SERVICE, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "REGISTER_HOST is missing" in done.stderr
    assert "never-show-this" not in done.stderr
