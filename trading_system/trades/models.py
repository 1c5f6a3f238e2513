"""The ledger: trades, and what they were before.

Each rule is a constraint of the database, named `trade_<field>_<rule>`.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Length, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from reference.currencies import CURRENCY_LENGTH
from reference.models import Account
from reference.seeds import MAIN
from rest import columns, instants
from rest.columns import ExactDecimalField, above_zero
from rest.rules import rule
from rest.tickers import TICKER, TICKER_LENGTH, ticker_form

from .author import USERNAME_LENGTH
from .imports import Import as Import
from .imports import ImportedLines as ImportedLines
from .imports import LinesField as LinesField
from .kept import KeptPiece as KeptPiece
from .ledger import Ledger as Ledger
from .managers import TradeManager
from .profiles import ImportProfile as ImportProfile
from .rollups.mark_triggers import marks
from .rollups.models import Day as Day
from .rollups.models import Month as Month
from .triggers import fill_currencies, keep_times, known

EXTERNAL_ID = r"\A[!-~]([ -~]*[!-~])?\Z"  # ASCII that can be seen, without spaces around it
EXTERNAL_ID_LENGTH = 100
NOTE = r"\A[^\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]*\Z"  # of what does not print, tabs and ends of lines alone
NOTE_LENGTH = 500
WHOLE_DIGITS, DECIMALS = 20, 18  # of every amount; coins are divided into 10^18 units
NO_SIDE = 'Must be "buy" or "sell".'
TOO_FAR_AHEAD = "Must not be more than a day in the future."
AHEAD = timedelta(days=1)  # how far after the moment of writing a trade may lie, for clocks that differ

external_id_form = RegexValidator(EXTERNAL_ID, "Must be ASCII letters, digits and signs, without spaces around them.")
note_form = RegexValidator(NOTE, "Must not have control characters in it.")


def at_most_a_day_ahead(instant: datetime) -> None:
    """A validator: ValidationError if the instant is more than AHEAD from now."""
    if instant > timezone.now() + AHEAD:
        raise ValidationError(TOO_FAR_AHEAD)


def amount(**options: Any) -> ExactDecimalField:
    """A column of exact decimals: up to WHOLE_DIGITS before the point, and DECIMALS after it."""
    return ExactDecimalField(max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS, **options)


def account_column(on_delete: Any, related_name: str) -> models.ForeignKey:
    """A column of an account's id, without a constraint: the triggers `known` are it."""
    options: dict[str, Any] = {"db_constraint": False, "db_index": False, "default": MAIN, "db_default": MAIN}
    return models.ForeignKey(Account, on_delete, related_name=related_name, **options)


amount_rules = partial(columns.amount_rules, whole=WHOLE_DIGITS, decimals=DECIMALS)


class Side(models.TextChoices):
    BUY = "buy"
    SELL = "sell"


class Trade(models.Model):
    """One fill: so much of a ticker, bought or sold at a price, at an instant, in an account."""

    ticker = models.CharField(max_length=TICKER_LENGTH, validators=[ticker_form])
    price = amount()  # zero for a gift or an option that expired; below zero as oil was in April 2020
    quantity = amount(validators=[above_zero])
    side = models.CharField(max_length=4, choices=Side)
    timestamp = models.DateTimeField(db_default=Now(), validators=[at_most_a_day_ahead])
    fee = amount(db_default=0, default=0)  # a rebate is below zero
    external_id = models.CharField(  # noqa: DJ001  # NULL, which many may have, is no name
        max_length=EXTERNAL_ID_LENGTH, null=True, blank=True, validators=[external_id_form]
    )
    note = models.TextField(
        max_length=NOTE_LENGTH,
        db_default="",
        default="",
        blank=True,
        validators=[MaxLengthValidator(NOTE_LENGTH), note_form],
    )
    account = account_column(models.PROTECT, "trades")
    currency = models.CharField(max_length=CURRENCY_LENGTH, default="", blank=True)
    fee_currency = models.CharField(max_length=CURRENCY_LENGTH, default="", blank=True)
    import_id = models.IntegerField(null=True, editable=False)  # the act that added it, if it came with many others
    created_by = models.CharField(max_length=USERNAME_LENGTH, null=True, editable=False)  # noqa: DJ001  # nobody's name
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    xid = columns.transaction_column()  # in which this version began, or a later one: changes.py

    objects = TradeManager()

    class Meta:
        ordering = ("-timestamp", "-id")
        indexes = (
            models.Index(fields=["account", "timestamp", "id"], name="trade_account_timestamp"),
            models.Index(fields=["account", "ticker", "timestamp", "id"], name="trade_account_ticker"),
            # A B-tree would cost bulk loads a tenth of their speed, and updates the chance to stay on their page.
            BrinIndex(fields=["updated_at"], name="trade_updated_at", autosummarize=True),
            models.Index(fields=["xid", "id"], name="trade_xid"),
        )
        constraints = (
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            *amount_rules("price", signed=True),
            *amount_rules("quantity"),
            *amount_rules("fee", signed=True),
            rule("side_known", Q(side__in=Side.values), NO_SIDE),
            rule("timestamp_ahead", Q(timestamp__lte=F("updated_at") + AHEAD), TOO_FAR_AHEAD),
            rule("timestamp_year", Q(timestamp__gte=instants.BEGIN), "Must be from the year 1 on."),
            rule("external_id_form", Q(external_id__regex=EXTERNAL_ID), external_id_form.message),
            rule("note_form", Q(note__regex=NOTE), note_form.message),
            rule("note_length", LessThanOrEqual(Length("note"), NOTE_LENGTH), f"At most {NOTE_LENGTH} characters."),
            models.UniqueConstraint(
                fields=["account", "external_id"],
                condition=Q(external_id__isnull=False),  # trades without one stay out of the index
                name="trade_external_id_account_unique",
                violation_error_message="Another trade has it.",
            ),
        )
        triggers = (keep_times(), fill_currencies(), *known(), *marks())

    def __str__(self) -> str:
        return f"{self.side} {self.quantity:f} {self.ticker} at {self.price:f}"

    def save(self, **options: Any) -> None:
        super().save(**options)
        self.refresh_from_db(fields=["currency", "fee_currency", "created_at", "updated_at"])  # which the database sets


# An event keeps what was, not what became of it: a trade is its own newest version, so adding one costs nothing here.
TradeEvent = pghistory.create_event_model(
    Trade,
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    context_field=pghistory.ContextJSONField(),
    context_id_field=None,  # type: ignore[arg-type]  # as its documentation says
    append_only=True,
    attrs={
        "pgh_id": models.BigAutoField(primary_key=True),
        "account": account_column(models.DO_NOTHING, "+"),
        "pgh_xid": columns.transaction_column(),  # in which the version ended
    },
    meta={
        "indexes": [
            models.Index(fields=["pgh_created_at"], name="tradeevent_created_at"),
            models.Index(fields=["xid", "pgh_obj", "pgh_id"], name="tradeevent_xid"),
            models.Index(
                Greatest("pgh_xid", "xid"),
                "pgh_obj",
                "pgh_id",
                name="tradeevent_deletion",
                condition=Q(pgh_label="delete"),
            ),
        ]
    },
    abstract=False,
)


def main_alone() -> list[int]:
    """Where all imports went that are from before there were accounts: for migrations."""
    return [MAIN]
