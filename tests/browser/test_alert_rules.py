"""The rules that the ledger keeps for its watches: looked at, added, changed, deleted, put back."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from ..running import call
from .desk import Scripted
from .guards import Guards
from .made import created
from .test_acknowledge import await_routes, toast


def add_rule(ledger: str, name: str, **fields: Any) -> dict[str, Any]:
    return created(f"{ledger}/alert-rules/", {"name": name, "kind": "rise", "threshold": "2"} | fields)


def rules(ledger: str) -> list[dict[str, Any]]:
    return list(call(f"{ledger}/alert-rules/")[1]["results"])


def opened(page: Page) -> Locator:
    page.get_by_role("button", name="Alert rules").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#rules-skeleton")).to_be_hidden()
    return dialog


@pytest.fixture
def dialog(scripted: Scripted) -> Locator:
    """Of a ledger that keeps no rule yet."""
    return opened(scripted.open())


def listed(dialog: Locator) -> Locator:
    return dialog.locator("#rules-list li")


def press(dialog: Locator, name: str) -> None:
    dialog.get_by_role("button", name=name, exact=True).click()


def fill(dialog: Locator, **fields: str) -> None:
    for name, value in fields.items():
        dialog.locator(f"[name={name}]").fill(value)


def test_without_a_rule_it_says_what_the_watch_goes_by(dialog: Locator) -> None:
    expect(dialog.locator("#rules-empty")).to_contain_text("The watch uses its own options: 2 % in 1 minute")
    expect(dialog.locator("#rules-note")).to_be_hidden()


def test_it_says_nothing_of_rules_before_it_knows_them(scripted: Scripted) -> None:
    page = scripted.open()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/alert-rules/", hold)
    page.get_by_role("button", name="Alert rules").click()
    await_routes(page, held, 1)
    expect(page.locator("#rules-skeleton")).to_be_visible()
    expect(page.locator("#rules-empty")).to_be_hidden()
    held[0].continue_()
    expect(page.locator("#rules-skeleton")).to_be_hidden()
    expect(page.locator("#rules-empty")).to_be_visible()


def test_a_rule_is_added_and_listed_in_words(dialog: Locator, ledger: str) -> None:
    press(dialog, "Add a rule")
    expect(dialog.get_by_label("Name")).to_be_focused()
    fill(dialog, name="quick", tickers="aapl, BTC*", threshold="1.5", window="30")
    dialog.get_by_label("Severity").select_option("critical")
    dialog.get_by_text("More", exact=True).click()
    fill(dialog, confirm="0", cooldown="300", rearm="10", hours="XNYS", notify="$NOTIFY_MAIL")
    press(dialog, "Add rule")
    expect(listed(dialog)).to_contain_text("quick critical")
    words = "AAPL, BTC*: rises by more than 1.5 % within 30 s, in the hours of XNYS; tells $NOTIFY_MAIL"
    expect(listed(dialog)).to_contain_text(words)
    expect(dialog.locator("#rules-note")).to_be_visible()
    expect(dialog.get_by_role("button", name="Edit: quick")).to_be_focused()
    [rule] = rules(ledger)
    assert {name: rule[name] for name in rule if name not in ("id", "created_at", "updated_at")} == {
        "name": "quick", "kind": "rise", "tickers": ["AAPL", "BTC*"], "threshold": "1.5", "window": 30, "confirm": 0,
        "cooldown": 300, "rearm": 10, "hours": "XNYS", "severity": "critical", "notify": ["$NOTIFY_MAIL"],
    }  # fmt: skip


def test_it_says_if_no_rule_reports_rises_any_more(scripted: Scripted, ledger: str) -> None:
    add_rule(ledger, "aapl-200", kind="above", threshold="200")
    dialog = opened(scripted.open())
    expect(dialog.locator("#rules-no-rise")).to_have_text("None of them reports rises.")
    press(dialog, "Add a rule")
    fill(dialog, name="quick", threshold="2")
    press(dialog, "Add rule")
    expect(listed(dialog)).to_have_count(2)
    expect(dialog.locator("#rules-no-rise")).to_be_hidden()


def test_a_rule_is_deleted_and_put_back_by_the_toast_over_the_dialog(scripted: Scripted, ledger: str) -> None:
    before = add_rule(ledger, "quick", tickers=["SPY   250620C00450000"], hours="XNYS")
    add_rule(ledger, "busy", kind="volume")
    dialog = opened(scripted.open())
    press(dialog, "Delete: quick")
    expect(listed(dialog)).to_have_count(1)
    expect(toast(dialog)).to_contain_text("Deleted: quick")
    assert [rule["name"] for rule in rules(ledger)] == ["busy"]
    toast(dialog).get_by_role("button", name="Undo").click()
    expect(listed(dialog)).to_have_count(2)
    expect(dialog.get_by_role("button", name="Edit: quick")).to_be_focused()
    own = dict.fromkeys(("id", "created_at", "updated_at"))
    assert rules(ledger)[1] | own == before | own


def test_the_toast_puts_back_what_was_there_at_last(scripted: Scripted, ledger: str) -> None:
    rule = add_rule(ledger, "quick")
    dialog = opened(scripted.open())
    assert call(f"{ledger}/alert-rules/{rule['id']}/", {"threshold": "5"}, "PATCH")[0] == 200
    press(dialog, "Delete: quick")
    toast(dialog).get_by_role("button", name="Undo").click()
    expect(listed(dialog)).to_contain_text("rises by more than 5 %")
    assert [rule["threshold"] for rule in rules(ledger)] == ["5"]


def test_a_rule_that_somebody_else_deleted_is_off_the_list_and_can_be_put_back(
    scripted: Scripted, ledger: str, guards: Guards
) -> None:
    guards.expect("404")
    rule = add_rule(ledger, "quick")
    dialog = opened(scripted.open())
    assert call(f"{ledger}/alert-rules/{rule['id']}/", method="DELETE")[0] == 204
    press(dialog, "Delete: quick")
    expect(listed(dialog)).to_have_count(0)
    toast(dialog).get_by_role("button", name="Undo").click()
    expect(listed(dialog)).to_have_count(1)


def test_the_toast_goes_on_below_the_dialog_when_that_is_closed(scripted: Scripted, ledger: str) -> None:
    add_rule(ledger, "quick")
    page = scripted.open()
    dialog = opened(page)
    press(dialog, "Delete: quick")
    expect(toast(page)).to_contain_text("Deleted: quick")
    page.keyboard.press("Escape")
    expect(page.locator("body > .toast")).to_be_visible()
    expect(page.get_by_role("button", name="Alert rules")).to_be_focused()
    page.keyboard.press("u")
    expect(toast(page)).to_contain_text("Restored: quick")
    assert [rule["name"] for rule in rules(ledger)] == ["quick"]


def test_the_toast_covers_no_button_of_the_dialog(scripted: Scripted, ledger: str) -> None:
    for name in ("quick", "busy"):
        add_rule(ledger, name)
    page = scripted.open()
    page.set_viewport_size({"width": 360, "height": 800})
    dialog = opened(page)
    press(dialog, "Delete: quick")
    expect(toast(dialog)).to_contain_text("Deleted: quick")
    press(dialog, "Edit: busy")
    expect(dialog.get_by_role("button", name="Save")).to_be_visible()
    shown, save = toast(dialog).bounding_box(), dialog.get_by_role("button", name="Save").bounding_box()
    assert shown
    assert save
    assert shown["y"] >= save["y"] + save["height"]


def test_a_ledger_that_does_not_answer_is_asked_again(scripted: Scripted, ledger: str, guards: Guards) -> None:
    guards.expect("503")
    add_rule(ledger, "quick")
    page = scripted.open()
    page.route("**/api/alert-rules/", lambda route: route.fulfill(status=503, json={"detail": "Away."}), times=1)
    dialog = opened(page)
    expect(dialog.get_by_role("alert")).to_contain_text("Away.")
    expect(dialog.locator("#rules-empty")).to_be_hidden()
    press(dialog, "Try again")
    expect(listed(dialog)).to_have_count(1)
    expect(dialog.get_by_role("alert")).to_be_hidden()


def test_the_keyboard_alone_adds_changes_and_deletes(scripted: Scripted, ledger: str) -> None:
    page = scripted.open()
    page.locator("#alerts-rules").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#rules-empty")).to_be_visible()
    page.locator("#rules-add").press("Enter")
    page.keyboard.type("quick")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Edit: quick")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(listed(dialog)).to_have_count(0)
    expect(page.locator("#rules-add")).to_be_focused()
    assert rules(ledger) == []
