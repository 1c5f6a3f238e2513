"""What is booked comes from any reader: rows, and what is known of the file when they have been read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from trades.booking import Booking
from trades.bulk import Options, load
from trades.files.rows import Row, Wrong
from trades.models import Import, Trade

pytestmark = pytest.mark.django_db
AT = "2025-06-06T20:00:00Z"


def trade(ticker: str, at: str = AT, **fields: Any) -> dict[str, Any]:
    return {"ticker": ticker, "price": "1", "quantity": "1", "side": "buy", "timestamp": at, **fields}


@dataclass
class Statement:
    """A source of these rows."""

    given: list[Row]
    newest_first: bool = False
    name: str = "C:\\files\\my\x07 statement.xlsx"
    profile: str = "a-broker"
    made: dict[str, Any] = field(default_factory=lambda: {"choices": [{"zone": "Europe/Berlin"}]})
    left_out: list[dict[str, Any]] = field(default_factory=list)
    digest: bytes = b"digest"

    def rows(self) -> Iterator[Row]:
        yield from self.given
        self.left_out = [{"kind": "dividend", "rows": 2, "lines": [4, 9]}]


def book(source: Statement, **options: Any) -> Any:
    return load(source, Booking.of_command(), Options(**options))


def tickers() -> list[str]:
    return list(Trade.objects.order_by("id").values_list("ticker", flat=True))


def test_an_import_remembers_where_its_rows_are_from() -> None:
    report = book(Statement([(2, trade("A"))]))
    record = Import.objects.get(pk=report.record)
    assert (record.name, record.profile) == ("my statement.xlsx", "a-broker")
    assert record.made == {"choices": [{"zone": "Europe/Berlin"}]}
    assert record.left_out == report.left_out == [{"kind": "dividend", "rows": 2, "lines": [4, 9]}]
    assert (record.created, record.duplicates, record.failed) == (1, 0, 0)


def test_of_a_file_whose_newest_row_is_first_the_oldest_is_booked_first() -> None:
    """Days without times: the order of ids is the order of the file from its end, but that of trades of one row stays."""
    rows: list[Row] = [(2, trade("C")), (3, trade("B1")), (3, trade("B2")), (4, trade("A"))]
    book(Statement(rows, newest_first=True))
    assert tickers() == ["A", "B1", "B2", "C"]


def test_trades_of_one_row_are_in_the_order_in_which_they_were_given() -> None:
    book(Statement([(2, trade("Z")), (2, trade("A")), (1, trade("M"))]))
    assert tickers() == ["M", "Z", "A"]


@pytest.mark.parametrize(
    "rows",
    [
        [(2, trade("A")), (2, Wrong("no"))],
        [(2, Wrong("no")), (2, trade("A"))],
        [(2, trade("A")), (2, trade("B", quantity="0"))],
        [(2, trade("A", quantity="0")), (2, trade("B")), (2, trade("C"))],
        [(2, trade("A")), (2, trade("B", currency="NONE"))],
        [(2, trade("A", at="2999-01-01T00:00:00Z")), (2, trade("B"))],
        [(2, trade("A", external_id="x")), (2, trade("B", external_id="x"))],
    ],
)
def test_if_one_trade_of_a_row_is_refused_so_are_the_others(rows: list[Row]) -> None:
    report = book(Statement([*rows, (3, trade("GOOD"))]), skip=True)
    assert tickers() == ["GOOD"]
    assert (report.created, report.failed) == (1, 1)
    assert {error["line"] for error in report.errors} == {2}


def test_of_two_trades_of_a_row_the_one_that_is_not_there_is_booked() -> None:
    Trade.objects.create(**trade("A"))
    report = book(Statement([(2, trade("A")), (2, trade("B"))]))
    assert (report.created, report.repeated) == (1, 1)
    assert book(Statement([(2, trade("A")), (2, trade("B"))])).created == 0


def test_a_kept_record_becomes_the_import() -> None:
    kept = Import.objects.create(digest=b"digest", name="kept.csv")
    report = load(Statement([(2, trade("A"))], name="kept.csv"), Booking.of_command(), Options(), kept)
    assert report.record == kept.pk
    assert Import.objects.get().state == "booked"


def test_a_kept_record_of_nothing_new_is_booked_all_the_same() -> None:
    book(Statement([(2, trade("A"))]))
    kept = Import.objects.create(digest=b"digest", name="kept.csv")
    report = load(Statement([(2, trade("A"))]), Booking.of_command(), Options(), kept)
    assert (report.created, report.duplicates, report.record) == (0, 1, kept.pk)
    assert Import.objects.get(pk=kept.pk).state == "booked"


def test_a_kept_record_of_a_refused_file_stays_kept() -> None:
    kept = Import.objects.create(digest=b"digest", name="kept.csv")
    load(Statement([(2, Wrong("no"))]), Booking.of_command(), Options(), kept)
    assert Import.objects.get().state == "kept"
