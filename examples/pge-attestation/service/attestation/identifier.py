"""Name an attestation so that a slip of the pen is noticed: `PGE-2020-7K3M9QXV-C`."""

import re

# Crockford's base 32: no I, L, O or U, so that nothing can be misread or spell a word by accident.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = 40
_SHAPE = re.compile(rf"PGE-([0-9]{{4}})-([{ALPHABET}]{{8}})-([{ALPHABET}])")


def check_character(text: str) -> str:
    """Return the character that makes the whole add up: Luhn's formula, in base 32."""
    base = len(ALPHABET)
    total = 0
    for place, character in enumerate(reversed(text)):
        value = ALPHABET.index(character) * (1 if place % 2 else 2)
        total += value // base + value % base
    return ALPHABET[-total % base]


def make(year: int, number: int) -> str:
    """Return the identifier for a year and a 40-bit number."""
    if not 0 <= number < 2**BITS:
        raise ValueError(f"an identifier holds {BITS} bits")
    drawn = "".join(ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -1, -5))
    return f"PGE-{year:04}-{drawn}-{check_character(f'{year:04}{drawn}')}"


def valid(identifier: str) -> bool:
    """Say whether this can be the identifier of an attestation at all."""
    match = _SHAPE.fullmatch(identifier)
    return match is not None and check_character(match[1] + match[2]) == match[3]
