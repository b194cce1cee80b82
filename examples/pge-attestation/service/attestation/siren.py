"""Check the nine-digit number by which France knows a company."""

LENGTH = 9


def check_digit(first_eight: str) -> str:
    """Return the ninth digit, by the Luhn formula that Insee uses."""
    doubled = (int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(first_eight))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def valid(siren: str) -> bool:
    """Say whether these are nine digits of which the last one is the right check digit."""
    if len(siren) != LENGTH or not siren.isascii() or not siren.isdigit():
        return False
    return check_digit(siren[:-1]) == siren[-1]
