"""The invented dossiers of the example: always the same ones, and always plausible."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

import dossiers
import pytest
from attestation import identifier, siren
from attestation.declaration import parse
from attestation.errors import UnavailableError
from attestation.record import Attestation

SAMPLE = list(dossiers.dossiers(2020, count=1000))


class MemoryRegister:
    """A register in memory, as far as the generator needs one."""

    def __init__(self) -> None:
        self.lines: list[Attestation] = []

    def known(self, identifiers: Sequence[str]) -> set[str]:
        return {line.identifier for line in self.lines} & set(identifiers)

    @contextmanager
    def enter_many(self, attestations: Sequence[Attestation]) -> Iterator[None]:
        yield
        self.lines += attestations


class MemoryDocuments:
    """Documents in memory; after `room` of them, the storage goes away."""

    def __init__(self, room: int = 10**9) -> None:
        self.bodies: dict[str, bytes] = {}
        self.room = room

    def put(self, attestation: Attestation, body: bytes) -> None:
        if len(self.bodies) >= self.room:
            raise UnavailableError("dossiers", "full")
        self.bodies[attestation.document_key] = body


def test_the_same_seed_gives_the_same_bytes_everywhere() -> None:
    total = sha256()
    for one in SAMPLE:
        total.update(json.dumps(one.attestation.as_json(), sort_keys=True).encode() + one.document)

    # Changing this changes every population ever generated: say so in the changelog.
    assert total.hexdigest() == "466c91f7fa5b8c9cca29157ba7210bcd25351aa1395ed771eafce710d128f50e"


def test_a_dossier_does_not_depend_on_where_one_starts() -> None:
    assert list(dossiers.dossiers(2020, count=10, start_at=990)) == SAMPLE[990:]


def test_another_seed_is_another_population() -> None:
    others = {one.attestation.identifier for one in dossiers.dossiers(2021, count=1000)}

    assert not others & {one.attestation.identifier for one in SAMPLE}


def test_every_dossier_could_have_come_through_the_questionnaire() -> None:
    for one in SAMPLE:
        told = one.attestation
        assert parse(told.declaration.as_json(), today=told.issued_at.date()) == told.declaration
        assert identifier.valid(told.identifier)
        assert (told.decision == "granted") == (told.declaration.amount <= told.ceiling)
        assert sha256(one.document).digest() == told.document_sha256


def test_the_mix_is_the_one_we_promise() -> None:
    told = [one.attestation for one in SAMPLE]
    small = [len(one.document) for number, one in enumerate(SAMPLE) if number % dossiers.LARGE_EVERY != 199]

    assert 0.8 < sum(one.decision == "granted" for one in told) / len(told) < 0.95
    assert 0.05 < sum(one.rule == "payroll" for one in told) / len(told) < 0.25
    assert len({one.identifier for one in told}) == len(told)
    assert min(small) > 1024
    assert max(small) < 4096
    assert max(len(one.document) for one in SAMPLE) > 200_000
    assert any('"' in one.declaration.company for one in told)
    assert any("'" in one.declaration.company for one in told)
    assert any("œ" in one.declaration.company for one in told)


@pytest.mark.parametrize("number", [0, 1, 9_997, 9_998])
def test_companies_stay_below_the_numbers_that_are_in_use(number: int) -> None:
    company = dossiers.company_of(2020, number)

    assert siren.valid(company.siren)
    assert 10 <= int(company.siren) < 100_000


def test_a_fill_that_was_cut_short_is_resumed() -> None:
    register, documents = MemoryRegister(), MemoryDocuments(room=700)
    with pytest.raises(UnavailableError):
        dossiers.fill(SAMPLE, 1000, register, documents)  # type: ignore[arg-type]
    documents.room = 10**9

    done = dossiers.fill(SAMPLE, 1000, register, documents)  # type: ignore[arg-type]
    again = dossiers.fill(SAMPLE, 1000, register, documents)  # type: ignore[arg-type]

    assert (done, again) == ((500, 500), (0, 1000))
    assert register.lines == [one.attestation for one in SAMPLE]
    assert len(documents.bodies) == 1000


def test_listing_needs_no_settings_and_prints_json_lines() -> None:
    done = subprocess.run(
        [sys.executable, dossiers.__file__, "--list", "--count", "3", "--start-at", "5"],
        env={},
        capture_output=True,
        check=True,
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert lines == [one.attestation.as_json() for one in SAMPLE[5:8]]
