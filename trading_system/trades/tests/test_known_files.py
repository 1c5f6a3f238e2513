"""A file is known in each account that it went into: the same bytes add there nothing, and to other accounts their rows."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from access.tests.people import by_token, token_of
from reference.models import Account, Membership
from rest import instants
from trades.models import Import, ImportedLines, Trade

from .files import counts, send

pytestmark = pytest.mark.django_db
HEADER = "ticker,price,quantity,side,timestamp,external_id,account\n"
FILE = HEADER + "".join(f"{ticker},1,1,buy,2025-06-06T20:00:00Z,,{account}\n" for ticker, account in [
    ("A", "main"), ("B", "late"), ("C", "")
])  # fmt: skip
AT = "2025-06-06T20:00:00Z"
WRONG = f"{HEADER}A,1,1,buy,{AT},a,main\nA,2,0,buy,{AT},a,main\nB,1,1,buy,{AT},,late\n"  # the second row, always
CODES = "ticker,price,quantity,side,timestamp,account,currency\n"
SKIP = "on_error=skip"


def enter(name: str = "late") -> Account:
    return Account.objects.create(name=name, currency_id="USD")


def booked() -> list[tuple[str, str]]:
    return sorted(Trade.objects.values_list("ticker", "account__name"))


def lines(answer: Any) -> list[int]:
    return [error["line"] for error in answer.json()["errors"]]


@pytest.fixture
def half_imported(api: APIClient) -> Any:
    """The report of FILE, of which one row was refused as its account was none; then there is one."""
    answer = send(api, FILE, SKIP)
    assert (counts(answer), lines(answer)) == ((201, 2, 0, 1), [3])
    enter()
    return answer.json()


def test_rows_of_an_account_that_was_added_since_are_booked_and_no_others(api: APIClient, half_imported: Any) -> None:
    answers = [send(api, FILE, SKIP) for _ in range(3)]
    assert [counts(answer) for answer in answers] == [(201, 1, 2, 0), (200, 0, 3, 0), (200, 0, 3, 0)]
    assert booked() == [("A", "main"), ("B", "late"), ("C", "main")]
    assert send(api, FILE).json() == answers[-1].json()


def test_it_says_when_the_file_was_first_imported_into_one_of_its_accounts(api: APIClient, half_imported: Any) -> None:
    first = instants.render(Import.objects.get().booked_at)
    assert half_imported["imported_at"] is None
    assert [send(api, FILE).json()["imported_at"] for _ in range(2)] == [first, first]


def test_a_dry_run_says_what_would_be_added(api: APIClient, half_imported: Any) -> None:
    assert counts(send(api, FILE, "dry_run=true")) == (200, 1, 2, 0)
    assert (Trade.objects.count(), Import.objects.count()) == (2, 1)
    assert counts(send(api, FILE)) == (201, 1, 2, 0)


def test_again_books_all_rows(api: APIClient, half_imported: Any) -> None:
    answer = send(api, FILE, "again=true&repeated=book")
    assert counts(answer) == (201, 3, 0, 0)
    assert answer.json()["imported_at"]
    assert counts(send(api, FILE)) == (200, 0, 3, 0)
    assert Trade.objects.count() == 5


def test_a_row_that_was_refused_then_is_told_and_keeps_new_ones_out_unless_skipped(api: APIClient) -> None:
    first = send(api, WRONG, SKIP)
    assert (counts(first), lines(first)) == ((201, 1, 0, 2), [3, 4])
    enter()
    refused = send(api, WRONG)
    assert (counts(refused), lines(refused)) == ((400, 0, 0, 1), [3])
    for wanted in ((201, 1, 1, 1), (200, 0, 2, 1)):
        answer = send(api, WRONG, SKIP)
        assert counts(answer) == wanted
        assert answer.json()["errors"] == first.json()["errors"][:1]
    assert booked() == [("A", "main"), ("B", "late")]


def test_rows_that_are_refused_are_counted_among_known_and_new_ones(api: APIClient) -> None:
    file = f"{WRONG}B,2,1,buy,{AT},b,late\nB,3,0,buy,{AT},b,late\nB,1,0,buy,{AT},,main\n"
    assert counts(send(api, file, SKIP)) == (201, 1, 0, 5)
    enter()
    answers = [send(api, file, SKIP) for _ in range(2)]
    assert [counts(answer) for answer in answers] == [(201, 2, 1, 3), (200, 0, 3, 3)]
    assert [lines(answer) for answer in answers] == [[3, 6, 7]] * 2


def test_what_is_not_listed_is_counted_again(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trades.report.LISTED_SKIPPED", 1)
    file = WRONG.replace("late", "main") + f"A,3,0,buy,{AT},a,main\n"
    answers = [send(api, file, SKIP) for _ in range(2)]
    assert [counts(answer) for answer in answers] == [(201, 2, 0, 2), (200, 0, 2, 2)]
    assert [lines(answer) for answer in answers] == [[3], [3]]


def test_a_row_that_was_refused_at_first_and_booked_again_is_a_duplicate(api: APIClient) -> None:
    file = HEADER + "".join(
        f"{ticker},1,1,buy,{AT},{name},{account}\n"
        for ticker, name, account in [("A", "a", "main"), ("A", "", "main"), ("B", "", "late"), ("C", "", "third")]
    )
    trade = api.post("/api/trades/", {"ticker": "A", "price": 2, "quantity": 1, "side": "buy", "external_id": "a"})
    assert counts(send(api, file, SKIP)) == (201, 1, 0, 3)
    assert api.delete(f"/api/trades/{trade.json()['id']}/").status_code == 204
    enter()
    assert counts(send(api, file, f"{SKIP}&again=true&repeated=book")) == (201, 3, 0, 1)
    assert counts(send(api, file, SKIP)) == (200, 0, 3, 1)
    enter("third")
    assert [counts(send(api, file)) for _ in range(2)] == [(201, 1, 3, 0), (200, 0, 4, 0)]


def test_a_row_that_was_refused_is_booked_once_it_is_right(api: APIClient) -> None:
    """Also if it goes where the others went: the account had another name, or the currency was not known."""
    file = f"{CODES}A,1,1,buy,{AT},main,\nB,1,1,buy,{AT},Family,\nC,1,1,buy,{AT},,COIN\n"
    assert counts(send(api, file, SKIP)) == (201, 1, 0, 2)
    assert api.post("/api/instruments/", {"ticker": "COIN", "kind": "crypto"}).status_code == 201
    assert counts(send(api, file, SKIP)) == (201, 1, 1, 1)
    assert api.patch("/api/accounts/1/", {"name": "Family"}).status_code == 200
    assert [counts(send(api, file, SKIP)) for _ in range(2)] == [(201, 1, 1, 1), (200, 0, 2, 1)]
    assert Trade.objects.count() == 3


def test_a_file_of_which_nothing_is_booked_forgets_nothing(api: APIClient) -> None:
    file = f"{HEADER}A,1,1,buy,2025-06-06T20:00:00Z,,main\nB,1,1,buy,2025-06-06T20:00:00Z,b,main\n"
    assert counts(send(api, file)) == (201, 2, 0, 0)
    assert api.patch("/api/accounts/1/", {"name": "Family"}).status_code == 200
    for query in (SKIP, f"{SKIP}&again=true"):
        answer = send(api, file, query)
        assert (counts(answer), lines(answer), answer.json()["imported_at"]) == ((200, 0, 0, 2), [2, 3], None)
    assert api.patch("/api/accounts/1/", {"name": "main"}).status_code == 200
    assert counts(send(api, file)) == (200, 0, 2, 0)


def test_a_row_that_was_booked_stays_booked_whatever_is_said_of_it_later(api: APIClient) -> None:
    file = f"{HEADER}X,1,1,buy,2025-06-06T20:00:00Z,x,\nY,1,1,buy,2025-06-06T20:00:00Z,,\n"
    assert counts(send(api, file)) == (201, 2, 0, 0)
    trade = f"/api/trades/{Trade.objects.get(ticker='X').pk}/"
    assert api.patch(trade, {"price": "2"}).status_code == 200
    assert counts(send(api, file)) == (200, 0, 2, 0)
    assert counts(send(api, file, f"{SKIP}&again=true&repeated=book")) == (
        201,
        1,
        0,
        1,
    )  # its id is taken by what it has become
    assert api.patch(trade, {"external_id": "x2"}).status_code == 200
    assert counts(send(api, file)) == (200, 0, 2, 0)


def test_an_account_that_changes_its_name_gets_each_row_once(api: APIClient) -> None:
    account = enter("A")
    file = f"ticker,price,quantity,side,timestamp,account\nX,1,1,buy,{AT},A\nY,1,1,buy,{AT},B\n"
    for name, wanted in (("A", (201, 1, 0, 1)), ("B", (201, 1, 0, 1)), ("A", (200, 0, 1, 1)), ("B", (200, 0, 1, 1))):
        assert api.patch(f"/api/accounts/{account.pk}/", {"name": name}).status_code == 200
        assert counts(send(api, file, SKIP)) == wanted


def test_a_row_that_went_elsewhere_is_not_known_where_it_goes_now(api: APIClient) -> None:
    file = f"{CODES}X,1,1,buy,{AT},,COIN\nY,1,1,buy,{AT},main,\n"
    enter()
    assert counts(send(api, file, SKIP)) == (201, 1, 0, 1)
    assert api.post("/api/instruments/", {"ticker": "COIN", "kind": "crypto"}).status_code == 201
    assert counts(send(api, file, "account=late")) == (201, 1, 1, 0)
    assert counts(send(api, file)) == (201, 1, 1, 0)
    assert booked() == [("X", "late"), ("X", "main"), ("Y", "main")]


def test_rows_of_many_errors_leave_room_for_the_others(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is listed has an end; what is remembered of a file has none."""
    monkeypatch.setattr("trades.report.LISTED_SKIPPED", 2)
    file = f"{CODES}A,1,1,buy,{AT},,\n!!,x,y,hold,,,\n!!,x,y,hold,,,\nB,1,1,buy,{AT},,COIN\n"
    assert counts(send(api, file, SKIP)) == (201, 1, 0, 3)
    assert api.post("/api/instruments/", {"ticker": "COIN", "kind": "crypto"}).status_code == 201
    assert counts(send(api, file, SKIP)) == (201, 1, 1, 2)


def test_accounts_that_were_known_each_by_an_import_of_its_own(api: APIClient) -> None:
    first = send(api, WRONG, SKIP)
    late = enter()
    record = Import.objects.get()
    other = Import.objects.create(digest=record.digest, booked_at=record.booked_at + timedelta(days=1))
    ImportedLines.objects.create(source=other, account=late.pk, lines="{[4,5)}")
    answer = send(api, WRONG, SKIP)
    assert (counts(answer), answer.json()["errors"]) == ((200, 0, 2, 1), first.json()["errors"][:1])
    assert answer.json()["imported_at"] == instants.render(record.booked_at)
    assert Import.objects.count() == 2


def test_where_each_row_goes_decides_not_what_it_names(api: APIClient) -> None:
    enter()
    assert counts(send(api, FILE, "account=late")) == (201, 3, 0, 0)
    enter("third")
    assert counts(send(api, FILE, "account=third")) == (201, 1, 2, 0)
    assert booked() == [("A", "main"), ("B", "late"), ("C", "late"), ("C", "third")]


def test_the_command_adds_the_rows_of_an_account_that_was_added_since(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fills.csv"
    path.write_text(FILE)
    with pytest.raises(CommandError):
        call_command("import_trades", str(path), skip=True)
    enter()
    call_command("import_trades", str(path))
    assert f"{path}: 1 created, 2 duplicates, 0 failed; the same file was imported at 20" in capsys.readouterr().out
    call_command("import_trades", str(path), dry_run=True)
    assert f"{path}: 0 created, 3 duplicates, 0 failed; the same file" in capsys.readouterr().out


def test_the_command_says_that_skip_adds_what_is_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "fills.csv"
    path.write_text(WRONG.replace(f"A,2,0,buy,{AT},a", f"A,2,1,buy,{AT},taken"))
    Trade.objects.create(ticker="A", price=1, quantity=1, side="buy", external_id="taken")
    for hint in ("--skip imports the valid rows", "the other rows were imported before"):
        with pytest.raises(CommandError):
            call_command("import_trades", str(path), skip=True)
        Account.objects.filter(name="late").exists() or enter()
        with pytest.raises(CommandError):
            call_command("import_trades", str(path))
        assert f"{path}: nothing was imported; {hint}\n" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_two_at_once_of_whom_one_books_in_more_accounts_add_each_row_once(together: Callable[..., Any]) -> None:
    rows = 2_000
    file = HEADER + "A,1,1,buy,2025-06-06T20:00:00Z,,main\nB,1,1,buy,2025-06-06T20:00:00Z,,vault\n" * rows
    keeper, other = (User.objects.create_user(name) for name in ("keeper", "other"))
    for user in (keeper, other):
        user.groups.set(Group.objects.filter(name="trader"))
    Membership.objects.create(account=enter("vault"), user=keeper, role="trader")
    clients = iter([by_token(token_of(keeper)), by_token(token_of(other))])
    answers = together(2, lambda: send(next(clients), file, SKIP))
    assert sorted(answer.json()["failed"] for answer in answers) == [0, rows]
    assert sum(answer.json()["created"] for answer in answers) == 2 * rows
    assert [Trade.objects.filter(account__name=name).count() for name in ("main", "vault")] == [rows, rows]
