"""What a rule would have raised in the last hour: asked of a watch, which answers, or does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from embedded_postgres.tests.servers import wait_until
from tick import render

from ..running import call
from .desk import Scripted
from .guards import Guards
from .made import ago, rise
from .test_alert_rules import fill, opened, press

ASK = "What would the last hour have raised?"
PATIENCE = timedelta(seconds=31)
MOST = 100  # alerts in an answer


def pending(ledger: str) -> list[dict[str, Any]]:
    return list(call(f"{ledger}/alert-previews/?pending=true")[1]["results"])


def answer(
    ledger: str, *, minutes: int = 50, ticks: int = 12_345, alerts: int = 2, told: int | None = None
) -> dict[str, Any]:
    """What a watch says of the only question: its rule is returned."""
    wait_until(lambda: bool(pending(ledger)))
    [asked] = pending(ledger)
    end = ago(0)
    raised = [rise("AAPL", "100", "102.5", end - timedelta(seconds=number)) for number in range(alerts)]
    body = {
        "begin": render(end - timedelta(minutes=minutes)), "end": render(end), "ticks": ticks,
        "count": alerts if told is None else told, "alerts": raised,
    }  # fmt: skip
    status, _ = call(f"{ledger}/alert-previews/{asked['id']}/", body, "PATCH")
    assert status == 200
    return dict(asked["rule"])


@pytest.fixture
def dialog(scripted: Scripted) -> Locator:
    """A rule without a name that looks for rises of 2.5 %."""
    dialog = opened(scripted.open())
    press(dialog, "Add a rule")
    fill(dialog, threshold="2.5")
    return dialog


def said(dialog: Locator) -> Locator:
    return dialog.locator("#rule-preview-said")


def test_a_watch_is_asked_and_its_alerts_are_shown_with_the_span_that_it_knows(dialog: Locator, ledger: str) -> None:
    press(dialog, ASK)
    expect(said(dialog)).to_have_text("Asking the watch …")
    rule = answer(ledger)
    assert (rule["kind"], rule["threshold"], rule["tickers"]) == ("rise", "2.5", ["*"])
    expect(said(dialog)).to_contain_text("2 alerts in 12,345 ticks from ")
    expect(said(dialog)).to_contain_text(", 50 minutes.")
    shown = dialog.locator("#rule-preview-list li")
    expect(shown).to_have_count(2)
    expect(shown.first).to_contain_text("AAPL ▲ +2.50 %")
    assert call(f"{ledger}/alert-rules/")[1]["results"] == []


def test_more_than_an_answer_holds_are_counted(dialog: Locator, ledger: str) -> None:
    press(dialog, ASK)
    answer(ledger, alerts=MOST, told=1234)
    expect(said(dialog)).to_contain_text("1,234 alerts in ")
    expect(dialog.locator("#rule-preview-list li")).to_have_count(MOST + 1)
    expect(dialog.locator("#rule-preview-list li").last).to_have_text("and 1,134 more")


def test_no_alert_and_no_tick_are_told_apart(dialog: Locator, ledger: str) -> None:
    press(dialog, ASK)
    answer(ledger, alerts=0)
    expect(said(dialog)).to_contain_text("No alert in 12,345 ticks from ")
    expect(dialog.locator("#rule-preview-list")).to_be_hidden()
    press(dialog, ASK)
    answer(ledger, alerts=0, ticks=0)
    expect(said(dialog)).to_have_text("The watch has no ticks of these tickers in the last hour.")


def test_an_answer_goes_with_the_rule_that_it_is_about(dialog: Locator, ledger: str) -> None:
    press(dialog, ASK)
    answer(ledger)
    expect(dialog.locator("#rule-preview-list li")).to_have_count(2)
    fill(dialog, threshold="3")
    expect(said(dialog)).to_be_hidden()
    expect(dialog.locator("#rule-preview-list")).to_be_hidden()


def test_without_a_watch_it_says_after_half_a_minute_that_none_answered(scripted: Scripted) -> None:
    page = scripted.open(clock=True)
    dialog = opened(page)
    press(dialog, "Add a rule")
    fill(dialog, threshold="2")
    press(dialog, ASK)
    expect(said(dialog)).to_have_text("Asking the watch …")
    page.clock.set_system_time(datetime.now(UTC) + PATIENCE)  # a jump would cut off what it asks as well
    expect(said(dialog)).to_contain_text("No watch has answered within 30 seconds.")


def test_what_is_wrong_with_the_rule_is_said_beside_its_field(dialog: Locator, guards: Guards) -> None:
    guards.expect("400")
    fill(dialog, threshold="none", window="0")
    press(dialog, ASK)
    for name in ("threshold", "window"):
        expect(dialog.locator(f"[name={name}]")).to_have_attribute("aria-invalid", "true")
        expect(dialog.locator(f"#rule-form-{name}-error")).not_to_be_empty()
    expect(said(dialog)).to_be_hidden()


def test_too_many_questions_at_once_are_refused_in_words(dialog: Locator, ledger: str, guards: Guards) -> None:
    guards.expect("409")
    rule = {"name": "busy", "kind": "volume", "threshold": "3"}
    while call(f"{ledger}/alert-previews/", {"rule": rule})[0] == 201:
        pass
    press(dialog, ASK)
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    expect(said(dialog)).to_be_hidden()
