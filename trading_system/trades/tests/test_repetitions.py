"""A file that grew, or was saved again: rows that are in the ledger are known as rows."""

import itertools
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from trades.models import Import, ImportedLines, Trade

from .book import URL
from .files import counts, send

pytestmark = pytest.mark.django_db
HEADER = "ticker,price,quantity,side,timestamp,fee,external_id\n"
JANUARY = "AAPL,170.25,10,buy,2025-01-06T20:00:00Z,1,\nAAPL,170.25,10,buy,2025-01-06T20:00:00Z,1,\n"
FEBRUARY = "MSFT,1e2,0.10,SELL,2025-02-06T20:00:00Z,,\n"


def told(answer: Any) -> tuple[int, int, int]:
    report = answer.json()
    return answer.status_code, report["created"], report["repeated"]


def test_a_file_that_grew_adds_its_new_rows(api: APIClient) -> None:
    """January, then January and February."""
    assert told(send(api, HEADER + JANUARY)) == (201, 2, 0)
    assert told(send(api, HEADER + JANUARY + FEBRUARY)) == (201, 1, 2)
    assert told(send(api, HEADER + FEBRUARY + JANUARY)) == (200, 0, 3)
    assert Trade.objects.count() == 3


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()),
        lambda text: "\n".join(",".join(reversed(line.split(","))) for line in text.splitlines()),
        lambda text: text.replace("170.25,10,", "170.250,10.0,").replace("20:00:00Z", "21:00:00.000+01:00"),
        lambda text: text.replace("1e2,0.10,SELL", "100,0.1,sell"),
    ],
)
def test_a_file_that_was_saved_again_adds_nothing(api: APIClient, saved: Callable[[str], str]) -> None:
    """CRLF, a BOM, no last newline, quotes, other columns first, other digits: the rows are the same."""
    file = HEADER + JANUARY + FEBRUARY
    assert told(send(api, file)) == (201, 3, 0)
    assert told(send(api, saved(file))) == (200, 0, 3)
    assert Import.objects.count() == 1


def test_repeated_rows_are_booked_if_they_are_said_to_be_other_fills(api: APIClient) -> None:
    send(api, HEADER + JANUARY)
    assert told(send(api, HEADER + JANUARY + FEBRUARY, "repeated=book")) == (201, 3, 0)
    assert Trade.objects.count() == 5


def test_repeated_rows_are_errors_if_they_should_not_be_there(api: APIClient) -> None:
    send(api, HEADER + JANUARY)
    answer = send(api, HEADER + JANUARY + FEBRUARY, "repeated=error")
    assert counts(answer) == (400, 0, 0, 2)
    first = min(Trade.objects.values_list("id", flat=True))
    message = f"Equals trade {first}, which is in the ledger."
    assert answer.json()["errors"] == [{"line": line, "field": None, "message": message} for line in (2, 3)]
    assert counts(send(api, HEADER + JANUARY + FEBRUARY, "repeated=error&on_error=skip")) == (201, 1, 0, 2)


def test_again_looks_at_what_is_there_and_books_it_twice_only_if_it_is_said(api: APIClient) -> None:
    send(api, HEADER + JANUARY)
    assert told(send(api, HEADER + JANUARY, "again=true")) == (200, 0, 2)
    assert told(send(api, HEADER + JANUARY, "again=true&repeated=book")) == (201, 2, 0)


@pytest.mark.parametrize(
    ("there", "file", "repeated"),
    [
        ("", "a", 0), ("-", "--", 1), ("--", "-", 1), ("a", "-", 1), ("-", "a", 1), ("a", "b", 0), ("ab", "--", 2),
        ("-", "ab", 1), ("-", "a-", 1), ("a", "b-", 1), ("-a", "b--", 2), ("--", "a-", 2), ("a", "a-", 0),
    ],
)  # fmt: skip
def test_fills_with_and_without_an_id_are_counted_apart(
    api: APIClient, fill: dict[str, Any], there: str, file: str, repeated: int
) -> None:
    """Each letter is an equal fill of this external_id, and a dash one without."""
    for name in there:
        assert api.post(URL, fill | ({} if name == "-" else {"external_id": name})).status_code == 201
    answer = send_rows(api, [fill | ({} if name == "-" else {"external_id": name}) for name in file])
    known = len(set(there) & set(file) - {"-"})
    assert answer.json()["repeated"] == repeated
    assert answer.json()["created"] == len(file) - repeated - known
    assert answer.json()["duplicates"] == known


def send_rows(api: APIClient, rows: list[dict[str, Any]], options: str = "") -> Any:
    return send(api, json.dumps(rows), options, content_type="application/json")


@pytest.mark.parametrize(
    "other",
    [{"ticker": "B"}, {"price": "1"}, {"quantity": "1"}, {"side": "sell"}, {"timestamp": "2025-06-06T20:00:01Z"},
     {"fee": "1"}, {"currency": "EUR"}, {"fee_currency": "EUR"}, {"account": "late"}],
)  # fmt: skip
def test_what_makes_a_fill_tells_it_from_another(api: APIClient, fill: dict[str, Any], other: dict[str, str]) -> None:
    api.post("/api/accounts/", {"name": "late", "currency": "USD"})
    api.post(URL, fill)
    assert told(send_rows(api, [fill | other])) == (201, 1, 0)
    assert told(send_rows(api, [fill | other, fill])) == (200, 0, 2)


def test_defaults_are_filled_in_before_rows_are_compared(api: APIClient, fill: dict[str, Any]) -> None:
    api.post(URL, fill)
    full = {"fee": "0.00", "currency": "usd", "fee_currency": "USD", "account": "main", "note": "another note"}
    assert told(send_rows(api, [fill | full])) == (200, 0, 1)


def test_two_equal_rows_of_one_file_are_two_trades(api: APIClient) -> None:
    assert told(send(api, HEADER + JANUARY)) == (201, 2, 0)


def test_a_line_that_the_file_has_booked_is_no_repetition_of_another_line(api: APIClient) -> None:
    """Line 3 was refused at first; the trade that equals it is that of line 2."""
    file = HEADER + JANUARY.replace(",1,\n", ",1,x\n", 2).replace(",1,x\n", ",1,\n", 1)
    other = api.post(URL, {"ticker": "A", "price": 2, "quantity": 1, "side": "buy", "external_id": "x"})["Location"]
    assert counts(send(api, file, "on_error=skip")) == (201, 1, 0, 1)
    api.delete(other)
    assert counts(send(api, file)) == (201, 1, 1, 0)
    assert Trade.objects.count() == 2


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("abcd---", max_size=8), max_size=4))
def test_imports_in_any_order_add_what_an_obvious_count_says(api: APIClient, files: list[str]) -> None:
    """The oracle pairs rows with trades one by one, those with external_ids first."""
    Trade.objects.all().delete()
    ImportedLines.objects.all().delete()
    there: list[str] = []
    for number, file in enumerate(files):
        names = [name for name in dict.fromkeys(file) if name != "-"] + ["-"] * file.count("-")
        left = [name for name in there if name == "-" or name not in names]  # what no row names
        new = [name for name in names if name == "-" or name not in there]
        for name in new:
            if (match := "-" if name != "-" or "-" in left else next(iter(left), None)) in left:
                left.remove(match)
            else:
                there.append(name)
        rows = [row_of(name) for name in names]
        if rows:
            send_rows(api, [*rows, {**row_of("-"), "ticker": f"FILE{number}"}])
        found = Trade.objects.filter(ticker="A").values_list("external_id", flat=True)
        assert Counter(name or "-" for name in found) == Counter(there)


def row_of(name: str) -> dict[str, Any]:
    row = {"ticker": "A", "price": 1, "quantity": 1, "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}
    return row if name == "-" else row | {"external_id": name}


def test_an_import_whose_trades_were_deleted_says_what_is_missing_and_what_to_do(
    api: APIClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Import, delete its trades, import again."""
    path = tmp_path / "fills.csv"
    path.write_text(HEADER + JANUARY + FEBRUARY)
    call_command("import_trades", str(path))
    first, second, _ = Trade.objects.order_by("id").values_list("id", flat=True)
    assert [api.delete(f"{URL}{id_}/").status_code for id_ in (first, second)] == [204, 204]
    with pytest.raises(CommandError):
        call_command("import_trades", str(path))
    assert "2 trades of this file were deleted since it was imported at 20" in capsys.readouterr().err
    answer = send(api, path.read_bytes()).json()
    assert (answer["duplicates"], answer["missing"], "restore them, or" in answer["hint"]) == (3, 2, True)
    assert api.post(f"{URL}{first}/restore/").status_code == 200
    assert send(api, path.read_bytes()).json()["hint"].startswith("1 trade of this file was deleted since")
    assert told(send(api, path.read_bytes(), "again=true")) == (201, 1, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_files_at_once_that_have_rows_in_common_each_row_is_booked_once(
    api: APIClient, together: Callable[..., Any]
) -> None:
    rows = "".join(f"A,{price},1,buy,2025-06-06T20:00:00Z,,\n" for price in range(1, 2_000))
    files = itertools.count()
    together(2, lambda: send(APIClient(), f"{HEADER}{rows}B,{next(files)},1,buy,2025-06-06T20:00:00Z,,\n"))
    assert Counter(Trade.objects.values_list("ticker", flat=True)) == {"A": 1_999, "B": 2}
