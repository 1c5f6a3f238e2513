"""What a row says of an alert: by its kind, by its rule, and how sure and how grave it is."""

import re

import pytest
from playwright.sync_api import expect

from ..running import call
from .desk import Scripted
from .made import ago, book, tell
from .test_alerts_panel import RECORD, alerts

SAID = {
    "rise": ("▲ +2.41 %", "166.20 → 170.21 in 41 s"),
    "fall": ("▼ −2.41 %", "166.20 → 162.19 in 41 s"),
    "above": ("▲ above 170.00", "169.90 → 170.21 in 2 s"),
    "below": ("▼ below 170.00", "170.21 → 169.90 in 2 s"),
    "volume": ("◆ 4.21 × volume", "12,345.5 in 60 s, mean 2,934"),
}


def test_each_kind_says_what_happened_and_by_what_it_was_measured(scripted: Scripted, ledger: str) -> None:
    for kind in SAID:
        tell(ledger, kind, kind.upper())
    page = scripted.open()
    expect(alerts(page)).to_have_count(len(SAID))
    for kind, (headline, measured) in SAID.items():
        row = alerts(page).filter(has=page.get_by_role("button", name=kind.upper(), exact=True, include_hidden=True))
        expect(row.locator(".move")).to_have_text(headline)
        expect(row).to_contain_text(measured)
        expect(row.locator(".rule")).to_have_count(0)


@pytest.mark.parametrize(
    ("fields", "headline"),
    [
        ({"kind": "rise", "rise_percent": "2.0000412"}, "▲ +2.00004 %"),
        ({"kind": "fall", "fall_percent": "1234.5"}, "▼ −1,234.50 %"),
        ({"kind": "volume", "volume": "11736.1", "mean_volume": "2934"}, "◆ 4.00003 × volume"),
        ({"kind": "above", "level": "0.00001234", "price": "0.00002", "previous_price": "0.00001"}, "▲ above 0.00001234"),
    ],
)  # fmt: skip
def test_as_many_digits_are_shown_as_it_takes_to_see_that_it_was_beyond_the_threshold(
    scripted: Scripted, ledger: str, fields: dict[str, str], headline: str
) -> None:
    tell(ledger, ticker="AAPL", **fields)
    expect(alerts(scripted.open()).locator(".move")).to_have_text(headline)


def test_a_rule_is_named_and_what_is_critical_says_so_in_words(scripted: Scripted, ledger: str) -> None:
    tell(ledger, "rise", "A", at=ago(1), rule="quick-rises", severity="critical", confirmed=False, gap=True)
    tell(ledger, "fall", "B", at=ago(2), rule="slow-falls", severity="info")
    tell(ledger, "fall", "C", at=ago(3))
    rows = alerts(scripted.open())
    expect(rows.locator(".rule")).to_have_text(["quick-rises", "slow-falls"])
    expect(rows.nth(0)).to_contain_text("‼ critical")
    expect(rows.nth(0).locator(".unconfirmed")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("not all ticks seen")
    expect(rows.nth(1)).to_contain_text("info")
    for which in (1, 2):
        expect(rows.nth(which)).not_to_contain_text("critical")
        expect(rows.nth(which).locator(".unconfirmed")).to_be_hidden()
    widths = [row.evaluate("row => getComputedStyle(row).borderLeftStyle") for row in rows.all()]
    assert widths == ["double", "solid", "solid"]


def test_an_alert_that_is_confirmed_later_stops_saying_that_it_is_not(scripted: Scripted, ledger: str) -> None:
    first = tell(ledger, "rise", "AAPL", confirmed=False)
    page = scripted.open()
    expect(alerts(page).locator(".unconfirmed")).to_be_visible()
    told_again(ledger, first)
    expect(alerts(page).locator(".unconfirmed")).to_be_hidden()


def told_again(ledger: str, alert: dict[str, object]) -> None:
    known = {"created_at", "acknowledged_at", "acknowledged_by", "held"}
    body = {name: value for name, value in alert.items() if name not in known} | {"confirmed": True}
    status, _ = call(f"{ledger}/alerts/", body)
    assert status == 200


def test_what_was_held_is_worth_more_where_a_level_was_crossed_and_is_only_counted_of_a_volume(
    scripted: Scripted, ledger: str
) -> None:
    book(ledger, "buy", "10", "AAPL", "150")
    tell(ledger, "volume", "AAPL")
    tell(ledger, "above", "AAPL")
    expect(alerts(scripted.open()).locator(".held")).to_have_text(["you held 10: +3.10 USD", "you held 10"])


def test_every_kind_is_marked_on_the_chart(scripted: Scripted, ledger: str) -> None:
    page = scripted.open()
    scripted.feed.tick("AAPL", "100", at=ago(50))
    for seconds, kind in enumerate(SAID, 1):
        tell(ledger, kind, "AAPL", at=ago(seconds))
    expect(alerts(page)).to_have_count(len(SAID))
    scripted.feed.tick("AAPL", "102")
    expect(page.locator("#chart-summary")).to_contain_text("5 alerts, 0 own trades")
    book(ledger, "buy", "1", "AAPL", "102")  # so that there are candles
    page.get_by_role("radio", name="1h").click()
    expect(page.locator("#chart-summary")).to_contain_text("Own trades: 1 candle")


def test_notifications_say_what_happened_and_how_sure_that_is(scripted: Scripted, ledger: str) -> None:
    page = scripted.open()
    page.evaluate(RECORD.replace("ANSWER", "granted"))
    page.get_by_role("button", name="Notify").click()
    expect(page.get_by_role("button", name="Notify")).to_have_attribute("aria-pressed", "true")
    busy = tell(ledger, "volume", "AAPL", severity="critical")
    expect(alerts(page)).to_have_count(1)
    low = tell(ledger, "below", "AAPL", confirmed=False)
    expect(alerts(page)).to_have_count(2)
    assert page.evaluate("notified") == [
        ["AAPL traded 4.21 times its mean volume", "at 170, critical", busy["id"]],
        ["AAPL went below 170.00", "to 169.9, unconfirmed", low["id"]],
    ]
    expect(page.locator("#alerts-said")).to_have_text(re.compile("AAPL ▼ below 170.00 unconfirmed"))
