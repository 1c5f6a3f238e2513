"""A recording of real trades through the ledger: imported, added up, walked and exported, with every digit of it."""

from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from trades.models import Import, Trade
from trades.tests.book import walk

pytestmark = pytest.mark.django_db
URL = "/api/trades/"


def by_command(recording: Path) -> None:
    call_command("import_trades", str(recording))


def by_http(recording: Path) -> None:
    answer = APIClient().generic("POST", f"{URL}bulk/", recording.read_bytes(), content_type="text/csv")
    assert (answer.status_code, answer.json()["created"]) == (201, 12477)


def total(**parameters: str) -> dict[str, Any]:
    [result] = APIClient().get(f"{URL}summary/", parameters).json()["results"]
    return result


@pytest.mark.parametrize("import_it", [by_command, by_http])
def test_the_known_totals_come_out_digit_for_digit(import_it: Callable[[Path], None], real_trades: Path) -> None:
    import_it(real_trades)
    result = total(ticker="XRP-ETH")
    assert (result["count"], result["volume"], result["notional"]) == (12477, "5545735.0", "8182.560267890")
    assert (result["buys"]["count"], result["sells"]["count"]) == (6524, 5953)
    assert (total(side="buy")["count"], total(side="sell")["count"]) == (6524, 5953)
    days = [total(start_date=f"2019-10-{day}", end_date=f"2019-10-{day}")["count"] for day in (11, 12, 13)]
    assert days == [5929, 4134, 2414]
    assert Decimal(result["vwap"]) == Decimal(result["notional"]) / Decimal(result["volume"])


def exported(format_: str) -> bytes:
    return b"".join(APIClient().get(f"{URL}export/", {"format": format_}).streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("format_", "media_type"), [("csv", "text/csv"), ("ndjson", "application/x-ndjson")])
def test_export_and_import_give_the_same_bytes(format_: str, media_type: str, real_trades: Path) -> None:
    by_command(real_trades)
    first = exported(format_)
    Trade.objects.all().delete()
    Import.objects.all().delete()
    answer = APIClient().generic("POST", f"{URL}bulk/", first, content_type=media_type)
    assert answer.json()["created"] == 12477
    assert exported(format_) == first


def test_walking_equal_timestamps_in_pages_of_seven_sees_every_trade_once(
    api: APIClient, real_trades: Path, tmp_path: Path
) -> None:
    """Around the last midnight, to be quick; of its trades every fifth has the timestamp of another."""
    head, *lines = real_trades.read_text().splitlines(keepends=True)
    (part := tmp_path / "part.csv").write_text("".join([head, *lines[-2414 - 200 : -2414 + 400]]))
    by_command(part)
    walked = Trade.objects.filter(timestamp__gte="2019-10-13T00:00:00Z")
    wanted = list(walked.values_list("id", flat=True))
    assert len(wanted) == 400
    assert walked.values("timestamp").distinct().order_by().count() < 350
    pages, last = walk(api, f"{URL}?page_size=7&start_date=2019-10-13", "next")
    assert list(chain(*pages)) == wanted
    pages, _ = walk(api, last, "previous")
    assert list(chain(*reversed(pages))) == wanted
