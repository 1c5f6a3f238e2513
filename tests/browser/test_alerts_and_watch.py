"""The page and a watch that runs: what is tried out there, added there and snoozed there is what the watch does."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from .desk import Visit
from .parts import System
from .test_alert_previews import ASK, said
from .test_alert_rules import fill, opened, press
from .test_alerts_panel import alerts

SOON = 30_000  # milliseconds: the watch asks the ledger every 10 seconds


@pytest.fixture
def ended(system: System) -> Iterator[System]:
    """The system; nobody after this is to hear of its rules."""
    yield system
    system.kill()


def test_a_rule_is_tried_on_what_the_watch_has_seen_and_then_raises_alerts(ended: System, visit: Visit) -> None:
    page = visit(ended.address)
    expect(page.locator("#status")).to_have_attribute("data-state", "live")
    dialog = opened(page)
    press(dialog, "Add a rule")
    fill(dialog, name="smallest-moves", threshold="0.01")
    dialog.get_by_label("Severity").select_option("critical")
    press(dialog, ASK)
    expect(said(dialog)).to_contain_text("alert", timeout=SOON)
    expect(said(dialog)).to_contain_text(" ticks from ")
    expect(dialog.locator("#rule-preview-list li").first).to_contain_text("▲ +")
    press(dialog, "Add rule")
    page.keyboard.press("Escape")
    raised = alerts(page).filter(has_text="smallest-moves")
    expect(raised.first).to_contain_text("‼ critical", timeout=SOON)
