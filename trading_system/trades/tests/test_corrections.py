"""A row whose external_id a trade has, and that differs, changes the trade if that is asked for."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.models import Import, Trade

from .book import URL
from .files import FILL, HEADER, counts, send
from .traders import client_of

pytestmark = pytest.mark.django_db
CORRECTIONS = "corrections=true"


def test_a_fee_corrected_from_1_to_1_01_is_taken_as_a_change_with_history(api: APIClient) -> None:
    header = "ticker,price,quantity,side,timestamp,external_id,fee\n"
    row = "AAPL,170.25,10,buy,2025-06-06T20:00:00Z,fill-1,"
    ann, bob = map(client_of, ("ann", "bob"))
    send(ann, f"{header}{row}1\n")
    trade = Trade.objects.get()
    refused = send(bob, f"{header}{row}1.01\n")
    assert (
        refused.json()["errors"][0]["message"] == f"Trade {trade.pk} has this external_id, with fee 1 instead of 1.01."
    )
    answer = send(bob, f"{header}{row}1.01\n", CORRECTIONS)
    assert (counts(answer), answer.json()["corrected"]) == ((201, 0, 0, 0), 1)
    [event] = api.get(f"{URL}{trade.pk}/history/").json()["results"]
    assert (event["event"], event["by"], event["before"]["fee"], event["after"]["fee"]) == (
        "update",
        "bob",
        "1",
        "1.01",
    )
    assert event["after"]["created_by"] == "ann"
    assert event["after"]["import"] == trade.import_id
    assert counts(send(bob, f"{header}{row}1.01\n", CORRECTIONS)) == (200, 0, 1, 0)


def test_fields_that_are_left_out_stay_as_they_are(api: APIClient) -> None:
    send(api, HEADER + FILL)
    answer = send(
        api,
        "ticker,price,quantity,side,timestamp,external_id\nAAPL,171,10,buy,2025-06-06T20:00:00Z,fill-1\n",
        CORRECTIONS,
    )
    assert answer.json()["corrected"] == 1
    assert Trade.objects.values_list("price", "note").get() == (171, "first")


def test_new_rows_are_booked_beside_corrections_and_the_import_remembers_both(api: APIClient) -> None:
    send(api, HEADER + FILL)
    answer = send(api, HEADER + FILL.replace("170.25", "1") + FILL.replace("-1", "-2"), CORRECTIONS).json()
    assert (answer["created"], answer["corrected"], answer["duplicates"]) == (1, 1, 0)
    record = Import.objects.get(pk=answer["import"])
    assert record.lines.get().corrected == [Trade.objects.order_by("id").values_list("id", flat=True)[0]]
    again = send(api, HEADER + FILL.replace("170.25", "1") + FILL.replace("-1", "-2"), CORRECTIONS).json()
    assert (again["created"], again["corrected"], again["duplicates"]) == (0, 0, 2)


def test_a_dry_run_counts_corrections_and_makes_none(api: APIClient) -> None:
    send(api, HEADER + FILL)
    assert send(api, HEADER + FILL.replace("170.25", "1"), f"{CORRECTIONS}&dry_run=true").json()["corrected"] == 1
    assert str(Trade.objects.get().price) == "170.25"


@pytest.mark.parametrize("options", [CORRECTIONS, f"{CORRECTIONS}&repeated=book", f"{CORRECTIONS}&again=true"])
def test_a_row_that_cannot_be_a_trade_corrects_none(api: APIClient, options: str) -> None:
    send(api, HEADER + FILL)
    file = HEADER + FILL.replace("170.25", "1") + FILL.replace("buy", "hold").replace("-1", "-2")
    assert counts(send(api, file, options)) == (400, 0, 0, 1)
    assert str(Trade.objects.get().price) == "170.25"


def test_two_corrections_of_one_trade_contradict_each_other(api: APIClient) -> None:
    send(api, HEADER + FILL)
    file = HEADER + FILL.replace("170.25", "1") + FILL.replace("170.25", "2")
    assert counts(send(api, file, CORRECTIONS)) == (400, 0, 0, 2)


def test_metrics_count_corrections_as_changes(api: APIClient, django_capture_on_commit_callbacks: Any) -> None:
    send(api, HEADER + FILL)
    with django_capture_on_commit_callbacks() as callbacks:
        send(api, HEADER + FILL.replace("170.25", "1"), CORRECTIONS)
    assert len(callbacks) == 1
