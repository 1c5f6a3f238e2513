"""What is drawn on prices: alerts, fills and the average cost, each where it belongs, and no denser than can be read."""

from typing import Any

import pytest
from playwright.sync_api import Page

from .desk import Scripted
from .made import book

MINUTE = 60  # seconds
OVERLAY = """async ([alerts, fills, times, spacing, average]) => {
    const [{Overlay}, {createChart, LineSeries}] = await Promise.all(
        ['prices/overlay.js', 'vendor/lightweight-charts.mjs'].map(name => import(`/static/dashboard/${name}`)));
    const place = document.body.appendChild(document.createElement('div'));
    const chart = createChart(place, {layout: {attributionLogo: false}, timeScale: {barSpacing: spacing}});
    const series = chart.addSeries(LineSeries);
    series.setData(times.map(time => ({time, value: 100})));
    const overlay = new Overlay(chart, series);
    overlay.mark(alerts, fills, times);
    for (const one of average) overlay.cost(one);
    const found = [overlay.markers.markers(), series.priceLines().map(line => line.options().price)];
    chart.remove();
    place.remove();
    return found;
}"""
AVERAGE = """async ticker => {
    const {Own} = await import('/static/dashboard/prices/own.js');
    return await new Promise(done => {
        const own = new Own(() => done(own.average));
        own.choose(ticker);
    });
}"""


@pytest.fixture
def page(scripted: Scripted) -> Page:
    return scripted.open()


def instant(second: float) -> str:
    return f"1970-01-01T00:{int(second // MINUTE):02}:{second % MINUTE:06.3f}Z"


def alert(second: float, direction: int = 1, *, withdrawn: bool = False) -> dict[str, Any]:
    return {"timestamp": instant(second), "direction": direction, "text": f"at {second}", "isWithdrawn": withdrawn}


def drawn(
    page: Page, *alerts: dict[str, Any], fills: tuple[dict[str, Any], ...] = (), spacing: int = 100
) -> list[dict[str, Any]]:
    """The marks on ten bars of a minute, so many CSS pixels apart."""
    times = [MINUTE * minute for minute in range(1, 11)]
    marks, _ = page.evaluate(OVERLAY, [alerts, fills, times, spacing, []])
    return list(marks)


def test_a_mark_is_on_the_bar_that_it_fell_into_and_before_the_first_there_is_none(page: Page) -> None:
    marks = drawn(page, alert(59.9), alert(60), alert(119.9, -1), alert(2000))
    assert [mark["time"] for mark in marks] == [60, 60, 600]


def test_a_fill_is_at_its_own_price(page: Page) -> None:
    fill = {"side": "sell", "quantity": "2.50", "price": "101.25", "timestamp": instant(90)}
    [mark] = drawn(page, fills=(fill,))
    assert (mark["time"], mark["price"], mark["position"]) == (60, 101.25, "atPriceMiddle")
    assert mark["text"] == "sell 2.50"


def test_alerts_of_a_bar_are_one_mark(page: Page) -> None:
    marks = drawn(page, alert(60), alert(70), alert(80), alert(90, -1))
    assert sorted(mark["text"] for mark in marks) == ["3 alerts", "at 90"]


def test_labels_stand_as_far_apart_as_they_can_be_read_the_newest_first(page: Page) -> None:
    alerts = [alert(MINUTE * minute) for minute in range(1, 11)]
    assert [mark["text"] for mark in drawn(page, *alerts)] == [f"at {MINUTE * minute}" for minute in range(1, 11)]
    thin = [mark["text"] for mark in drawn(page, *alerts, spacing=20)]
    assert [at for at, text in enumerate(thin, 1) if text] == [2, 6, 10]


def test_a_withdrawn_alert_is_grey_and_does_not_hide_one_that_stands(page: Page) -> None:
    [valid] = drawn(page, alert(60))
    [withdrawn] = drawn(page, alert(60, withdrawn=True))
    assert withdrawn["text"] == "withdrawn"
    assert withdrawn["color"] != valid["color"]
    [both] = drawn(page, alert(60), alert(61, withdrawn=True))
    assert (both["text"], both["color"]) == ("at 60", valid["color"])


def test_the_average_cost_is_one_line_and_goes_with_the_position(page: Page) -> None:
    def lines(*averages: dict[str, Any] | None) -> list[float]:
        _, prices = page.evaluate(OVERLAY, [[], [], [60], 100, averages])
        return list(prices)

    assert lines({"price": 100.5}) == [100.5]
    assert lines({"price": 100.5}, {"price": 101}) == [101]
    assert lines({"price": 100.5}, None) == []


def test_an_average_in_pounds_is_drawn_among_prices_in_pence(page: Page, ledger: str) -> None:
    book(ledger, "buy", "100", "VODP", "72.5", currency="GBX")
    assert page.evaluate(AVERAGE, "VODP") == {"price": 72.5, "text": "0.725 GBP"}


def test_where_a_ticker_is_held_in_several_currencies_no_average_is_drawn(page: Page, ledger: str) -> None:
    for currency in ("USD", "EUR"):
        book(ledger, "buy", "1", "AAPL", "100", currency=currency)
    assert page.evaluate(AVERAGE, "AAPL") is None
