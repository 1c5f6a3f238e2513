"""ISINs, by their form and their check digit. Pure."""

import re

ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
ISIN_IN = r".*?\b(?P<ticker>[A-Z]{2}[A-Z0-9]{9}[0-9])\b.*"


def is_isin(text: str) -> bool:
    """By its form and its check digit (ISO 6166)."""
    if not ISIN.fullmatch(text):
        return False
    digits = "".join(str(int(letter, 36)) for letter in text)
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0
