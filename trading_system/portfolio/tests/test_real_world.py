"""What life adds to buying and selling: splits, contracts, pence, fees in coins, renames, gifts, oil below zero."""

from typing import Any, NamedTuple

import pytest
from rest_framework.test import APIClient

from .book import ACTIONS, POSITIONS

pytestmark = pytest.mark.django_db

TRADES, INSTRUMENTS, ACCOUNTS = "/api/trades/", "/api/instruments/", "/api/accounts/"
COLUMNS = ("ticker", "side", "quantity", "price", "timestamp", "fee", "fee_currency", "currency")
Trade = tuple[str, ...]  # of the first of COLUMNS


class Book(NamedTuple):
    """Trades, a minute apart, and what positions say of them; by what is known of them."""

    trades: list[Trade]
    positions: list[dict[str, Any]]
    known: dict[str, Any] = {}  # bodies by address


def position(ticker: str, quantity: str, realised: str, **more: Any) -> dict[str, Any]:
    return {"ticker": ticker, "quantity": quantity, "realised_profit": realised, **more}


def split(**action: Any) -> dict[str, Any]:
    return {ACTIONS: {"kind": "split", "timestamp": "2025-06-06T20:01:30Z", **action}}


OPTION = "SPY   250620C00450000"
BOOKS = {
    "a split of four for one": Book(
        [("NVDA", "buy", "10", "800"), ("X", "buy", "1", "1"), ("NVDA", "sell", "40", "210")],
        [position("NVDA", "0", "400"), position("X", "1", "0")],
        split(ticker="NVDA", new=4, old=1),
    ),
    "a contract of a hundred": Book(
        [(OPTION, "buy", "2", "1.20"), (OPTION, "sell", "2", "1.50")], [position(OPTION, "0", "60", multiplier="100")]
    ),
    "a future's multiplier": Book(
        [("/ESM5", "buy", "1", "5000.25"), ("/ESM5", "sell", "1", "5001.25")],
        [position("/ESM5", "0", "50")],
        {INSTRUMENTS: {"ticker": "/ESM5", "kind": "future", "multiplier": "50"}},
    ),
    "pence and pounds": Book(
        [
            ("VOD", "buy", "100", "72.5", "", "", "", "GBp"),
            ("VOD", "sell", "100", "0.80", "", "", "", "GBP"),
        ],
        [position("VOD", "0", "7.5", currency="GBP")],
    ),
    "a fee in the coin": Book(
        [("ETH", "buy", "1", "2000", "", "0.001", "ETH"), ("ETH", "sell", "0.999", "2000")],
        [position("ETH", "0", "-2", fees="0", other_fees=[{"currency": "ETH", "amount": "0.001"}])],
    ),
    "a fee in the base of a pair": Book(
        [("ETH-USD", "buy", "1", "2000", "", "0.001", "ETH"), ("ETH-USD", "sell", "0.998", "2000", "", "0.001", "ETH")],
        [position("ETH-USD", "0", "-4", currency="USD", other_fees=[{"currency": "ETH", "amount": "0.002"}])],
    ),
    "a rename": Book(
        [("FB", "buy", "3", "300"), ("X", "buy", "1", "1"), ("META", "sell", "3", "310")],
        [position("META", "0", "30"), position("X", "1", "0")],
        {ACTIONS: {"kind": "rename", "ticker": "FB", "to": "META", "timestamp": "2025-06-06T20:01:30Z"}},
    ),
    "coins beside shares": Book(
        [("XRP-ETH", "buy", "250", "0.0014"), ("AAPL", "buy", "1", "170")],
        [position("AAPL", "1", "0", currency="USD"), position("XRP-ETH", "250", "0", currency="ETH")],
    ),
    "an option that expired": Book([(OPTION, "buy", "1", "1.20"), (OPTION, "sell", "1", "0")], [position(OPTION, "0", "-120")]),
    "oil below zero": Book([("CLK20", "sell", "1", "-37.63"), ("CLK20", "buy", "1", "-40")], [position("CLK20", "0", "2.37")]),
    "zeros that say nothing": Book(
        [("IGLN", "buy", "0.0290530000000000000000", "50")], [position("IGLN", "0.029053", "0", cost_basis="1.45265")]
    ),
    "eighteen decimals": Book([("ETH", "buy", "0.000037835729000001", "2000")], [position("ETH", "0.000037835729000001", "0")]),
    "odd symbols": Book(
        [(ticker, "buy", "1", "1") for ticker in ("M&M", "BRK B", "^GSPC", "BF+B")],
        [position(ticker, "1", "0") for ticker in ("BF+B", "BRK B", "M&M", "^GSPC")],
    ),
}  # fmt: skip


def as_object(number: int, trade: Trade) -> dict[str, str]:
    given = {name: text for name, text in zip(COLUMNS, trade, strict=False) if text}
    return given | {"timestamp": f"2025-06-06T20:0{number}:00Z"}


def by_post(api: APIClient, trades: list[Trade]) -> None:
    for number, trade in enumerate(trades):
        answer = api.post(TRADES, as_object(number, trade))
        assert answer.status_code == 201, answer.content


def by_import(api: APIClient, trades: list[Trade]) -> None:
    rows = [as_object(number, trade) for number, trade in enumerate(trades)]
    lines = [COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in rows)]
    text = "\n".join(",".join(line) for line in lines)
    answer = api.post(f"{TRADES}bulk/", text, content_type="text/csv")
    assert answer.json().get("created") == len(trades), answer.content


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
@pytest.mark.parametrize("enter", [by_post, by_import])
@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo", "average"])
def test_it_comes_out_right(api: APIClient, book: Book, enter: Any, method: str) -> None:
    enter(api, book.trades)
    for address, body in book.known.items():
        answer = api.post(address, body)
        assert answer.status_code == 201, answer.content
    found = api.get(POSITIONS, {"method": method}).json()["results"]
    assert [{name: one[name] for name in wanted} for one, wanted in zip(found, book.positions, strict=True)] == (
        book.positions
    )


def test_an_order_id_of_two_brokers_is_in_two_accounts(api: APIClient) -> None:
    api.post(ACCOUNTS, {"name": "other broker", "currency": "EUR"})
    trade = {"ticker": "AAPL", "side": "buy", "quantity": "1", "price": "170", "external_id": "4711"}
    answers = [api.post(TRADES, trade | account) for account in ({}, {"account": "other broker"})]
    assert [(one.status_code, one.json()["currency"]) for one in answers] == [(201, "USD"), (201, "EUR")]


def test_what_a_year_has_earned_is_one_request(api: APIClient) -> None:
    for year, price in (("2024", "100"), ("2025", "110"), ("2026", "130")):
        trade = {"ticker": "AAPL", "quantity": "1", "price": price, "timestamp": f"{year}-06-01T12:00:00Z"}
        api.post(TRADES, trade | {"side": "buy", "quantity": "2"})
        api.post(TRADES, trade | {"side": "sell", "timestamp": f"{year}-07-01T12:00:00Z"})
    asked = {"state": "closed", "disposed_from": "2025-01-01", "disposed_to": "2025-12-31"}
    [lot] = api.get("/api/lots/", asked).json()["results"]
    assert (lot["acquired_at"], lot["disposed_at"], lot["profit"]) == (
        "2024-06-01T12:00:00Z",
        "2025-07-01T12:00:00Z",
        "10",
    )


def test_each_currency_has_a_total_and_none_is_across(api: APIClient) -> None:
    by_post(api, [("XRP-ETH", "buy", "250", "0.0014"), ("AAPL", "buy", "1", "170"), ("MSFT", "buy", "1", "30")])
    totals = api.get(POSITIONS).json()["totals"]
    assert [(one["currency"], one["cost_basis"]) for one in totals] == [("ETH", "0.35"), ("USD", "200")]


def test_accounts_may_have_positions_of_their_own(api: APIClient) -> None:
    api.post(ACCOUNTS, {"name": "broker", "currency": "USD"})
    for account, side in (("main", "buy"), ("broker", "sell")):
        api.post(TRADES, {"ticker": "AAPL", "side": side, "quantity": "1", "price": "170", "account": account})
    [together] = api.get(POSITIONS).json()["results"]
    assert (together["quantity"], "account" in together) == ("0", False)
    apart = api.get(POSITIONS, {"group": "account"}).json()["results"]
    assert [(one["account"], one["quantity"]) for one in apart] == [("broker", "-1"), ("main", "1")]


def test_a_book_before_anything_was_booked_says_so(api: APIClient) -> None:
    by_post(api, [("AAPL", "buy", "1", "170")])
    booked = api.get(TRADES).json()["results"][0]["created_at"]
    for address in (TRADES, f"{TRADES}summary/", POSITIONS, "/api/lots/", "/api/candles/"):
        answer = api.get(address, {"ticker": "AAPL", "as_of": "2025-12-31"}).json()
        assert (answer["results"], answer["booked_since"]) == ([], booked)
        assert "end_date" in answer["hint"]
        assert "booked_since" not in api.get(address, {"ticker": "AAPL", "as_of": "9999-01-01"}).json()
        assert "booked_since" not in api.get(address, {"ticker": "NONE", "as_of": "9999-01-01"}).json()
