"""Read the settings of the service from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NEEDED = (
    "REGISTER_HOST",
    "REGISTER_PORT",
    "REGISTER_DATABASE",
    "REGISTER_USER",
    "REGISTER_PASSWORD",
    "DOSSIERS_BUCKET",
    "DOSSIERS_ENDPOINT",
    "DOSSIERS_REGION",
)


class SettingsError(Exception):
    """The environment does not say all that the service needs to know."""


@dataclass(frozen=True)
class RegisterSettings:
    """Where the register (PostgreSQL) is."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class DocumentsSettings:
    """Where the documents (object storage) are; without keys, the machine's own identity is used."""

    bucket: str
    endpoint: str
    region: str
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """All that the service needs to know."""

    register: RegisterSettings
    documents: DocumentsSettings
    listen_host: str
    listen_port: int
    served_by: str


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings, or raise one error that names everything missing or wrong (names only, never values)."""
    mistakes = [f"{name} is missing" for name in NEEDED if not environment.get(name)]
    access_key = environment.get("DOSSIERS_ACCESS_KEY") or None
    secret_key = environment.get("DOSSIERS_SECRET_KEY") or None
    if (access_key is None) != (secret_key is None):
        mistakes.append("DOSSIERS_ACCESS_KEY and DOSSIERS_SECRET_KEY go together: give both or neither")
    register_port = _port(environment, "REGISTER_PORT", "5432", mistakes)
    listen_port = _port(environment, "LISTEN_PORT", "8080", mistakes)
    served_by = environment.get("SERVED_BY", "").strip()
    if not served_by.isascii() or not served_by.isprintable():
        mistakes.append("SERVED_BY must be printable ASCII, because it is sent as an HTTP header")
    if mistakes:
        raise SettingsError("; ".join(mistakes))
    return Settings(
        register=RegisterSettings(
            host=environment["REGISTER_HOST"],
            port=register_port,
            database=environment["REGISTER_DATABASE"],
            user=environment["REGISTER_USER"],
            password=environment["REGISTER_PASSWORD"],
        ),
        documents=DocumentsSettings(
            bucket=environment["DOSSIERS_BUCKET"],
            endpoint=environment["DOSSIERS_ENDPOINT"],
            region=environment["DOSSIERS_REGION"],
            access_key=access_key,
            secret_key=secret_key,
        ),
        listen_host=environment.get("LISTEN_HOST") or "0.0.0.0",  # noqa: S104 - a container is reached from outside
        listen_port=listen_port,
        served_by=served_by or "unnamed",
    )


def _port(environment: Mapping[str, str], name: str, default: str, mistakes: list[str]) -> int:
    text = environment.get(name) or default
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        mistakes.append(f"{name} must be a port number")
        return 0
    return int(text)
