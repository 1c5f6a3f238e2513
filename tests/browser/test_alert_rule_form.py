"""The form of a rule: the fields of its kind, what is wrong with them, and what somebody else did meanwhile."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from ..running import call
from .desk import Scripted
from .guards import Guards
from .test_acknowledge import toast
from .test_alert_rules import add_rule, fill, listed, opened, press, rules

OF_EVERY_KIND = ["name", "kind", "tickers", "threshold", "severity", "cooldown", "hours", "notify"]
OF_KIND = {
    "rise": ["window", "confirm", "rearm"],
    "fall": ["window", "confirm", "rearm"],
    "above": ["margin", "confirm"],
    "below": ["margin", "confirm"],
    "volume": ["window", "windows"],
}
IN_WORDS = {
    "rise": "every ticker: rises by more than 2 % within 1 min",
    "fall": "every ticker: falls by more than 2 % within 1 min",
    "above": "every ticker: rises above 2.00",
    "below": "every ticker: falls below 2.00",
    "volume": "every ticker: more than 2 times the mean volume of 10 × 1 min",
}


@pytest.fixture
def dialog(scripted: Scripted) -> Locator:
    """A ledger without rules, and the form of a new one."""
    dialog = opened(scripted.open())
    press(dialog, "Add a rule")
    return dialog


@pytest.mark.parametrize("kind", OF_KIND)
def test_a_kind_has_the_fields_that_apply_to_it_and_their_defaults(dialog: Locator, ledger: str, kind: str) -> None:
    dialog.get_by_label("Kind").select_option(kind)
    dialog.get_by_text("More", exact=True).click()
    shown = dialog.locator("[name]:visible").evaluate_all("all => all.map(one => one.name)")
    assert sorted(shown) == sorted([*OF_EVERY_KIND, *OF_KIND[kind]])
    fill(dialog, name=kind, threshold="2")
    press(dialog, "Add rule")
    expect(listed(dialog)).to_contain_text(IN_WORDS[kind])
    assert rules(ledger) == [add_again(ledger, kind)]


def add_again(ledger: str, kind: str) -> dict[str, Any]:
    """The rule of this kind as a program adds it with nothing but its defaults, in place of the one that is there."""
    [there] = rules(ledger)
    assert call(f"{ledger}/alert-rules/{there['id']}/", method="DELETE")[0] == 204
    own = ("id", "created_at", "updated_at")
    return add_rule(ledger, kind, kind=kind) | {name: there[name] for name in own}


def test_what_is_wrong_is_said_beside_its_field_and_nothing_that_was_typed_is_lost(
    dialog: Locator, ledger: str, guards: Guards
) -> None:
    guards.expect("400")
    fill(dialog, name="Quick Rises", tickers="AAPL", threshold="-1", window="x")
    dialog.get_by_text("More", exact=True).click()
    fill(dialog, notify="mailto://me:secret@example.org")
    dialog.get_by_text("More", exact=True).click()
    dialog.get_by_label("Name").press("Enter")
    for name in ("name", "threshold", "window", "notify"):
        field = dialog.locator(f"[name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        error = dialog.locator(f"#rule-form-{name}-error")
        expect(error).to_be_visible()
        assert error.get_attribute("id") in (field.get_attribute("aria-describedby") or "").split()
    expect(dialog.get_by_label("Name")).to_be_focused()
    expect(dialog.get_by_label("Name")).to_have_value("Quick Rises")
    assert rules(ledger) == []
    fill(dialog, name="quick-rises", threshold="1", window="60", notify="")
    press(dialog, "Add rule")
    expect(listed(dialog)).to_have_count(1)


def test_a_name_that_is_taken_is_said_beside_the_name(scripted: Scripted, ledger: str, guards: Guards) -> None:
    guards.expect("409")
    add_rule(ledger, "quick")
    dialog = opened(scripted.open())
    press(dialog, "Add a rule")
    fill(dialog, name="quick", threshold="3")
    press(dialog, "Add rule")
    expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    assert [rule["threshold"] for rule in rules(ledger)] == ["2"]


def test_what_describes_a_field_goes_on_describing_it_after_an_error(dialog: Locator, guards: Guards) -> None:
    guards.expect("400")
    tickers = dialog.get_by_label("Tickers")
    for text, described in (("<b>", "rule-form-tickers-error rule-globs"), ("*", "rule-globs")):
        fill(dialog, tickers=text)
        press(dialog, "Add rule")
        expect(tickers).to_have_attribute("aria-describedby", described)


def test_a_rule_is_changed_even_to_another_kind(scripted: Scripted, ledger: str) -> None:
    add_rule(ledger, "quick", window=30, notify=["$NOTIFY_OPS"])
    dialog = opened(scripted.open())
    press(dialog, "Edit: quick")
    expect(dialog.get_by_role("heading")).to_have_text("Alert rule: quick")
    expect(dialog.locator("[name=window]")).to_have_value("30")
    dialog.get_by_label("Kind").select_option("below")
    fill(dialog, threshold="150.5", margin="2")
    press(dialog, "Save")
    expect(listed(dialog)).to_contain_text("every ticker: falls below 150.50; tells $NOTIFY_OPS")
    expect(toast(dialog)).to_contain_text("Saved: quick")
    [rule] = rules(ledger)
    assert (rule["kind"], rule["threshold"], rule["margin"], "window" in rule) == ("below", "150.5", "2", False)


def test_back_leaves_the_rule_as_it_was(scripted: Scripted, ledger: str) -> None:
    add_rule(ledger, "quick")
    dialog = opened(scripted.open())
    press(dialog, "Edit: quick")
    fill(dialog, threshold="9")
    press(dialog, "Back")
    expect(dialog.get_by_role("button", name="Edit: quick")).to_be_focused()
    assert [rule["threshold"] for rule in rules(ledger)] == ["2"]


def test_a_rule_that_somebody_else_changed_meanwhile_is_not_overwritten_unseen(
    scripted: Scripted, ledger: str, guards: Guards
) -> None:
    guards.expect("412")
    rule = add_rule(ledger, "quick")
    dialog = opened(scripted.open())
    for choice, threshold in (("Take theirs", "5"), ("Save", "9")):
        press(dialog, "Edit: quick")
        expect(dialog.get_by_label("Name")).to_be_focused()
        assert call(f"{ledger}/alert-rules/{rule['id']}/", {"threshold": "5"}, "PATCH")[0] == 200
        fill(dialog, threshold="9")
        press(dialog, "Save")
        expect(dialog.get_by_role("alert")).to_contain_text("Now: every ticker: rises by more than 5 % within 1 min")
        press(dialog, choice)
        if choice == "Take theirs":
            expect(dialog.locator("[name=threshold]")).to_have_value("5")
            press(dialog, "Back")
        expect(listed(dialog)).to_contain_text(f"rises by more than {threshold} %")
