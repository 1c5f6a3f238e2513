"""What the trades of days and months amount to, and which days have changed since.

A rollup is never wrong: a day without a mark has the sums of its trades, and a month without a marked day has the sums
of its days. Triggers mark the days that they change, and only `fold` takes marks away. See docs/explanation/rollups.md.
"""

from django.db import models

from reference.currencies import CURRENCY_LENGTH
from rest.columns import exact
from rest.tickers import TICKER_LENGTH

KEY = ("account_id", "ticker", "day", "currency", "fee_currency", "kind")


class Rollup(models.Model):
    """Trades of an account, a ticker and a pair of currencies, in the days by UTC from `day` on.

    Of each side there are sums of quantities, of price times quantity, and of fees, which are null where there is
    nothing to add up. Fees in another currency than the price's, or than its minor unit, are those that are not zero.
    `kind` keeps trades apart whose fee, taken in units of what is traded, leaves nothing or turns them round:
    sums.KIND. Columns of one width stand together: no byte between them is lost.
    """

    account_id = models.IntegerField()
    day = models.DateField()
    buys = models.IntegerField()
    sells = models.IntegerField()
    first_at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_at = models.DateTimeField()
    last_id = models.BigIntegerField()
    oldest_version = models.DateTimeField()  # when the first of the trades' present versions began, and the last
    newest_version = models.DateTimeField()
    kind = models.SmallIntegerField()
    ticker = models.CharField(max_length=TICKER_LENGTH)
    currency = models.CharField(max_length=CURRENCY_LENGTH)
    fee_currency = models.CharField(max_length=CURRENCY_LENGTH)
    first_price = exact()
    last_price = exact()
    high = exact()
    low = exact()
    buy_quantity = exact(null=True)
    buy_value = exact(null=True)
    buy_fees = exact(null=True)
    sell_quantity = exact(null=True)
    sell_value = exact(null=True)
    sell_fees = exact(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.ticker} from {self.day} on"


class Day(Rollup):
    """A day's trades."""

    pk = models.CompositePrimaryKey(*KEY)


class Month(Rollup):
    """A month's trades; `day` is its first."""

    pk = models.CompositePrimaryKey(*KEY)
