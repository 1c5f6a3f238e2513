"""Rules of instruments, and what follows from one: a validator, and a trigger of their table."""

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from .isins import ISIN, NO_ISIN, isin_mistake
from .kinds import MONEY

TAKEN = "Another instrument has this ticker."
NO_CODE = (
    "The ticker of a currency or coin must be its code, of 2 to 12 letters and digits. "
    "A pair of them, such as ETH-USD, is of another kind."
)

isin_form = RegexValidator(ISIN, NO_ISIN)


def check_digit(isin: str) -> None:
    """A validator: ValidationError if the check digit or the prefix is wrong. The form is for `isin_form` to refuse."""
    mistake = isin_mistake(isin)
    if mistake not in (None, NO_ISIN):
        raise ValidationError(mistake)


def know_currency() -> pgtrigger.Trigger:
    """An instrument of kind currency or crypto makes its ticker a known currency, whoever writes it. It stays known."""
    return pgtrigger.Trigger(
        name="know_currency",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition(" OR ".join(f"NEW.kind = '{kind}'" for kind in MONEY)),
        func="INSERT INTO reference_currency (code) VALUES (NEW.ticker) ON CONFLICT DO NOTHING; RETURN NULL;",
    )
