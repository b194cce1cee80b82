"""Hold one attestation as it is written in the register."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from attestation.declaration import Declaration
from attestation.eligibility import Ceiling, Decision, ceiling, decide


@dataclass(frozen=True)
class Draft:
    """What is decided, before the document is written."""

    identifier: str
    issued_at: datetime
    declaration: Declaration
    ceiling: Ceiling
    decision: Decision


@dataclass(frozen=True)
class Attestation:
    """One line of the register."""

    identifier: str
    issued_at: datetime
    declaration: Declaration
    ceiling: Decimal
    rule: str
    decision: str
    document_key: str
    document_sha256: bytes
    document_bytes: int
    idempotency_key: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return what a client is shown."""
        return {
            "identifier": self.identifier,
            "decision": self.decision,
            "amount": f"{self.declaration.amount:.2f}",
            "ceiling": f"{self.ceiling:.2f}",
            "rule": self.rule,
            "currency": "EUR",
            "issued_at": moment(self.issued_at),
            "declaration": self.declaration.as_json(),
            "document": {"key": self.document_key, "sha256": self.document_sha256.hex(), "bytes": self.document_bytes},
        }


def draft(declaration: Declaration, *, identifier: str, now: datetime) -> Draft:
    """Decide on a declaration."""
    most = ceiling(founded=declaration.founded, turnover_2019=declaration.turnover_2019, payroll=declaration.payroll)
    return Draft(identifier, now, declaration, most, decide(declaration.amount, most))


def seal(decided: Draft, document: bytes, *, idempotency_key: str | None = None) -> Attestation:
    """Return the line of the register for a decision and the document that tells it."""
    return Attestation(
        identifier=decided.identifier,
        issued_at=decided.issued_at,
        declaration=decided.declaration,
        ceiling=decided.ceiling.amount,
        rule=decided.ceiling.rule,
        decision=decided.decision,
        document_key=key_of(decided.identifier, decided.issued_at.year),
        document_sha256=sha256(document).digest(),
        document_bytes=len(document),
        idempotency_key=idempotency_key,
    )


def key_of(identifier: str, year: int) -> str:
    """Return where the document is kept; two hex digits of a hash spread the keys evenly over 256 folders."""
    return f"attestations/{year}/{sha256(identifier.encode()).hexdigest()[:2]}/{identifier}.html"


def moment(at: datetime) -> str:
    """Write a moment the way the whole service does: UTC, to the second, with a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
