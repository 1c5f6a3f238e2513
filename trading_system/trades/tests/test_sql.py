"""SQL wherever a client may write something: it is a text like any other, or refused as one."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from rest.tests.clients import ApiClient
from trades.models import Trade

from .book import URL
from .files import counts, send

pytestmark = pytest.mark.django_db
EVIL = "x'; DROP TABLE trades_trade; --"
PARAMETERS = (
    "ticker", "side", "start_date", "end_date", "tz", "updated_since", "as_of", "min_price", "max_quantity", "cursor", "ordering", "page_size",
    "count", "format", EVIL,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _it_is_all_there(fill: dict[str, Any]) -> Any:
    ApiClient().post(URL, fill)
    yield
    assert Trade.objects.exists()


@pytest.mark.parametrize("name", PARAMETERS)
def test_it_is_no_value_of_a_parameter(api: APIClient, name: str) -> None:
    for evil in (EVIL, "1 OR 1=1", "%s", "%(id)s", "\\'", "';"):
        answer = api.get(URL, {name: evil})
        if name == "ticker" and not {"'", ";", "\\"} & set(evil):  # a ticker like any other, which no trade has
            assert (answer.status_code, answer.json()["results"]) == (200, [])
        else:
            assert (answer.status_code, list(answer.json())) == (400, [name])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{EVIL}/", 404),
        ("1 OR 1=1/", 404),
        (f"1/history/{EVIL}/", 404),
        (f"export/?format={EVIL}", 400),
        (f"1/history/?cursor={EVIL}", 400),
    ],
)
def test_it_leads_nowhere(api: APIClient, path: str, status: int) -> None:
    assert api.get(f"{URL}{path}").status_code == status


@pytest.mark.parametrize("field", ["ticker", "price", "quantity", "side", "timestamp", "fee"])
def test_it_is_no_field(api: APIClient, fill: dict[str, Any], field: str) -> None:
    answer = api.post(URL, fill | {field: EVIL})
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize("evil", [EVIL, "%s", "%(id)s", "\\'", "\\.", "\\N", "$1", "{}"])
def test_it_is_a_name_or_a_note_like_any_other(api: APIClient, fill: dict[str, Any], evil: str) -> None:
    alone = api.post(URL, fill | {"external_id": evil, "note": evil}, headers={"idempotency-key": evil})
    assert (alone.status_code, alone.json()["external_id"], alone.json()["note"]) == (201, evil, evil)
    assert api.get(URL, {"external_id": evil}).json()["results"] == [alone.json()]
    answer = send(
        api,
        f'ticker,price,quantity,side,timestamp,note\nBULK,1,1,buy,2025-06-06T20:00:00Z,"{evil}"\n',
        headers={"idempotency-key": evil},
    )
    assert (counts(answer), Trade.objects.get(ticker="BULK").note) == ((201, 1, 0, 0), evil)
