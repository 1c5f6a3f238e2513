"""What the watch reported: newest first, arriving without a reload, and what it means for what is held."""

import re
from datetime import timedelta

from playwright.sync_api import Locator, Page, Request, expect

from .desk import Scripted
from .made import ago, book, report

PAGE = 50  # alerts that the panel asks for at a time
AT_ONCE = 2  # requests about what was held


def alerts(page: Page) -> Locator:
    return page.locator("#alerts-list li")


def test_an_empty_list_says_what_will_be_in_it_and_then_has_the_newest_first(scripted: Scripted, ledger: str) -> None:
    page = scripted.open()
    expect(page.locator("#alerts-empty")).to_be_visible()
    expect(page.locator("#alerts-skeleton")).to_be_hidden()
    now = ago(0)
    for ticker, seconds in (("B", 20), ("A", 10), ("C", 30)):
        report(ledger, ticker, "100", "103", at=now - timedelta(seconds=seconds))
    expect(alerts(page).locator(".ticker")).to_have_text(["A", "B", "C"])


def test_an_alert_says_when_what_how_far_how_fast_and_what_that_means_for_what_is_held(
    scripted: Scripted, ledger: str
) -> None:
    book(ledger, "buy", "10", "AAPL", "150")
    book(ledger, "sell", "2.5", "MSFT", "400")
    for ticker, low, price in (("AAPL", "166.2", "170.21"), ("MSFT", "400", "412.40"), ("TSLA", "100", "103")):
        report(ledger, ticker, low, price)
    page = scripted.open()
    expect(alerts(page)).to_have_count(3)
    alert = alerts(page).filter(has_text="AAPL")
    for text in ("AAPL", "▲ +2.41 %", "166.20 → 170.21 in 41 s"):
        expect(alert).to_contain_text(text)
    expect(alert.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(alert.locator("time")).to_have_attribute("title", re.compile(r"^\d{4}-\d\d-\d\dT.*Z$"))
    expect(alert.locator(".held")).to_have_text("you held 10: +40.10 USD")
    expect(alerts(page).filter(has_text="MSFT").locator(".held")).to_have_text("you held −2.5: −31.00 USD")
    expect(alerts(page).filter(has_text="TSLA").locator(".held")).to_be_empty()


def test_an_alert_keeps_what_was_held_when_it_was_raised(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "10", "AAPL", "150")
    report(ledger, "AAPL", "100", "103")
    book(ledger, "buy", "5", "AAPL", "150")
    book(ledger, "buy", "2", "SPY   250620C00450000", "1.2")
    report(ledger, "SPY   250620C00450000", "1", "1.05")
    page = scripted.open()
    held = alerts(page).locator(".held")
    expect(held).to_have_text(["you held 2: +10.00 USD", "you held 10: +30.00 USD"])
    book(ledger, "sell", "15", "AAPL", "150")
    report(ledger, "AAPL", "100", "103")
    expect(held).to_have_text(["", "you held 2: +10.00 USD", "you held 10: +30.00 USD"])


def test_a_move_in_pence_is_told_in_pounds(scripted: Scripted, ledger: str) -> None:
    book(ledger, "buy", "100", "VODP", "72.5", currency="GBX")
    report(ledger, "VODP", "73", "75")
    book(ledger, "buy", "100", "BP", "4.5", currency="GBP")
    report(ledger, "BP", "4.5", "4.65")
    held = alerts(scripted.open()).locator(".held")
    expect(held).to_have_text(["you held 100: +15.00 GBP", "you held 100: +2.00 GBP"])


class Asked:
    """What a page asks about alerts: how often, and how much at a time."""

    def __init__(self, page: Page) -> None:
        self.addresses: list[str] = []
        self.running, self.most = 0, 0
        page.on("request", self.begin)
        page.on("requestfinished", self.end)

    def begin(self, request: Request) -> None:
        if "as_of=" in request.url:
            self.addresses.append(request.url)
            self.running += 1
            self.most = max(self.most, self.running)

    def end(self, request: Request) -> None:
        self.running -= "as_of=" in request.url


def test_what_was_held_is_asked_for_once_a_few_at_a_time_and_only_of_alerts_in_view(
    scripted: Scripted, ledger: str
) -> None:
    for number in range(PAGE):
        book(ledger, "buy", "1", f"T{number:02}", "100")
        report(ledger, f"T{number:02}", "100", "103")
    page = scripted.visit("about:blank", viewport={"width": 1280, "height": 800})  # a page of its own
    asked = Asked(page)
    page.goto(scripted.api.address)
    expect(alerts(page)).to_have_count(PAGE)
    expect(alerts(page).first.locator(".held")).to_have_text("you held 1: +3.00 USD")
    expect(alerts(page).last.locator(".held")).to_be_empty()
    for which in (-1, 0, -1):
        alerts(page).nth(which).scroll_into_view_if_needed()
        expect(alerts(page).nth(which).locator(".held")).to_have_text("you held 1: +3.00 USD")
    assert len(set(asked.addresses)) == len(asked.addresses) < PAGE
    assert asked.most <= AT_ONCE


def test_new_is_what_nobody_has_acknowledged_and_what_has_just_come_is_marked(scripted: Scripted, ledger: str) -> None:
    report(ledger, "AAPL", "100", "102.5", at=ago(30))
    page = scripted.open()
    new = page.locator("#alerts-new")
    expect(new).to_have_text("1 new")
    expect(page.locator("#alerts-list li.fresh")).to_have_count(0)
    report(ledger, "MSFT", "400", "412")
    expect(alerts(page).first).to_contain_text("MSFT")
    expect(new).to_have_text("2 new")
    expect(page).to_have_title("(2) Trading desk")
    expect(page.locator("#alerts-said")).to_contain_text("MSFT")
    expect(page.locator("#alerts-list li.fresh .ticker")).to_have_text("MSFT")
    new.click()
    expect(alerts(page).first).to_be_focused()
    expect(page.locator("#alerts-list li.fresh")).to_have_count(0)
    expect(new).to_have_text("2 new")


def test_hundreds_of_new_ones_leave_the_buttons_in_one_line(scripted: Scripted, ledger: str) -> None:
    report(ledger, "A", "100", "103")
    page = scripted.open()
    new = page.locator("#alerts-new")
    expect(new).to_have_text("1 new")
    before = page.locator("#alerts-notify").bounding_box()
    new.evaluate("button => { button.textContent = '500 new'; }")
    assert page.locator("#alerts-notify").bounding_box() == before


def test_older_ones_are_a_click_away(scripted: Scripted, ledger: str) -> None:
    for number in range(PAGE + 3):
        report(ledger, f"T{number:02}", "100", "103", at=ago(100 + number))
    page = scripted.open()
    expect(alerts(page)).to_have_count(PAGE)
    page.get_by_role("button", name="Show older ones").click()
    expect(alerts(page)).to_have_count(PAGE + 3)
    expect(page.get_by_role("button", name="Show older ones")).to_be_hidden()
    expect(page.locator("#alerts-list li.fresh")).to_have_count(0)


def test_an_alerts_ticker_is_chosen_by_a_click(scripted: Scripted, ledger: str) -> None:
    report(ledger, "MSFT", "400", "412")
    page = scripted.open()
    for ticker in ("AAPL", "MSFT"):
        scripted.feed.tick(ticker, "400")
    expect(page.locator("#chart-ticker")).to_have_text("AAPL")
    alerts(page).get_by_role("button", name="MSFT", exact=True).click()
    expect(page.locator("#chart-ticker")).to_have_text("MSFT")


RECORD = """() => {
    window.notified = [];
    window.Notification = class {
        constructor(title, {body, tag} = {}) { notified.push([title, body, tag]); }
        static requestPermission() { return Promise.resolve('ANSWER'); }
    };
}"""


COUNT_TONES = """() => {
    window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function () { tones++; return start.call(this); };
}"""


def test_notifications_and_sounds_are_given_to_those_who_asked_and_only_then(scripted: Scripted, ledger: str) -> None:
    page = scripted.open()
    page.evaluate(RECORD.replace("ANSWER", "granted"))
    page.evaluate(COUNT_TONES)
    report(ledger, "AAPL", "100", "102.5")
    expect(alerts(page)).to_have_count(1)
    assert (page.evaluate("notified"), page.evaluate("tones")) == ([], 0)
    page.get_by_role("button", name="Notify").click()
    expect(page.get_by_role("button", name="Notify")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Sound").click()
    assert page.evaluate("tones") == 1
    second = report(ledger, "MSFT", "100", "103")
    expect(alerts(page)).to_have_count(2)
    assert page.evaluate("notified") == [["MSFT rose by 3.00 %", "to 103", second["id"]]]
    assert page.evaluate("tones") == 2


def test_a_browser_that_refuses_notifications_says_where_to_allow_them(scripted: Scripted) -> None:
    page = scripted.open()
    page.evaluate(RECORD.replace("ANSWER", "denied"))
    button = page.get_by_role("button", name="Notify")
    button.click()
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", re.compile("allow it in the site's settings"))
