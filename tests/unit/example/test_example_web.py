"""The example service over HTTP, with a register and documents that live in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from attestation import identifier, issuing
from attestation.declaration import parse
from attestation.errors import InconsistentError, UnavailableError
from attestation.issuing import Office
from attestation.record import Attestation
from attestation.web import create_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BODY: dict[str, object] = {
    "siren": "000000018",
    "company": "Crêperie <script> « L'Étrave »",
    "founded": "2012-05-14",
    "turnover_2019": 1250000,
    "payroll": 310000,
    "amount": "312500.00",
    "bank": "Banque fictive du Ponant",
}


class MemoryRegister:
    """A register that can be told to fail."""

    def __init__(self) -> None:
        self.lines: dict[str, Attestation] = {}
        self.read_only = False
        self.down = False

    def find(self, name: str) -> Attestation | None:
        self._answer()
        return self.lines.get(name)

    def replay(self, idempotency_key: str) -> Attestation | None:
        self._answer()
        return next((line for line in self.lines.values() if line.idempotency_key == idempotency_key), None)

    @contextmanager
    def enter(self, attestation: Attestation) -> Iterator[bool]:
        self._answer()
        if self.read_only:
            raise UnavailableError("register", "the database is read-only")
        new = attestation.identifier not in self.lines
        yield new
        if new:
            self.lines[attestation.identifier] = attestation

    def writable(self) -> bool:
        self._answer()
        return not self.read_only

    def _answer(self) -> None:
        if self.down:
            raise UnavailableError("register", "the database does not answer")


class MemoryDocuments:
    """Documents that can be told to fail."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.down = False

    def put(self, attestation: Attestation, body: bytes) -> None:
        self.ready()
        self.bodies[attestation.document_key] = body

    def get(self, key: str) -> bytes | None:
        self.ready()
        return self.bodies.get(key)

    def ready(self) -> None:
        if self.down:
            raise UnavailableError("dossiers", "the object storage does not answer")


def said(response: TestResponse) -> dict[str, Any]:
    body = json.loads(response.data)
    assert isinstance(body, dict)
    return body


@pytest.fixture
def register() -> MemoryRegister:
    return MemoryRegister()


@pytest.fixture
def documents() -> MemoryDocuments:
    return MemoryDocuments()


@pytest.fixture
def client(register: MemoryRegister, documents: MemoryDocuments) -> FlaskClient:
    return create_app(register, documents, "lab-ovh").test_client()


def test_what_was_issued_can_be_shown_and_downloaded(client: FlaskClient, documents: MemoryDocuments) -> None:
    issued = client.post("/attestations", json=BODY)
    shown = client.get(issued.headers["Location"])
    document = client.get(issued.headers["Location"] + "/document")

    assert (issued.status_code, said(issued)["decision"], said(issued)["ceiling"]) == (201, "granted", "312500.00")
    assert shown.status_code == 200
    assert said(shown)["document"]["verified"] is True
    assert [document.data] == list(documents.bodies.values())
    assert b"<script>" not in document.data


def test_a_refusal_is_recorded_too(client: FlaskClient, register: MemoryRegister) -> None:
    answer = client.post("/attestations", json={**BODY, "amount": "312500.01"})

    assert (answer.status_code, said(answer)["decision"]) == (201, "refused")
    assert len(register.lines) == 1


def test_every_answer_says_who_served_it(client: FlaskClient) -> None:
    for path in ("/", "/healthz", "/attestations/nonsense", "/nowhere"):
        assert client.get(path).headers["X-Served-By"] == "lab-ovh"


def test_the_same_key_gives_the_same_attestation_and_no_second_line(
    client: FlaskClient, register: MemoryRegister
) -> None:
    first, second = (client.post("/attestations", json=BODY, headers={"Idempotency-Key": "k-1"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert said(first) == said(second)
    assert len(register.lines) == 1


def test_whoever_had_no_answer_finds_by_the_key_whether_it_was_issued(client: FlaskClient) -> None:
    issued = client.post("/attestations", json=BODY, headers={"Idempotency-Key": "k-1"})

    found = client.get("/attestations/by-key/k-1")
    assert (found.status_code, said(found)["identifier"]) == (200, said(issued)["identifier"])
    assert client.get("/attestations/by-key/k-2").status_code == 404
    assert client.get("/attestations/by-key/" + "k" * 201).status_code == 404


def test_the_same_key_with_another_declaration_shows_nobody_anything(
    client: FlaskClient, register: MemoryRegister
) -> None:
    client.post("/attestations", json=BODY, headers={"Idempotency-Key": "k-1"})

    answer = client.post("/attestations", json={**BODY, "amount": 1}, headers={"Idempotency-Key": "k-1"})

    assert (answer.status_code, len(register.lines)) == (409, 1)


def test_mistakes_are_all_listed(client: FlaskClient) -> None:
    answer = client.post("/attestations", json={"siren": "1"})

    assert answer.status_code == 422
    assert [mistake["field"] for mistake in said(answer)["mistakes"]][:2] == ["siren", "company"]
    assert len(said(answer)["mistakes"]) == 7


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff", b"[" * 100_00, b'{"amount": NaN}'])
def test_a_body_that_cannot_be_read_is_a_mistake(client: FlaskClient, data: bytes) -> None:
    assert client.post("/attestations", data=data, content_type="application/json").status_code == 422


def test_a_body_that_is_too_large_is_not_read(client: FlaskClient) -> None:
    answer = client.post(
        "/attestations", data=json.dumps({**BODY, "bank": "x" * 70_000}), content_type="application/json"
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("part", ["read-only", "register", "dossiers"])
def test_when_a_part_is_away_the_client_is_asked_to_come_back(
    client: FlaskClient, register: MemoryRegister, documents: MemoryDocuments, part: str
) -> None:
    register.read_only, register.down, documents.down = part == "read-only", part == "register", part == "dossiers"

    answer = client.post("/attestations", json=BODY)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert said(answer)["error"] == "unavailable"
    assert register.lines == {}


def test_what_is_written_can_still_be_read_when_the_register_is_read_only(
    client: FlaskClient, register: MemoryRegister
) -> None:
    key = {"Idempotency-Key": "k-1"}
    issued = client.post("/attestations", json=BODY, headers=key)
    register.read_only = True

    assert client.get(issued.headers["Location"]).status_code == 200
    assert client.post("/attestations", json=BODY, headers=key).status_code == 200


@pytest.mark.parametrize("damage", [None, b"something else"])
def test_a_missing_or_changed_document_is_never_called_verified(
    client: FlaskClient, documents: MemoryDocuments, damage: bytes | None
) -> None:
    issued = client.post("/attestations", json=BODY)
    key = said(issued)["document"]["key"]
    documents.bodies.pop(key) if damage is None else documents.bodies.update({key: damage})

    for path in ("", "/document"):
        answer = client.get(issued.headers["Location"] + path)
        assert (answer.status_code, said(answer)["part"]) == (500, "dossiers")


@pytest.mark.parametrize("name", ["PGE-2020-00000000-W", "PGE-2020-00000000-Y", "nonsense"])
def test_an_unknown_attestation_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/attestations/{name}").status_code == 404


def test_health_names_the_part_that_is_away(
    client: FlaskClient, register: MemoryRegister, documents: MemoryDocuments
) -> None:
    register.read_only = True
    healthy = client.get("/healthz")
    documents.down = True
    sick = client.get("/healthz")

    assert (healthy.status_code, said(healthy)["parts"]["register"]) == (200, {"ok": True, "writable": False})
    assert (sick.status_code, said(sick)["parts"]["dossiers"]["ok"]) == (503, False)


def test_a_person_fills_the_questionnaire_and_sees_the_attestation(client: FlaskClient) -> None:
    as_typed = {**BODY, "turnover_2019": "1\u202f250 000,00 €", "payroll": "310000", "idempotency_key": "from-the-page"}

    page = client.post("/attestations", data=as_typed, headers={"Accept": "text/html"}, follow_redirects=True)

    assert page.status_code == 200
    assert "Attestation accordée" in page.text
    assert "<script>" not in page.text


def test_a_person_is_shown_what_to_correct_and_keeps_the_rest(client: FlaskClient) -> None:
    page = client.post("/attestations", data={"siren": "1", "bank": "Ma banque"}, headers={"Accept": "text/html"})

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert 'value="Ma banque"' in page.text


def test_an_identifier_drawn_twice_is_drawn_again(register: MemoryRegister, documents: MemoryDocuments) -> None:
    now = datetime(2020, 4, 2, tzinfo=UTC)
    drawn = iter([7, 7, 8])
    office = Office(register, documents, now=lambda: now, draw=lambda: next(drawn))
    declaration = parse(BODY, today=now.date())

    names = [issuing.issue(declaration, None, office)[0].identifier for _ in range(2)]

    assert names == [identifier.make(2020, 7), identifier.make(2020, 8)]
    assert len(documents.bodies) == 2


def test_drawing_the_same_identifier_for_ever_gives_up(register: MemoryRegister, documents: MemoryDocuments) -> None:
    now = datetime(2020, 4, 2, tzinfo=UTC)
    office = Office(register, documents, now=lambda: now, draw=lambda: 7)
    declaration = parse(BODY, today=now.date())
    first, _ = issuing.issue(declaration, None, office)

    with pytest.raises(InconsistentError):
        issuing.issue(replace(declaration, amount=declaration.amount - 1), None, office)

    assert list(register.lines.values()) == [first]
