"""Any sequence of requests leaves what the same sequence leaves in a plain dictionary."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from rest.tests.clients import ApiClient
from trades.models import Trade

from .book import URL

FIRST = datetime(2025, 6, 1, tzinfo=UTC)
tickers = st.sampled_from(["AAPL", "MSFT", "BRK.B"])
amounts = st.decimals("0.01", "100", places=2)
sides = st.sampled_from(["buy", "sell"])
hours = st.integers(0, 72).map(lambda hour: FIRST + timedelta(hours=hour))
trades = st.fixed_dictionaries(
    {"ticker": tickers, "price": amounts, "quantity": amounts, "side": sides, "timestamp": hours},
    optional={"external_id": st.sampled_from(["a", "b", "c"]), "note": st.text("ab\n ", max_size=3)},
)


def sent(trade: dict[str, Any]) -> dict[str, Any]:
    return trade | {name: str(trade[name]) for name in ("price", "quantity", "timestamp") if name in trade}


class Ledger(RuleBasedStateMachine):
    """The service beside a dictionary of trades by id."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        Trade.objects.all().delete()
        self.api = ApiClient()
        self.model: dict[int, dict[str, Any]] = {}

    def holder(self, trade: dict[str, Any], but: int | None = None) -> int | None:
        """Who has the external_id of this trade."""
        name = trade.get("external_id")
        return next(
            (id_ for id_, own in self.model.items() if name and own["external_id"] == name and id_ != but), None
        )

    @rule(target=ids, trade=trades)
    def add(self, trade: dict[str, Any]) -> int:
        answer = self.api.post(URL, sent(trade))
        holder = self.holder(trade)
        if holder is None:
            assert answer.status_code == 201
            self.model[answer.json()["id"]] = {"external_id": None, "note": "", **trade}
            return answer.json()["id"]
        same = all(self.model[holder][name] == value for name, value in trade.items() if value)
        assert answer.status_code == (200 if same else 409)
        return holder

    @rule(id_=ids, trade=trades, name=st.sampled_from(["ticker", "price", "side", "timestamp", "external_id", "note"]))
    def change(self, id_: int, trade: dict[str, Any], name: str) -> None:
        change = {name: trade[name]} if name in trade else {}
        answer = self.api.patch(f"{URL}{id_}/", sent(change))
        if id_ not in self.model:
            assert answer.status_code == 404
        elif self.holder(change, but=id_) is not None:
            assert answer.status_code == 409
        else:
            assert answer.status_code == 200
            self.model[id_] |= change

    @rule(id_=consumes(ids))
    def delete(self, id_: int) -> None:
        assert self.api.delete(f"{URL}{id_}/").status_code == (204 if self.model.pop(id_, None) else 404)

    @rule(
        names=st.lists(tickers, min_size=1, max_size=2, unique=True),
        span=st.tuples(hours, hours).map(sorted),
        side=sides,
        least=amounts,
        size=st.integers(1, 4),
    )
    def ask(self, names: list[str], span: list[datetime], side: str, least: Decimal, size: int) -> None:
        wanted = [
            id_
            for id_, trade in self.model.items()
            if trade["ticker"] in names
            and span[0] <= trade["timestamp"] <= span[1]
            and trade["side"] == side
            and trade["price"] >= least
        ]
        begin, end = (instant.isoformat() for instant in span)
        query = {"ticker": ",".join(names), "start_date": begin, "end_date": end, "side": side, "min_price": str(least)}
        assert self.listed(page_size=str(size), **query) == self.newest_first(wanted)

    @invariant()
    def both_have_the_same_trades(self) -> None:
        assert self.listed(page_size="5") == self.newest_first(list(self.model))

    def newest_first(self, ids: list[int]) -> list[int]:
        return sorted(ids, key=lambda id_: (self.model[id_]["timestamp"], id_), reverse=True)

    def listed(self, **parameters: str) -> list[int]:
        page, found = self.api.get(URL, parameters).json(), []
        while True:
            for trade in page["results"]:
                found.append(trade["id"])
                own = self.model[trade["id"]]
                assert {name: trade[name] for name in own} == sent(own) | {"timestamp": f"{own['timestamp']:%FT%TZ}"}
            if not page["next"]:
                return found
            page = self.api.get(page["next"]).json()


@pytest.mark.django_db
def test_the_ledger_and_a_dictionary_agree() -> None:
    Ledger.TestCase.settings = settings(max_examples=10, stateful_step_count=15)
    Ledger.TestCase().runTest()
