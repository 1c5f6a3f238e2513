"""Adding and changing what is known of tickers, and what a ledger asks of it."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from rest.locks import lock_rows_of
from rest.rules import Conflict

from .instrument_rules import TAKEN
from .kinds import usual_kind
from .options import multiplier

if TYPE_CHECKING:
    from .models import Instrument

MAX_INSTRUMENTS = 100_000


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    """`Instrument.objects`."""

    def of(self, *tickers: str) -> "InstrumentQuerySet":
        """Those with these tickers, which are compared as they are: in upper case."""
        return self.filter(ticker__in=tickers)

    def after(self, ticker: str) -> "InstrumentQuerySet":
        """Those behind this ticker, in the order of tickers; all, behind an empty one."""
        return self.filter(ticker__gt=ticker).order_by("ticker")

    def multiplier_of(self) -> Callable[[str], Decimal]:
        """A function that says of a ticker what its prices are multiplied by besides the quantity. One query.

        It is what one of these instruments says; where none does, 100 for the symbol of a listed option, else 1.
        """
        said = dict(self.exclude(multiplier=None).values_list("ticker", "multiplier"))
        return lambda ticker: said.get(ticker) or Decimal(multiplier(ticker))

    @transaction.atomic
    def enter(self, given: dict[str, Any]) -> tuple["Instrument", bool]:
        """Add an instrument of validated fields. Return it and True; or False with the same one, if it is there.

        Conflict if another one has the ticker, or if there are MAX_INSTRUMENTS; IntegrityError if a rule is broken.
        """
        self.lock()
        instrument = self.model(**{"kind": usual_kind(given["ticker"]), **given})
        if known := self.of(instrument.ticker).first():
            if known.facts != instrument.facts:
                raise Conflict(TAKEN, "ticker")
            return known, False
        if self.count() >= MAX_INSTRUMENTS:
            raise Conflict(f"There are at most {MAX_INSTRUMENTS} instruments.")
        instrument.save()
        return instrument, True

    @transaction.atomic
    def change(self, instrument: "Instrument", given: dict[str, Any]) -> "Instrument":
        """Change the fields that are given; IntegrityError if a rule is broken, also if the new ticker is taken."""
        for name, value in given.items():
            setattr(instrument, name, value)
        instrument.save()
        return instrument

    def lock(self) -> None:
        """Until the end of the transaction, nobody else adds, changes or deletes one."""
        lock_rows_of(self.model)
