"""Kinds of instruments, and which one a ticker is of if nobody says."""

from django.db import models

from .options import option_of

NO_KIND = "Must be one of share, fund, option, future, bond, currency, crypto, index, other."


class Kind(models.TextChoices):
    SHARE = "share"
    FUND = "fund"
    OPTION = "option"
    FUTURE = "future"
    BOND = "bond"
    CURRENCY = "currency"
    CRYPTO = "crypto"
    INDEX = "index"
    OTHER = "other"


MONEY = (Kind.CURRENCY, Kind.CRYPTO)  # whose tickers are codes of currencies


def usual_kind(ticker: str) -> Kind:
    """An option, if the ticker is the symbol of a listed one."""
    return Kind.OPTION if option_of(ticker) else Kind.OTHER
