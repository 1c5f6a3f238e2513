"""POST /api/trades/bulk/ when something breaks half-way, or happens twice at once."""

import io
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.db import connection
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from trades import bulk
from trades.booking import Booking
from trades.files.source import OwnColumns, TradeFile
from trades.models import Import, Trade

from .files import URL, counts, send

Together = Callable[..., list[Any]]

ROWS = 5_000
FILE = ("ticker,price,quantity,side,timestamp\n" + "AAPL,170.25,10,buy,2025-06-06T20:00:00Z\n" * ROWS).encode()
COLUMNS, AT = "ticker,price,quantity,side,timestamp", "2025-06-06T20:00:00Z"
NAMED_HEADER = "ticker,price,quantity,side,timestamp,external_id\n"
NAMED = (NAMED_HEADER + "".join(f"A,1,1,buy,2025-06-06T20:00:00Z,{n}\n" for n in range(300))).encode()


class Interrupted(io.BytesIO):
    """The file, and something that happens when half of it has been read."""

    def __init__(self, happen: Callable[[], Any]) -> None:
        super().__init__(FILE)
        self.happen = happen

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > len(FILE) / 2:
            self.happen()
        return super().read(size)


def upload(body: io.BytesIO, options: str = "") -> Any:
    extra = {"wsgi.input": body, "CONTENT_LENGTH": str(len(FILE))}
    return ApiClient(raise_request_exception=False).generic(
        "POST", f"{URL}?{options}", FILE, content_type="text/csv", headers={"idempotency-key": "k"}, **extra
    )


def nothing_is_left() -> bool:
    tables = [Trade.objects, Import.objects]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM idempotency_idempotencykey")
        return not any(table.exists() for table in tables) and cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("options", ["", "on_error=skip", "dry_run=true"])
def test_a_connection_that_the_server_ends_half_way_leaves_nothing(options: str, together: Together) -> None:
    def terminate() -> None:
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.get_backend_pid()])
        other.close()

    [answer] = together(1, lambda: upload(Interrupted(terminate), options))
    assert (answer.status_code, answer["Retry-After"], list(answer.json())) == (503, "1", ["detail"])
    assert nothing_is_left()
    [answer] = together(1, lambda: upload(io.BytesIO(FILE)))
    assert (answer.status_code, answer.json()["created"]) == (201, ROWS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"), [(ConnectionResetError("gone"), 400), (OSError("gone"), 400), (RuntimeError("a defect"), 500)]
)
def test_a_body_that_breaks_off_half_way_leaves_nothing(error: Exception, status: int) -> None:
    errors = iter([error])

    def fail() -> NoReturn:
        raise next(errors, OSError("gone"))

    assert upload(Interrupted(fail)).status_code == status
    assert nothing_is_left()
    assert upload(io.BytesIO(FILE)).json()["created"] == ROWS


@pytest.mark.django_db
def test_an_error_of_the_file_is_its_own_not_the_drivers() -> None:
    def interrupt(size: int) -> NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk.load(OwnColumns(TradeFile(interrupt, "csv")), Booking.of_command())
    assert nothing_is_left()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("file", [FILE, NAMED])
def test_the_same_file_from_several_at_once_is_added_once(file: bytes, together: Together) -> None:
    answers = together(3, lambda: send(ApiClient(), file))
    rows = file.count(b"\n") - 1
    assert sorted(counts(answer) for answer in answers) == [(200, 0, rows, 0)] * 2 + [(201, rows, 0, 0)]
    assert sum(answer.json()["imported_at"] is None for answer in answers) == 1
    assert (Trade.objects.count(), Import.objects.count()) == (rows, 1)


@pytest.mark.django_db(transaction=True)
def test_different_files_with_the_same_trades_at_once_add_them_once(together: Together) -> None:
    endings = iter([b"", b"\n", b"\n\n"])
    answers = together(3, lambda: send(ApiClient(), NAMED + next(endings)))
    assert sorted(answer.json()["created"] + answer.json()["duplicates"] for answer in answers) == [300] * 3
    assert sum(answer.json()["created"] for answer in answers) == 300
    assert Trade.objects.count() == 300


@pytest.mark.django_db(transaction=True)
def test_files_with_the_same_trades_in_other_orders_at_once_add_them_once(together: Together) -> None:
    rows = [f"A,1,1,buy,2025-06-06T20:00:00Z,{number}\n" for number in range(5_000)]
    files = iter([rows, rows[::-1]])
    answers = together(2, lambda: send(ApiClient(), "".join([NAMED_HEADER, *next(files)])))
    assert sorted(counts(answer) for answer in answers) == [(200, 0, 5_000, 0), (201, 5_000, 0, 0)]


@pytest.mark.django_db
def test_a_rule_that_no_field_has_a_name_for_is_told_by_its_own(api: APIClient) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trades_trade ADD CONSTRAINT no_x CHECK (ticker <> 'X')")
    answer = send(api, f"{COLUMNS}\nX,1,1,buy,{AT}\nY,1,1,buy,{AT}\n", "on_error=skip")
    assert counts(answer) == (201, 1, 0, 1)
    assert answer.json()["errors"] == [{"line": 2, "field": None, "message": "Breaks no_x."}]
