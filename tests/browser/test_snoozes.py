"""Tickers and rules that the watch is to keep quiet about: for a while, from an alert's menu, listed and ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ..running import call
from .desk import Scripted
from .guards import Guards
from .made import ago, created, tell
from .test_acknowledge import toast
from .test_alerts_panel import alerts

NEAR = timedelta(minutes=1)
REFRESH = 10_500  # milliseconds until the page has asked again
OWN = dict.fromkeys(("id", "created_at", "updated_at"))  # of each that is stored


@pytest.fixture
def page(scripted: Scripted, ledger: str) -> Page:
    """An alert of a rule, and an older one of another ticker."""
    tell(ledger, "rise", "AAPL", rule="quick-rises")
    tell(ledger, "fall", "MSFT", at=ago(5))
    page = scripted.open()
    expect(alerts(page)).to_have_count(2)
    return page


def choose(page: Page, *names: str, which: int = 0) -> None:
    """From an alert's menu, one after the other."""
    alerts(page).nth(which).get_by_role("button", name="Actions").click()
    for name in names:
        page.locator("#alert-menu").get_by_text(name, exact=True).click()


def listed(page: Page) -> Locator:
    return page.locator("#alerts-snooze-list li")


def snoozes(ledger: str) -> list[dict[str, Any]]:
    _, answer = call(f"{ledger}/alert-snoozes/?active=true")
    return list(answer["results"])


def until(snooze: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(snooze["until"])


@pytest.mark.parametrize(("name", "minutes"), [("15 minutes", 15), ("1 hour", 60)])
def test_an_alerts_rule_is_snoozed_for_its_ticker(page: Page, ledger: str, name: str, minutes: int) -> None:
    choose(page, name)
    expect(toast(page)).to_contain_text("Snoozed: AAPL, rule quick-rises, until ")
    expect(page.locator("#alerts-snoozes summary")).to_have_text("1 snoozed")
    expect(listed(page)).to_contain_text("AAPL, rule quick-rises, until ")
    [snooze] = snoozes(ledger)
    assert (snooze["ticker"], snooze["rule"]) == ("AAPL", "quick-rises")
    assert abs(until(snooze) - datetime.now(UTC) - timedelta(minutes=minutes)) < NEAR


def test_a_ticker_is_snoozed_for_every_rule_until_this_day_is_over(page: Page, ledger: str) -> None:
    choose(page, "for every rule", "Today")
    expect(listed(page)).to_contain_text("AAPL, every rule, until ")
    [snooze] = snoozes(ledger)
    assert snooze["rule"] is None
    assert page.evaluate("iso => new Date(iso).toTimeString()", snooze["until"]).startswith("00:00:00 GMT")
    assert timedelta(0) < until(snooze) - datetime.now(UTC) <= timedelta(hours=25)


def test_the_menu_begins_with_the_rule_each_time(page: Page) -> None:
    choose(page, "for every rule")
    page.keyboard.press("Escape")
    choose(page, which=1)
    scopes = page.locator("#alert-menu [role=menuitemradio]")
    expect(scopes).to_have_text(["for the rule fall", "for every rule"])
    expect(scopes.nth(0)).to_have_attribute("aria-checked", "true")
    expect(scopes.nth(1)).to_have_attribute("aria-checked", "false")


def test_until_when_is_asked_for_in_the_browsers_zone(page: Page, ledger: str) -> None:
    choose(page, "Until …")
    dialog = page.get_by_role("dialog", name="Snooze AAPL, rule quick-rises")
    expect(dialog).to_contain_text("Europe/Berlin")
    year = datetime.now(UTC).year
    wanted = next(day for day in (datetime(year, 1, 15, 8), datetime(year + 1, 1, 15, 8)) if is_ahead(day))
    dialog.get_by_label("Until").fill(wanted.isoformat())
    dialog.get_by_role("button", name="Snooze").click()
    expect(dialog).to_be_hidden()
    [snooze] = snoozes(ledger)
    assert until(snooze).replace(tzinfo=None) == wanted - timedelta(hours=1)


def is_ahead(day: datetime) -> bool:
    return day.replace(tzinfo=UTC) - datetime.now(UTC) > timedelta(days=1)


@pytest.mark.parametrize("text", ["", "2020-01-01T00:00", "2999-01-01T00:00"])
def test_a_time_that_cannot_be_is_refused_beside_its_field(page: Page, ledger: str, guards: Guards, text: str) -> None:
    guards.expect("400")
    choose(page, "Until …")
    field = page.locator("#snooze [name=until]")
    field.fill(text)
    page.locator("#snooze").get_by_role("button", name="Snooze").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#snooze .error")).not_to_be_empty()
    expect(field).to_be_focused()
    assert snoozes(ledger) == []


def test_a_snooze_is_ended_by_its_button_and_put_back_by_the_toast(page: Page, ledger: str) -> None:
    choose(page, "1 hour")
    expect(listed(page)).to_have_count(1)
    [before] = snoozes(ledger)
    page.get_by_role("button", name="End: AAPL, rule quick-rises").click()
    expect(page.locator("#alerts-snoozes")).to_be_hidden()
    expect(toast(page)).to_contain_text("Ended: AAPL, rule quick-rises")
    assert snoozes(ledger) == []
    toast(page).get_by_role("button", name="Undo").click()
    expect(listed(page)).to_have_count(1)
    [after] = snoozes(ledger)
    assert after | OWN == before | OWN


def test_the_toast_ends_a_snooze_that_was_new_and_puts_back_the_one_that_was_there(page: Page, ledger: str) -> None:
    choose(page, "15 minutes")
    expect(listed(page)).to_have_count(1)
    [quarter], text = snoozes(ledger), listed(page).text_content() or ""
    choose(page, "1 hour")
    expect(listed(page)).not_to_have_text(text)
    assert [until(one) > until(quarter) for one in snoozes(ledger)] == [True]
    page.keyboard.press("u")
    expect(listed(page)).to_have_text(text)
    assert [until(one) for one in snoozes(ledger)] == [until(quarter)]


def test_the_toast_of_a_new_one_ends_it(page: Page, ledger: str) -> None:
    choose(page, "15 minutes", which=1)
    expect(listed(page)).to_contain_text("MSFT, rule fall, until ")
    page.keyboard.press("u")
    expect(page.locator("#alerts-snoozes")).to_be_hidden()
    assert snoozes(ledger) == []


def test_those_of_others_are_listed_as_they_come_and_go(scripted: Scripted, ledger: str) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    tesla = created(f"{ledger}/alert-snoozes/", {"ticker": "TSLA", "rule": None, "until": later})
    page = scripted.open(clock=True)
    expect(listed(page)).to_contain_text("TSLA, every rule, until ")
    created(f"{ledger}/alert-snoozes/", {"ticker": "NVDA", "rule": "busy", "until": later})
    page.clock.fast_forward(REFRESH)
    expect(listed(page)).to_have_count(2)
    assert call(f"{ledger}/alert-snoozes/{tesla['id']}/", method="DELETE")[0] == 204
    page.clock.fast_forward(REFRESH)
    expect(listed(page)).to_have_count(1)
    expect(listed(page)).to_contain_text("NVDA, rule busy, until ")


def test_the_keyboard_alone_snoozes_and_ends(page: Page, ledger: str) -> None:
    page.keyboard.press("a")
    page.keyboard.press("s")
    menu = page.locator("#alert-menu")
    expect(menu.get_by_role("menuitem", name="Acknowledge k")).to_be_focused()
    page.keyboard.press("End")
    expect(menu.get_by_text("Until …")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    expect(menu.get_by_text("1 hour")).to_be_focused()
    page.keyboard.press("Enter")
    expect(listed(page)).to_have_count(1)
    expect(alerts(page).nth(0)).to_be_focused()
    end = page.get_by_role("button", name="End: AAPL")
    end.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#alerts-snoozes")).to_be_hidden()
    expect(page.locator("#alerts-scroll")).to_be_focused()
    assert snoozes(ledger) == []


def test_a_menu_stays_open_while_alerts_arrive_above_a_list_that_is_scrolled(scripted: Scripted, ledger: str) -> None:
    for number in range(20):
        tell(ledger, "fall", "MSFT", at=ago(5 + number))
    page = scripted.open()
    choose(page, which=12)
    expect(page.locator("#alert-menu")).to_be_visible()
    tell(ledger, "rise", "AAPL")
    expect(alerts(page)).to_have_count(21)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(page.locator("#alert-menu")).to_be_visible()
    page.locator("#alert-menu").get_by_text("for every rule", exact=True).click()
    page.locator("#alert-menu").get_by_text("1 hour", exact=True).click()
    expect(listed(page)).to_contain_text("MSFT, every rule, until ")


def test_a_menu_closes_when_its_row_is_scrolled_away(scripted: Scripted, ledger: str) -> None:
    for number in range(20):
        tell(ledger, "fall", "MSFT", at=ago(5 + number))
    page = scripted.open()
    choose(page, which=12)
    page.locator("#alerts-scroll").evaluate("scroller => scroller.scrollBy(0, -40)")
    expect(page.locator("#alert-menu")).to_be_hidden()
