"""What happens to a ledger, for state machines: all ways in which trades come, change and go."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from portfolio.models import CorporateAction
from reference.managers import ALL
from rest.rules import Conflict
from rest.tests.clients import ApiClient
from trades import reversal
from trades.models import Trade, TradeEvent
from trades.tests.files import send

from .histories import days_begin, picks, ratios, some_trades, tickers, trades

COLUMNS = ("account_id", "ticker", "side", "quantity", "price", "fee", "currency", "fee_currency", "timestamp")
INSERT = f"INSERT INTO trades_trade ({', '.join(COLUMNS)}, note) VALUES ({', '.join(['%s'] * len(COLUMNS))}, '')"


class Ledger(RuleBasedStateMachine):
    """Trades, imports and corporate actions. Rules pick among those that are there by their number."""

    def __init__(self) -> None:
        super().__init__()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE trades_trade, trades_tradeevent, trades_import, portfolio_corporateaction CASCADE")
        self.accounts = dict(map(reversed, ALL.accounts()))
        self.imports = list[int]()

    def row(self, trade: dict[str, Any]) -> dict[str, Any]:
        """Its columns."""
        return {"account_id": self.accounts[trade["account"]], **{name: trade[name] for name in COLUMNS[1:]}}

    def one(self, pick: int) -> Any:
        """The ids of one of the trades, or none."""
        ids = list(Trade.objects.order_by("id").values_list("id", flat=True))
        return Trade.objects.filter(pk=ids[pick % len(ids)] if ids else 0)

    @rule(added=some_trades)
    def book(self, added: list[dict[str, Any]]) -> None:
        Trade.objects.bulk_create(Trade(**self.row(trade)) for trade in added)

    @rule(added=some_trades)
    def import_(self, added: list[dict[str, Any]]) -> None:
        names = ("account", *COLUMNS[1:])
        lines = [names, *([trade[name] for name in names] for trade in added)]
        answer = send(ApiClient(), "\n".join(",".join(map(str, line)) for line in lines))
        report = answer.json()
        assert answer.status_code in (200, 201), report
        if number := report.get("import"):
            self.imports.append(number)

    @rule(pick=picks, what=st.sampled_from([reversal.undo, reversal.undo, reversal.redo]))
    def take_back(self, pick: int, what: Any) -> None:
        if self.imports:
            with suppress(Conflict):
                what(self.imports[pick % len(self.imports)])

    @rule(pick=picks, new=trades, names=st.sets(st.sampled_from(COLUMNS), min_size=1, max_size=3))
    def change(self, pick: int, new: dict[str, Any], names: set[str]) -> None:
        row = self.row(new)
        self.one(pick).update(**{name: row[name] for name in names})

    @rule(ticker=tickers, days=st.sampled_from([-31, -1, 1, 29]))
    def move(self, ticker: str, days: int) -> None:
        """All trades of a ticker, by one statement."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE trades_trade SET timestamp = timestamp + %s WHERE ticker = %s", [timedelta(days), ticker]
            )

    @rule(pick=picks)
    def delete(self, pick: int) -> None:
        self.one(pick).delete()

    @rule(pick=picks)
    def restore(self, pick: int) -> None:
        gone = list(
            TradeEvent.objects.filter(pgh_label="delete").order_by("-pgh_id").values_list("pgh_obj_id", flat=True)
        )
        if gone:
            with suppress(Conflict):
                Trade.objects.restore(gone[pick % len(gone)])

    @rule(sure=st.sampled_from([*[False] * 9, True]))
    def empty(self, sure: bool) -> None:
        if sure:
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE trades_trade")

    @rule(ticker=tickers, instant=days_begin, ratio=ratios)
    def split(self, ticker: str, instant: datetime, ratio: tuple[int, int]) -> None:
        self.enter(kind="split", ticker=ticker, timestamp=instant, new=ratio[0], old=ratio[1])

    @rule(ticker=tickers, instant=days_begin, to=tickers)
    def rename(self, ticker: str, instant: datetime, to: str) -> None:
        self.enter(kind="rename", ticker=ticker, timestamp=instant, to=to)

    def enter(self, **action: Any) -> None:
        """Unless it contradicts another, or changes nothing."""
        with suppress(ValidationError, IntegrityError):
            CorporateAction.objects.enter(action)

    @rule(pick=picks)
    def forget_action(self, pick: int) -> None:
        if actions := list(CorporateAction.objects.order_by("id")):
            actions[pick % len(actions)].delete()
