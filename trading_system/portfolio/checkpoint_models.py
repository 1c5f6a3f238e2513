"""Checkpoints: what was held at the end of a day, so that not all trades before it have to be read again.

A checkpoint is never wrong: it was made from all trades up to the end of its day by UTC, unless one of their days is
marked in trades_mark, or its mark was folded and waits in portfolio_stale, or its signature is another one by now. Only
`checkpoints.fold` takes rows of portfolio_stale away. See docs/explanation/rollups.md.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from reference.currencies import CURRENCY_LENGTH
from rest.columns import exact
from rest.tickers import TICKER_LENGTH

METHOD_LENGTH, DIGEST_LENGTH = 8, 32


class Checkpoint(models.Model):
    """Of a ticker by then, and its prices' major currency: what accounts held together, by a method.

    `accounts` is the id of one account, or the MD5 of the ids of several: those that had traded it. `lots` are the ids
    of trades that had opened what was still open, in the order in which they are closed, and `remainders` how much was
    left of each; at average cost there are none. `signature` is what corporate actions and instruments made of the
    trades.
    """

    ticker = models.CharField(max_length=TICKER_LENGTH)
    currency = models.CharField(max_length=CURRENCY_LENGTH)
    method = models.CharField(max_length=METHOD_LENGTH)
    accounts = models.CharField(max_length=DIGEST_LENGTH)
    day = models.DateField()
    signature = models.CharField(max_length=DIGEST_LENGTH)
    quantity = exact()
    basis = exact()
    open_fees = exact()
    lots = ArrayField(models.BigIntegerField())
    remainders = ArrayField(exact())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["ticker", "currency", "method", "accounts", "day"], name="checkpoint_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticker} in {self.currency} by {self.method} up to {self.day}"
