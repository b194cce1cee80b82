#!/usr/bin/env python3
"""Fill the register and the bucket with invented dossiers, the same ones for the same seed."""

import argparse
import base64
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent / "service"))

from attestation import identifier, letter, record, settings, siren
from attestation.declaration import Declaration
from attestation.eligibility import CENT, ceiling
from attestation.errors import ServiceError

if TYPE_CHECKING:
    from attestation.documents import Documents
    from attestation.register import PostgresRegister

# Numbers 000 000 01x to 000 099 99x. The lowest ones we have seen published belong to real companies from
# 000 199 968 on; those attributed today begin with 9. We know of no range that Insee sets aside for examples, so this
# is the emptiest corner we found, not a promise by Insee. Beyond 9,999 dossiers the same invented companies ask again.
COMPANIES = 9_999

BATCH = 500
WORKERS = 8
FIRST_DAY = datetime(2020, 3, 25, 7, 0, tzinfo=UTC)
SECONDS = 281 * 24 * 3600  # until 30 December 2020
LARGE_EVERY = 200
LARGE_BYTES = 150_000  # 200 KB once written in base 64

TRADES = (
    "Boulangerie", "Menuiserie", "Ébénisterie", "Chaudronnerie", "Crêperie", "Maçonnerie", "Pêcherie", "Théâtre",
    "Hôtellerie", "Imprimerie", "Conserverie", "Horlogerie", "Tôlerie", "Cœur d'atelier", "Pépinière", "Câblerie",
)  # fmt: skip
FORMS = ("SARL", "SAS", "EURL", "SCOP", "SA", "EI")
STARTS = ("Bré", "Quar", "Vrél", "Ombr", "Tru", "Zéph", "Gland", "Ploc", "Nœv", "Fouïn", "Haÿ", "Strou")
MIDDLES = ("in", "ou", "am", "el", "ué", "av", "igl")
ENDS = ("dor", "zac", "moise", "velle", "quin", "bêche", "lure", "ïgne", "ponte")
BANKS = (
    "Banque fictive du Ponant", "Caisse d'exemple de l'Armor", "Crédit imaginaire « L'Écu »",
    "Comptoir inventé des Trois-Îles", "Banque Modèle & Fils",
)  # fmt: skip
SENTENCES = (
    "L'entreprise déclare une baisse d'activité depuis la mi-mars.",
    "Les commandes reportées s'élèvent à près d'un tiers du carnet.",
    "Le loyer d'avril a été différé d'un commun accord.",
    "« Nous pensons rouvrir avant l'été », précise la gérance.",
    "Les pièces jointes ont été contrôlées à l'arrivée.",
    "Aucun incident de paiement n'a été relevé sur l'exercice.",
)


@dataclass(frozen=True)
class Dossier:
    """One line of the register and its document."""

    attestation: record.Attestation
    document: bytes


@dataclass(frozen=True)
class Company:
    """An invented company, which says the same about itself each time it asks."""

    siren: str
    name: str
    founded: date
    turnover_2019: Decimal
    payroll: Decimal


def dossier(seed: int, number: int) -> Dossier:
    """Return dossier `number` of the population `seed`; it depends on no other dossier."""
    chance = Random(f"{seed}:dossier:{number}")
    company = company_of(seed, number % COMPANIES)
    declaration = Declaration(
        siren=company.siren,
        company=company.name,
        founded=company.founded,
        turnover_2019=company.turnover_2019,
        payroll=company.payroll,
        amount=_asked(chance, company),
        bank=chance.choice(BANKS),
    )
    now = FIRST_DAY + timedelta(seconds=chance.randrange(SECONDS))
    decided = record.draft(declaration, identifier=_name(seed, number, now.year), now=now)
    document = letter.write(decided, annex=_annex(chance, large=number % LARGE_EVERY == LARGE_EVERY - 1))
    return Dossier(record.seal(decided, document), document)


def company_of(seed: int, number: int) -> Company:
    """Return company `number` of the population `seed`."""
    chance = Random(f"{seed}:company:{number}")
    first_eight = f"{number + 1:08}"
    young = chance.randrange(100) < 15
    day = chance.randrange(430) if young else -1 - chance.randrange(25_000)
    magnitude = 10 ** chance.randrange(6, 9)  # in cents: from 10,000 to 10,000,000 euros a year
    turnover = chance.randrange(magnitude, 10 * magnitude)
    payroll = turnover * chance.randrange(8, 45) // 100
    founded = date(2019, 1, 1) + timedelta(days=day)
    return Company(
        siren=first_eight + siren.check_digit(first_eight),
        name=_company_name(chance),
        founded=founded,
        turnover_2019=Decimal(turnover if founded.year < 2020 else 0) * CENT,
        payroll=Decimal(payroll) * CENT,
    )


def dossiers(seed: int, *, count: int, start_at: int = 0) -> Iterator[Dossier]:
    """Return `count` dossiers, from `start_at` on."""
    return (dossier(seed, number) for number in range(start_at, start_at + count))


def _name(seed: int, number: int, year: int) -> str:
    """Walk through all 40-bit numbers in an odd stride, so that no two dossiers of a population share one."""
    chance = Random(f"{seed}:identifiers")
    first, stride = chance.getrandbits(identifier.BITS), chance.getrandbits(identifier.BITS) | 1
    return identifier.make(year, (first + number * stride) % 2**identifier.BITS)


def _asked(chance: Random, company: Company) -> Decimal:
    most = ceiling(founded=company.founded, turnover_2019=company.turnover_2019, payroll=company.payroll).amount
    if chance.randrange(100) < 12:
        return (most * chance.randrange(101, 300) / 100).quantize(CENT, ROUND_DOWN) + CENT
    return (most * chance.randrange(10, 101) / 100).quantize(CENT, ROUND_DOWN)


def _company_name(chance: Random) -> str:
    def word() -> str:
        return chance.choice(STARTS) + chance.choice(MIDDLES) + chance.choice(ENDS)

    trade, form, first, second = chance.choice(TRADES), chance.choice(FORMS), word(), word()
    shapes = (
        f"{trade} {first} {form}",
        f"{trade} de {first}-lès-{second} {form}",
        f"{trade} « {first} » {form}",
        f'{form} "{first} & {second}"',
        f"L'Atelier d'en Haut <{second}>, {trade.lower()}",
    )
    return chance.choice(shapes)


def _annex(chance: Random, *, large: bool) -> str:
    if large:
        return base64.encodebytes(chance.randbytes(LARGE_BYTES)).decode()
    wanted = chance.randrange(2_100)
    text = ""
    while len(text) < wanted:
        text += chance.choice(SENTENCES) + "\n"
    return text


def fill(wanted: Iterable[Dossier], total: int, register: "PostgresRegister", store: "Documents") -> tuple[int, int]:
    """Write what is not there yet, and return how many were written and how many were kept."""
    source, began, written, kept = iter(wanted), time.monotonic(), 0, 0
    with ThreadPoolExecutor(WORKERS) as pool:
        while batch := list(islice(source, BATCH)):
            known = register.known([one.attestation.identifier for one in batch])
            fresh = [one for one in batch if one.attestation.identifier not in known]
            # As in the service: lines, then documents, then commit. A batch that was cut short is simply done again.
            with register.enter_many([one.attestation for one in fresh]):
                list(pool.map(lambda one: store.put(one.attestation, one.document), fresh))
            written, kept = written + len(fresh), kept + len(known)
            rate = written / (time.monotonic() - began)
            say(f"{written + kept}/{total} dossiers ({kept} kept, {rate:.0f} written per second)")
    return written, kept


def say(words: str) -> None:
    """Tell the person who waits; stdout is for the answer."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=_natural, default=2000, help="how many dossiers (2000)")
    parser.add_argument("--seed", type=int, default=2020, help="which population (2020)")
    parser.add_argument("--start-at", type=_natural, default=0, help="number of the first dossier (0)")
    parser.add_argument("--list", action="store_true", help="print them as JSON lines and touch nothing")
    told = parser.parse_args(arguments)
    wanted = dossiers(told.seed, count=told.count, start_at=told.start_at)
    if told.list:
        return _list(wanted)
    try:
        written, kept = _fill_from(os.environ, wanted, told.count)
    except settings.SettingsError as error:
        say(f"dossiers: cannot start: {error}")
        return 2
    except ServiceError as error:
        say(f"dossiers: stopped: {error}; run the same command again to resume")
        return 1
    sys.stdout.write(json.dumps({"written": written, "kept": kept, "seed": told.seed}) + "\n")
    return 0


def _list(wanted: Iterable[Dossier]) -> int:
    try:
        for one in wanted:
            sys.stdout.write(json.dumps(one.attestation.as_json(), ensure_ascii=False) + "\n")
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _fill_from(environment: Mapping[str, str], wanted: Iterable[Dossier], total: int) -> tuple[int, int]:
    from attestation import documents
    from attestation.register import PostgresRegister

    told = settings.read(environment)
    register = PostgresRegister(told.register)
    register.prepare()
    store = documents.connect(told.documents, connections=WORKERS)
    store.ready()
    return fill(wanted, total, register, store)


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("negative")
    return number


if __name__ == "__main__":
    sys.exit(main())
