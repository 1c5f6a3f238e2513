"""Alerts, snoozes and rules for everybody: found right by axe-core in every state, on every screen."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from .desk import Scripted
from .guards import Guards
from .made import ago, created, tell
from .test_access import Axe, look_at_every_width
from .test_alert_previews import ASK, answer
from .test_alert_rules import add_rule, fill, listed, opened, press
from .test_alerts_panel import alerts

OPTION = "SPY   250620C00450000"


def full(scripted: Scripted, ledger: str) -> Page:
    """Alerts of every kind, one of them acknowledged, and two snoozes."""
    for number, (kind, severity) in enumerate(
        [("rise", "critical"), ("fall", "info"), ("above", "warning"), ("below", "critical"), ("volume", "warning")]
    ):
        tell(ledger, kind, (OPTION, "AAPL", "A" * 32)[number % 3], at=ago(number), rule=f"{kind}-of-a-long-name",
             severity=severity, confirmed=bool(number % 2), gap=not number)  # fmt: skip
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    for ticker, rule in ((OPTION, None), ("A" * 32, "a-rule-of-as-many-letters-as-can")):
        created(f"{ledger}/alert-snoozes/", {"ticker": ticker, "rule": rule, "until": later})
    page = scripted.open()
    expect(alerts(page)).to_have_count(5)
    expect(page.locator("#alerts-snooze-list li")).to_have_count(2)
    alerts(page).nth(1).get_by_role("button", name="Acknowledge").click()
    expect(page.locator("#alerts-list li.acknowledged")).to_have_count(1)
    return page


def test_a_full_panel_and_its_menu_are_right(scripted: Scripted, ledger: str, axe: Axe) -> None:
    page = full(scripted, ledger)
    look_at_every_width(page, axe)
    alerts(page).nth(0).get_by_role("button", name="Actions").click()
    expect(page.locator("#alert-menu")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("menuitem", name="Until …").click()
    look_at_every_width(page, axe)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_rules_are_right_without_one_with_some_and_where_they_cannot_be_had(
    scripted: Scripted, ledger: str, axe: Axe, guards: Guards
) -> None:
    guards.expect("503")
    page = scripted.open()
    dialog = opened(page)
    look_at_every_width(page, axe)
    add_rule(ledger, "a-rule-of-as-many-letters-as-can", tickers=[OPTION, "*" * 32], severity="critical")
    page.keyboard.press("Escape")
    expect(listed(opened(page))).to_have_count(1)
    look_at_every_width(page, axe)
    page.keyboard.press("Escape")
    page.route("**/api/alert-rules/", lambda route: route.fulfill(status=503, json={"detail": "Away."}))
    page.get_by_role("button", name="Alert rules").click()
    expect(dialog.get_by_role("button", name="Try again")).to_be_visible()
    look_at_every_width(page, axe)


def test_the_form_of_a_rule_is_right_with_errors_and_with_a_preview(
    scripted: Scripted, ledger: str, axe: Axe, guards: Guards
) -> None:
    guards.expect("400")
    page = scripted.open()
    dialog = opened(page)
    press(dialog, "Add a rule")
    press(dialog, "Add rule")
    expect(dialog.locator("[aria-invalid=true]").first).to_be_visible()
    look_at_every_width(page, axe)
    fill(dialog, name="quick", threshold="2")
    press(dialog, ASK)
    answer(ledger, alerts=20)
    expect(dialog.locator("#rule-preview-list li")).to_have_count(20)
    look_at_every_width(page, axe)
