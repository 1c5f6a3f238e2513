"""International Securities Identification Numbers (ISO 6166), such as US0378331005.

Two letters say who gave it, nine letters or digits are its own, and the last digit is computed from all others.
"""

import re

from stdnum import isin as iso_6166

ISIN = r"\A[A-Z]{2}[A-Z0-9]{9}[0-9]\Z"
ISIN_LENGTH = 12
NO_ISIN = "Must be two letters, nine letters or digits, and a digit."
# Prefixes that are no countries, and that python-stdnum does not know: of digital tokens, and of derivatives that are
# traded over the counter.
BESIDES = ("XT", "EZ")


def normal_isin(text: str) -> str:
    """Trimmed and upper-cased."""
    text = text.strip(" ")
    return text.upper() if text.isascii() else text


def isin_mistake(isin: str) -> str | None:
    """What is wrong with it, in normal form; None if nothing is."""
    if not re.fullmatch(ISIN, isin):
        return NO_ISIN
    prefix, digit = isin[:2], iso_6166.calc_check_digit(isin[:-1])
    if not isin.endswith(digit):
        return f"Its check digit should be {digit}: one of its characters is wrong."
    if prefix not in BESIDES and not iso_6166.is_valid(isin):
        return f"No ISIN begins with {prefix}: it is neither a country nor another prefix of ISO 6166."
    return None
