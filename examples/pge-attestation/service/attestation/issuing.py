"""Issue an attestation so that whoever is told of it can rely on both its line and its document."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from attestation import identifier, letter
from attestation.declaration import Declaration
from attestation.documents import Documents
from attestation.errors import InconsistentError
from attestation.record import Attestation, draft, seal
from attestation.register import Register

DRAWS = 5


class KeyReusedError(Exception):
    """The same idempotency key came with another declaration: answering it would show one company another's."""


@dataclass(frozen=True)
class Office:
    """All that issuing needs: where to write, what time it is, and where numbers come from."""

    register: Register
    documents: Documents
    now: Callable[[], datetime]
    draw: Callable[[], int]


def issue(declaration: Declaration, idempotency_key: str | None, office: Office) -> tuple[Attestation, bool]:
    """Return the attestation and whether it is new.

    The line is inserted, then the document is put, then the line is committed: a document without a line can be left
    behind by a failure, a line without a document cannot.
    """
    for _ in range(DRAWS):
        before = _before(declaration, idempotency_key, office)
        if before is not None:
            return before, False
        now = office.now().replace(microsecond=0)
        decided = draft(declaration, identifier=identifier.make(now.year, office.draw()), now=now)
        document = letter.write(decided)
        attestation = seal(decided, document, idempotency_key=idempotency_key)
        with office.register.enter(attestation) as new:
            if new:
                office.documents.put(attestation, document)
        if new:
            return attestation, True
    raise InconsistentError("register", f"no free identifier in {DRAWS} draws")


def fetch(attestation: Attestation, documents: Documents) -> bytes:
    """Return the document of an attestation, after checking that it is the one the register speaks of."""
    document = documents.get(attestation.document_key)
    if document is None:
        raise InconsistentError("dossiers", f"the document of {attestation.identifier} is missing")
    if sha256(document).digest() != attestation.document_sha256:
        raise InconsistentError(
            "dossiers", f"the document of {attestation.identifier} is not the one the register knows"
        )
    return document


def _before(declaration: Declaration, idempotency_key: str | None, office: Office) -> Attestation | None:
    before = office.register.replay(idempotency_key) if idempotency_key else None
    if before is not None and before.declaration != declaration:
        raise KeyReusedError
    return before
