"""Keep the register of attestations in PostgreSQL."""

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from attestation.declaration import Declaration
from attestation.errors import InconsistentError, UnavailableError
from attestation.record import Attestation
from attestation.settings import RegisterSettings

Session = psycopg.Connection[DictRow]

SCHEMA = """
CREATE TABLE IF NOT EXISTS attestation (
    identifier       text PRIMARY KEY CHECK (identifier ~ '^PGE-[0-9]{4}-[0-9A-Z]{8}-[0-9A-Z]$'),
    issued_at        timestamptz NOT NULL,
    siren            text NOT NULL CHECK (siren ~ '^[0-9]{9}$'),
    company          text NOT NULL,
    founded          date NOT NULL,
    turnover_2019    numeric(15, 2) NOT NULL CHECK (turnover_2019 >= 0),
    payroll          numeric(15, 2) NOT NULL CHECK (payroll >= 0),
    amount           numeric(15, 2) NOT NULL CHECK (amount > 0),
    bank             text NOT NULL,
    ceiling          numeric(15, 2) NOT NULL,
    rule             text NOT NULL,
    decision         text NOT NULL CHECK (decision IN ('granted', 'refused')),
    declaration      jsonb NOT NULL,
    document_key     text NOT NULL UNIQUE,
    document_sha256  bytea NOT NULL CHECK (octet_length(document_sha256) = 32),
    document_bytes   integer NOT NULL,
    idempotency_key  text UNIQUE,
    CONSTRAINT never_over_the_ceiling CHECK ((decision = 'granted') = (amount <= ceiling))
);
CREATE INDEX IF NOT EXISTS attestation_by_company ON attestation (siren, issued_at);
CREATE TABLE IF NOT EXISTS decision_event (
    id           bigserial PRIMARY KEY,
    at           timestamptz NOT NULL,
    attestation  text NOT NULL REFERENCES attestation (identifier),
    decision     text NOT NULL,
    detail       jsonb NOT NULL
);
"""

INSERT = """
INSERT INTO attestation (identifier, issued_at, siren, company, founded, turnover_2019, payroll, amount, bank,
    ceiling, rule, decision, declaration, document_key, document_sha256, document_bytes, idempotency_key)
VALUES (%(identifier)s, %(issued_at)s, %(siren)s, %(company)s, %(founded)s, %(turnover_2019)s, %(payroll)s,
    %(amount)s, %(bank)s, %(ceiling)s, %(rule)s, %(decision)s, %(declaration)s, %(document_key)s,
    %(document_sha256)s, %(document_bytes)s, %(idempotency_key)s)
"""
# On any conflict: an identifier drawn twice and an idempotency key used twice are told apart by the caller.
INSERT_OR_YIELD = INSERT + "ON CONFLICT DO NOTHING"
INSERT_EVENT = """
INSERT INTO decision_event (at, attestation, decision, detail)
VALUES (%(issued_at)s, %(identifier)s, %(decision)s, %(detail)s)
"""


class Register(Protocol):
    """What the service asks of a register."""

    def find(self, identifier: str) -> Attestation | None: ...
    def replay(self, idempotency_key: str) -> Attestation | None: ...
    def enter(self, attestation: Attestation) -> AbstractContextManager[bool]: ...
    def writable(self) -> bool: ...


class PostgresRegister:
    """A register with one kept connection per thread, opened again when the server has dropped it."""

    def __init__(self, settings: RegisterSettings) -> None:
        self._settings = settings
        self._kept = threading.local()
        self._prepared = False

    def prepare(self) -> None:
        """Make the tables unless they are there already; a read-only database that has them is fine.

        Called at the start, and again by whatever needs the tables as long as it has not succeeded once.
        """
        if self._prepared:
            return
        with self._session() as session:
            if not _tables(session):
                with session.transaction():
                    # Two services may start at once, and IF NOT EXISTS alone does not survive that race.
                    session.execute("SELECT pg_advisory_xact_lock(20200323)")
                    session.execute(SCHEMA)
        self._prepared = True

    def find(self, identifier: str) -> Attestation | None:
        """Return the attestation of that name, if there is one."""
        with self._session() as session:
            row = session.execute("SELECT * FROM attestation WHERE identifier = %s", [identifier]).fetchone()
        return None if row is None else _attestation(row)

    def replay(self, idempotency_key: str) -> Attestation | None:
        """Return the attestation that this key already produced, if there is one."""
        with self._session() as session:
            row = session.execute("SELECT * FROM attestation WHERE idempotency_key = %s", [idempotency_key]).fetchone()
        return None if row is None else _attestation(row)

    @contextmanager
    def enter(self, attestation: Attestation) -> Iterator[bool]:
        """Write one line in a transaction that ends with the block; yield whether the line is new."""
        self.prepare()
        with self._session() as session, session.transaction():
            new = session.execute(INSERT_OR_YIELD, _row(attestation)).rowcount == 1
            if new:
                session.execute(INSERT_EVENT, _event(attestation))
            yield new

    @contextmanager
    def enter_many(self, attestations: Sequence[Attestation]) -> Iterator[None]:
        """Write many lines in one transaction that ends with the block; all of them must be new."""
        with self._session() as session, session.transaction(), session.cursor() as cursor:
            cursor.executemany(INSERT, [_row(attestation) for attestation in attestations])
            cursor.executemany(INSERT_EVENT, [_event(attestation) for attestation in attestations])
            yield

    def known(self, identifiers: Collection[str]) -> set[str]:
        """Return those of these identifiers that the register holds."""
        query = "SELECT identifier FROM attestation WHERE identifier = ANY(%s)"
        with self._session() as session:
            return {row["identifier"] for row in session.execute(query, [list(identifiers)])}

    def writable(self) -> bool:
        """Say whether the register takes new lines now; raise when it cannot even be read."""
        self.prepare()
        with self._session() as session:
            if not _tables(session):
                raise UnavailableError("register", "its tables are not there")
            row = session.execute("SHOW transaction_read_only").fetchone()
        return row is not None and row["transaction_read_only"] == "off"

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """Lend this thread's connection, translating what goes wrong while it is used."""
        try:
            yield self._connection()
        except psycopg.errors.ReadOnlySqlTransaction as error:
            raise UnavailableError("register", "the database is read-only") from error
        except psycopg.errors.UniqueViolation as error:
            raise InconsistentError("register", f"a line breaks {error.diag.constraint_name}") from error
        except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege) as error:
            raise UnavailableError("register", f"its tables cannot be used ({type(error).__name__})") from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise UnavailableError("register", f"the database does not answer ({type(error).__name__})") from error

    def _connection(self) -> Session:
        kept: Session | None = getattr(self._kept, "session", None)
        if kept is not None and _alive(kept):
            return kept
        if kept is not None:
            kept.close()
        self._kept.session = None
        fresh = _open(self._settings)
        self._kept.session = fresh
        return fresh


def _open(settings: RegisterSettings) -> Session:
    return psycopg.connect(
        host=settings.host,
        port=settings.port,
        dbname=settings.database,
        user=settings.user,
        password=settings.password,
        application_name="attestation",
        connect_timeout=3,
        # A server that vanished without a word must not hold a request for minutes.
        tcp_user_timeout=5000,
        autocommit=True,
        row_factory=dict_row,
    )


def _alive(session: Session) -> bool:
    """Ask before work starts: a connection found dead later could not be told from a failed commit."""
    if session.closed:
        return False
    try:
        session.execute("SELECT 1")
    except (psycopg.OperationalError, psycopg.InterfaceError):
        return False
    return True


def _tables(session: Session) -> bool:
    query = "SELECT to_regclass('attestation') IS NOT NULL AND to_regclass('decision_event') IS NOT NULL AS there"
    row = session.execute(query).fetchone()
    return row is not None and bool(row["there"])


def _row(attestation: Attestation) -> dict[str, Any]:
    said = attestation.declaration
    return {
        "identifier": attestation.identifier,
        "issued_at": attestation.issued_at,
        "siren": said.siren,
        "company": said.company,
        "founded": said.founded,
        "turnover_2019": said.turnover_2019,
        "payroll": said.payroll,
        "amount": said.amount,
        "bank": said.bank,
        "ceiling": attestation.ceiling,
        "rule": attestation.rule,
        "decision": attestation.decision,
        "declaration": Jsonb(said.as_json()),
        "document_key": attestation.document_key,
        "document_sha256": attestation.document_sha256,
        "document_bytes": attestation.document_bytes,
        "idempotency_key": attestation.idempotency_key,
    }


def _event(attestation: Attestation) -> dict[str, Any]:
    return {
        "issued_at": attestation.issued_at,
        "identifier": attestation.identifier,
        "decision": attestation.decision,
        "detail": Jsonb({"rule": attestation.rule, "ceiling": f"{attestation.ceiling:.2f}"}),
    }


def _attestation(row: DictRow) -> Attestation:
    said = ("siren", "company", "founded", "turnover_2019", "payroll", "amount", "bank")
    kept = ("identifier", "issued_at", "ceiling", "rule", "decision", "document_key", "document_bytes")
    return Attestation(
        declaration=Declaration(**{name: row[name] for name in said}),
        document_sha256=bytes(row["document_sha256"]),
        idempotency_key=row["idempotency_key"],
        **{name: row[name] for name in kept},
    )
