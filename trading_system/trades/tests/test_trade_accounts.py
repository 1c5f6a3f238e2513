"""Trades in accounts: where they are booked, found, moved and changed, and by whom."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from rest_framework.test import APIClient

from access.tests.people import by_token, token_of
from reference.models import Account, Membership
from trades.booking import Booking
from trades.bulk import load
from trades.files import source
from trades.files.rows import read_rows
from trades.files.source import OwnColumns, TradeFile
from trades.models import Trade

from .book import TRADE, URL, found

pytestmark = pytest.mark.django_db
HEADER = "ticker,price,quantity,side,timestamp"
ROW = "AAPL,170.25,10,buy,2025-06-06T20:00:00Z"


@pytest.fixture
def broker() -> Account:
    return Account.objects.create(name="broker", currency_id="EUR")


@pytest.fixture
def vault() -> Account:
    """Its only trader is `keeper`, its only viewer `reader`."""
    account = Account.objects.create(name="vault", currency_id="CHF")
    for role, name in (("trader", "keeper"), ("viewer", "reader")):
        user = User.objects.create_user(name)
        user.groups.set(Group.objects.filter(name="trader"))
        Membership.objects.create(account=account, user=user, role=role)
    return account


@pytest.fixture
def keeper(vault: Account) -> APIClient:
    return by_token(token_of(User.objects.get(username="keeper")))


@pytest.fixture
def reader(vault: Account) -> APIClient:
    return by_token(token_of(User.objects.get(username="reader")))


def post_file(client: APIClient, text: str, query: str = "") -> Any:
    return client.post(f"{URL}bulk/{query}", text, content_type="text/csv")


def test_a_trade_goes_into_main_unless_it_says_where(api: APIClient, broker: Account) -> None:
    assert api.post(URL, TRADE).json()["account"] == "main"
    assert api.post(URL, TRADE | {"account": "broker"}).json()["account"] == "broker"


def test_an_unknown_account_is_named(api: APIClient) -> None:
    answer = api.post(URL, TRADE | {"account": "nowhere"})
    assert (answer.status_code, answer.json()["account"]) == (400, ["Unknown account: nowhere."])


def test_lists_are_narrowed_to_accounts(api: APIClient, broker: Account) -> None:
    [main, other] = [api.post(URL, TRADE | given).json()["id"] for given in ({}, {"account": "broker"})]
    assert found(api) == [other, main]
    assert found(api, account="broker") == [other]
    assert found(api, account="main, broker") == [other, main]
    assert api.get(URL, {"account": "broker,nowhere"}).json()["account"] == ["Unknown account: nowhere."]


def test_one_external_id_may_be_in_two_accounts_once(api: APIClient, broker: Account) -> None:
    named = TRADE | {"external_id": "order-1"}
    assert api.post(URL, named).status_code == 201
    assert api.post(URL, named | {"account": "broker"}).status_code == 201
    assert api.post(URL, named | {"account": "broker"}).status_code == 200
    assert api.post(URL, named | {"account": "broker", "price": "1"}).status_code == 409


def test_a_trade_says_who_booked_it(api: APIClient, keeper: APIClient) -> None:
    assert api.post(URL, TRADE).json()["created_by"] is None
    booked = keeper.post(URL, TRADE | {"account": "vault"}).json()
    assert (booked["created_by"], booked["currency"]) == ("keeper", "CHF")
    assert keeper.get(f"{URL}{booked['id']}/").json() == booked
    assert keeper.get(URL).json()["results"] == [booked, *api.get(URL).json()["results"]]


def test_a_viewer_reads_what_only_a_trader_may_change(keeper: APIClient, reader: APIClient) -> None:
    trade = keeper.post(URL, TRADE | {"account": "vault"}).json()
    url = f"{URL}{trade['id']}/"
    refused = "You may read the account vault, but not change anything in it."
    answers = [reader.post(URL, TRADE | {"account": "vault"}), reader.patch(url, {"price": "1"}), reader.delete(url)]
    assert [(one.status_code, one.json()["detail"]) for one in answers] == [(403, refused)] * 3
    assert reader.get(url).json() == trade
    keeper.delete(url)
    assert reader.post(f"{url}restore/").json()["detail"] == refused
    assert keeper.post(f"{url}restore/").status_code == 200


def test_who_is_no_member_finds_nothing(api: APIClient, keeper: APIClient) -> None:
    trade = keeper.post(URL, TRADE | {"account": "vault"}).json()
    url = f"{URL}{trade['id']}/"
    assert found(api) == []
    assert {api.get(url).status_code, api.delete(url).status_code, api.get(f"{url}history/").status_code} == {404}
    assert api.post(URL, TRADE | {"account": "vault"}).json()["account"] == ["Unknown account: vault."]


def test_a_trade_that_is_moved_takes_its_past_with_it_for_those_alone_who_saw_it(
    api: APIClient, keeper: APIClient
) -> None:
    trade = keeper.post(URL, TRADE | {"account": "vault"}).json()
    url = f"{URL}{trade['id']}/"
    moved = keeper.patch(url, {"account": "main"}).json()
    assert moved["account"] == "main"
    [event] = api.get(f"{url}history/").json()["results"]
    assert (event["before"], event["after"]) == (None, moved)
    [event] = keeper.get(f"{url}history/").json()["results"]
    assert (event["before"], event["after"]) == (trade, moved)
    assert api.patch(url, {"account": "vault"}).json()["account"] == ["Unknown account: vault."]


def test_of_two_accounts_with_one_name_neither_is_meant(api: APIClient, broker: Account) -> None:
    Account.objects.create(name="broker", currency_id="USD")
    several = "Several accounts that you see have this name; rename one of them."
    assert api.post(URL, TRADE | {"account": "broker"}).json()["account"] == [several]
    assert post_file(api, f"{HEADER},account\n{ROW},broker\n").json()["errors"][0]["message"] == several
    assert not Trade.objects.exists()


def test_a_file_goes_where_the_upload_says_or_each_row(api: APIClient, broker: Account) -> None:
    text = f"{HEADER},account,currency\n{ROW},,\n{ROW},main,GBp\n"
    assert post_file(api, text, "?account=broker").json()["created"] == 2
    rows = [(one["account"], one["currency"]) for one in api.get(URL).json()["results"]]
    assert sorted(rows) == [("broker", "EUR"), ("main", "GBX")]


def test_the_same_file_may_be_imported_into_another_account(api: APIClient, broker: Account) -> None:
    text = f"{HEADER}\n{ROW}\n"
    answers = [post_file(api, text, query).json() for query in ("", "?account=broker", "?account=broker", "")]
    assert [(one["created"], one["duplicates"]) for one in answers] == [(1, 0), (1, 0), (0, 1), (0, 1)]


def test_rows_of_unknown_accounts_and_currencies_are_named(
    api: APIClient, keeper: APIClient, reader: APIClient
) -> None:
    text = f"{HEADER},account,currency,fee_currency\n{ROW},vault,,\n{ROW},main,QQQ,\n{ROW},main,,QQQ\n{ROW},\u2028,,\n"
    errors = [(one["line"], one["field"], one["message"]) for one in post_file(api, text).json()["errors"]]
    assert errors == [
        (2, "account", "Unknown account: vault."),
        (3, "currency", "Unknown currency: QQQ."),
        (4, "fee_currency", "Unknown currency: QQQ."),
        (5, "account", "This field may not be blank."),
    ]
    [error, *_] = post_file(reader, text).json()["errors"]
    assert error["message"] == "You may read the account vault, but not change anything in it."
    assert post_file(reader, f"{HEADER}\n{ROW}\n", "?account=vault").status_code == 403
    assert post_file(api, f"{HEADER}\n{ROW}\n", "?account=vault").json()["account"] == ["Unknown account: vault."]
    assert not Trade.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_member_who_is_removed_while_a_file_is_read_has_imported_nothing(
    vault: Account, together: Callable[..., Any]
) -> None:
    user = User.objects.get(username="keeper")
    pieces = iter([f"{HEADER}\n{ROW}\n".encode(), b""])

    def read(size: int) -> bytes:
        piece = next(pieces)
        if not piece:
            together(1, Membership.objects.filter(user=user).delete)  # by another connection
        return piece

    with pytest.raises(PermissionDenied) as refused:
        load(OwnColumns(TradeFile(read, "csv")), Booking.of_user(user, "vault"))
    assert str(refused.value) == "You may not book in the account vault any more. Nothing was imported."
    assert not Trade.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_command", [False, True])
def test_an_account_that_is_deleted_while_a_file_is_read_is_named(
    vault: Account, together: Callable[..., Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch, by_command: bool
) -> None:
    file = tmp_path / "trades.csv"
    file.write_text(f"{HEADER}\n{ROW}\n")

    def read(*given: Any) -> Any:
        yield from read_rows(*given)
        together(1, lambda: (Membership.objects.all().delete(), vault.delete()))  # by another connection

    monkeypatch.setattr(source, "read_rows", read)
    message, err = "You may not book in the account vault any more. Nothing was imported.", io.StringIO()
    if by_command:
        with pytest.raises(CommandError):
            call_command("import_trades", str(file), "--account", "vault", stderr=err)
        assert err.getvalue() == f"{file}: {message}\n"
    else:
        with pytest.raises(PermissionDenied) as refused, file.open("rb") as opened:
            load(
                OwnColumns(TradeFile(opened.read, "csv")), Booking.of_user(User.objects.get(username="keeper"), "vault")
            )
        assert str(refused.value) == message
    assert not Trade.objects.exists()


def test_the_command_books_in_any_account(vault: Account, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "fills.csv"
    file.write_text(f"{HEADER}\n{ROW}\n")
    call_command("import_trades", str(file), account="vault")
    assert Trade.objects.get().account == vault
    with pytest.raises(CommandError, match="Unknown account: nowhere"):
        call_command("import_trades", str(file), account="nowhere")


def test_the_export_can_be_imported_again_with_its_accounts(api: APIClient, broker: Account) -> None:
    api.post(URL, TRADE | {"account": "broker", "currency": "GBX", "fee_currency": "ETH", "fee": "0.1"})
    api.post(URL, TRADE)
    text = b"".join(api.get(f"{URL}export/"))
    Trade.objects.all().delete()
    assert post_file(api, text.decode()).json()["created"] == 2
    assert b"".join(api.get(f"{URL}export/")) == text


def test_an_account_that_is_none_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="Unknown account: 77"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trades_trade (ticker, price, quantity, side, account_id, currency, fee_currency)"
            " VALUES ('A', 1, 1, 'buy', 77, 'USD', 'USD')"
        )
