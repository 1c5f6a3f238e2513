"""What a trade refers to: accounts and their members, instruments, currencies.

Rules are constraints of the database, as everywhere.
"""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from rest.columns import ExactDecimalField, Versioned, above_zero, amount_rules
from rest.rules import Conflict, rule
from rest.tickers import TICKER, TICKER_LENGTH, ticker_form

from . import options
from .account_rules import stays
from .currencies import CURRENCY, CURRENCY_LENGTH
from .instrument_manager import InstrumentQuerySet
from .instrument_rules import NO_CODE, TAKEN, check_digit, isin_form, know_currency
from .isins import ISIN, ISIN_LENGTH
from .kinds import MONEY, NO_KIND, Kind
from .managers import AccountQuerySet
from .members import NO_ROLE, MemberRole
from .seeds import MAIN

NAME_LENGTH, NOTE_LENGTH = 64, 500
PRINTS = r"\A[^\u0001-\u001f\u007f]*\Z"
# Commas separate the names of a filter.
ACCOUNT_NAME = r"\A[^\u0001-\u0020\u007f,]([^\u0001-\u001f\u007f,]*[^\u0001-\u0020\u007f,])?\Z"
INSTRUMENT_NAME_LENGTH = 200
WHOLE_DIGITS, DECIMALS = 20, 18  # of a multiplier

name_form = RegexValidator(ACCOUNT_NAME, "Must not have commas or control characters, nor spaces around it.")
prints = RegexValidator(PRINTS, "Must not have control characters in it.")
currency_form = RegexValidator(CURRENCY, "Must be the code of a currency, such as USD or BTC.")


class Currency(models.Model):
    """A code that prices and fees may be in. currencies.py says which there are."""

    code = models.CharField(max_length=CURRENCY_LENGTH, primary_key=True, validators=[currency_form])

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "currencies"
        constraints = (rule("code_form", Q(code__regex=CURRENCY), currency_form.message),)

    def __str__(self) -> str:
        return self.code


def currency_column(**options: Any) -> models.ForeignKey:
    """A column of a known currency's code."""
    return models.ForeignKey(Currency, models.PROTECT, related_name="+", **options)


class Account(Versioned):
    """A book of trades of its own. Without members it is everybody's; with some, nobody else sees anything of it.

    Two accounts may have one name, if nobody who sees the one sees the other: that a name is taken would tell of it.
    """

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=NAME_LENGTH, validators=[name_form])
    currency = currency_column(db_column="currency")  # of prices in trades that do not say theirs
    note = models.TextField(max_length=NOTE_LENGTH, db_default="", default="", blank=True, validators=[prints])

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = (
            rule("name_form", Q(name__regex=ACCOUNT_NAME), name_form.message),
            rule("note_form", Q(note__regex=PRINTS), prints.message),
            rule("note_length", LessThanOrEqual(Length("note"), NOTE_LENGTH), f"At most {NOTE_LENGTH} characters."),
        )
        triggers = (stays(),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_main(self) -> bool:
        """Whether trades that name no account go here. So it is everybody's, and stays."""
        return self.pk == MAIN

    def role_of(self, user: Any) -> str | None:
        """The user's role as a member; None for no member."""
        return next((member.role for member in self.memberships.all() if member.user_id == user.pk), None)

    def remove(self) -> None:
        """Delete the account, whose row is locked. Conflict if it is `main`, or has trades, or had some."""
        if self.is_main:
            raise Conflict(f"Trades that name no account go into {self.name}: it cannot be deleted.")
        if number := self.trades.count():  # which Trade declares, in a room that knows this one
            raise Conflict(f"The account {self.name} has {number:,} trade{'s' if number > 1 else ''}.")
        try:
            with transaction.atomic():
                self.delete()
        except IntegrityError:  # the trigger `stays`
            raise Conflict(
                f"The account {self.name} had trades that were deleted or moved: it stays with their history."
            ) from None


class Membership(models.Model):
    """A member sees the account; a trader, who has that role too, writes to it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    # A user who is deleted may be the last member, and an account without members is everybody's.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=6, choices=MemberRole)

    class Meta:
        constraints = (
            rule("role_known", Q(role__in=MemberRole.values), NO_ROLE),
            rule("account_shared", ~Q(account=MAIN), "The first account is everybody's, and has no members."),
            models.UniqueConstraint(
                fields=["account", "user"],
                name="membership_user_unique",
                violation_error_message="Is a member already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} of {self.account}"


class Instrument(Versioned):
    """What is known of a ticker. None is needed to book a trade of it; what is not said here is None."""

    ticker = models.CharField(max_length=TICKER_LENGTH, validators=[ticker_form])
    name = models.CharField(
        max_length=INSTRUMENT_NAME_LENGTH, db_default="", default="", blank=True, validators=[prints]
    )
    kind = models.CharField(max_length=8, choices=Kind, db_default=Kind.OTHER, default=Kind.OTHER)
    currency = currency_column(null=True, blank=True, db_column="currency")
    multiplier = ExactDecimalField(  # what a price is multiplied by, besides the quantity
        max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS, null=True, blank=True, validators=[above_zero]
    )
    base_asset = currency_column(null=True, blank=True, db_column="base_asset")
    isin = models.CharField(  # noqa: DJ001  # NULL is no ISIN
        max_length=ISIN_LENGTH, null=True, blank=True, validators=[isin_form, check_digit]
    )

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        ordering = ("ticker",)
        constraints = (
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            rule("name_form", Q(name__regex=PRINTS), prints.message),
            rule("kind_known", Q(kind__in=Kind.values), NO_KIND),
            *amount_rules("multiplier", WHOLE_DIGITS, DECIMALS),
            rule("isin_form", Q(isin__regex=ISIN), isin_form.message),
            rule("ticker_code", ~Q(kind__in=MONEY) | Q(ticker__regex=CURRENCY), NO_CODE),
            models.UniqueConstraint(fields=["ticker"], name="instrument_ticker_unique", violation_error_message=TAKEN),
        )
        triggers = (know_currency(),)

    def __str__(self) -> str:
        return self.ticker

    @property
    def option(self) -> options.Option | None:
        """What the ticker says, if it is the symbol of a listed option."""
        return options.option_of(self.ticker)

    @property
    def effective_multiplier(self) -> Decimal:
        """What is said; else 100 for the symbol of a listed option, and 1 for any other ticker."""
        return Decimal(options.multiplier(self.ticker)) if self.multiplier is None else self.multiplier

    @property
    def facts(self) -> tuple[Any, ...]:
        """All that it says of its ticker: with equal ones, two instruments are the same."""
        return self.name, self.kind, self.currency_id, self.effective_multiplier, self.base_asset_id, self.isin
