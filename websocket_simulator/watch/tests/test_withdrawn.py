"""What people, programs, the ledger and targets get of an alert that is withdrawn: once, and after the alert itself."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from rich.console import Console
from websocket_simulator.tests.ledger import Ledger

from notices import Withdrawal
from tick import Tick
from watch import raised
from watch.alert import Alert
from watch.alert_json import json_line
from watch.delivery import Delivery
from watch.grouping import message_of
from watch.live import LiveView
from watch.outbox import Outbox
from watch.printing import MAX_LINES, Printer
from watch.raised import Raised
from watch.rule import Rule
from watch.telling import Teller
from watch.withdrawn import Reason, withdrawn_of

START = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)
Print = Callable[..., Teller]


def alert(number: int = 0, ticker: str = "AAPL", *, extended: bool = False, day: int = 0) -> Alert:
    """A rise from the tick 2 * number to the next one."""
    instant = START + timedelta(days=day, seconds=number)
    low, tick = (Tick(ticker, Decimal(price), instant, 2 * number + own) for own, price in enumerate((100, 103)))
    tick = Tick(tick.ticker, tick.price, tick.timestamp, tick.seq, extended=extended)
    return Alert(f"{number:016x}", tick, Rule(severity="critical"), low, Decimal(3), received=instant)


def withdrawal(alert: Alert, reason: Reason = "cancelled") -> Withdrawal:
    tick = alert.tick
    return Withdrawal(99, tick.seq or 0, tick.ticker, tick.price, tick.timestamp, reason)


@pytest.fixture
def box() -> Outbox:
    """In memory."""
    return Outbox(None, ["stdout", "ledger"], print)


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def teller(box: Outbox, written: list[str]) -> Print:
    def make(*, as_json: bool = False, view: LiveView | None = None) -> Teller:
        printer = Printer(box, written.append, as_json=as_json)
        return Teller(box, printer, view, lambda rule: ("stdout", "ledger"), is_live=True)

    return make


def withdraw(teller: Teller, *alerts: Alert, reason: Reason = "cancelled") -> None:
    for one in alerts:
        teller.withdraw(teller.raised.withdraw(withdrawal(one, reason)), reason, START)


def test_people_read_what_is_withdrawn_and_why(teller: Print, written: list[str]) -> None:
    one = teller()
    one.tell([alert()])
    withdraw(one, alert(), alert())
    assert written[1:] == ["Alert withdrawn: AAPL increased by 3.0% in 1 minute (the trade was cancelled)\n"]
    assert one.summary() == ", 1 withdrawn"


def test_programs_read_the_id_the_reason_and_the_time(teller: Print, written: list[str]) -> None:
    one = teller(as_json=True)
    one.tell([alert(extended=True)])
    withdraw(one, alert(), reason="corrected")
    assert written[0] == json_line(alert()) + "\n"
    assert json.loads(written[1]) == {"id": alert().id, "withdrawn": "corrected", "at": "2026-06-05T14:30:00.000000Z"}


def test_a_storm_of_withdrawals_is_a_line(teller: Print, written: list[str]) -> None:
    one = teller()
    alerts = [alert(number, f"T{number}") for number in range(20)]
    one.tell(alerts)
    withdraw(one, *alerts)
    assert len(written) == MAX_LINES
    one.printer.close()
    assert written[0] == "📈 Price Spike Alert: 20 tickers rose; the most: T0 +3.0% in 1 minute!\n"
    [*singly, together] = written[1:]
    assert len(singly) == MAX_LINES - 1
    assert together.startswith("Alerts withdrawn: 16 of 16 tickers; the latest: T19 increased by 3.0% in 1 minute")


def test_the_ledger_gets_it_after_the_alert_and_an_alert_that_it_does_not_know_is_counted(
    teller: Print, box: Outbox, ledger: Ledger
) -> None:
    one, delivery = teller(), Delivery(ledger.url, box, print)
    one.tell([alert(extended=True)])
    withdraw(one, alert())
    ledger.answers.extend([201, 404])
    while delivery.step():
        pass
    assert [(path, json.loads(body)) for path, _, body in ledger.requests] == [
        ("/api/alerts/", json.loads(json_line(alert()))),
        (f"/api/alerts/{alert().id}/withdraw/", {"reason": "cancelled"}),
    ]
    assert (delivery.sent, delivery.refused, delivery.unsent) == (1, 1, 0)


def test_a_message_has_the_alerts_and_after_them_what_is_withdrawn(teller: Print, box: Outbox) -> None:
    one = teller()
    one.tell([alert(), alert(1, "MSFT")])
    withdraw(one, alert())
    entries = box.take("ledger", 9)
    words = "AAPL increased by 3.0% in 1 minute (the trade was cancelled)"
    message = message_of(entries)
    assert message.title == "2 tickers rose; the most: AAPL +3.0 %; 1 withdrawn"
    assert (message.lines[-1], message.severity) == (f"Alert withdrawn: {words}", "critical")
    assert set(json.loads(message.alerts[-1])) == {"id", "withdrawn", "at"}
    assert message_of(entries[-1:]).title == f"Alert withdrawn: {words}"


def test_the_live_view_marks_it(teller: Print, box: Outbox) -> None:
    view = LiveView(Console(file=StringIO()))
    one = teller(view=view)
    one.tell([alert(), alert(1, "MSFT")])
    withdraw(one, alert())
    [newer, older] = [text.plain for text in view._alerts()]
    assert older.endswith("AAPL increased by 3.0% in 1 minute! Withdrawn: the trade was cancelled.")
    assert newer.endswith("MSFT increased by 3.0% in 1 minute!")
    assert (box.unsent("stdout"), box.unsent("ledger")) == (0, 3)


def test_people_read_that_a_trade_was_outside_regular_hours(teller: Print, written: list[str]) -> None:
    teller().tell([alert(extended=True)])
    assert written == ["📈 Price Spike Alert: AAPL increased by 3.0% in 1 minute! (outside regular hours)\n"]


def test_the_trade_of_the_low_withdraws_it_and_another_of_its_number_does_not() -> None:
    known, one = Raised(), alert()
    known.add(one)
    assert one.base
    other = Withdrawal(99, 0, "MSFT", one.base.price, one.base.timestamp, "cancelled")
    assert known.withdraw(other) == []
    found = known.withdraw(Withdrawal(99, 0, "AAPL", one.base.price, one.base.timestamp, "cancelled"))
    assert ([each.id for each in found], len(known)) == ([one.id], 0)


def test_the_oldest_alerts_are_forgotten_by_count_and_by_age(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raised, "MAX_RAISED", 3)
    known = Raised()
    for number in range(5):
        known.add(alert(number))
    assert [each.id[-1] for each in known.kept()] == ["2", "3", "4"]
    known.add(alert(6, day=2))
    assert [each.id[-1] for each in known.kept()] == ["6"]


@pytest.mark.parametrize("line", ['{"withdrawn": 1}', '{"id": "withdrawn"}', '"withdrawn"', json_line(alert())])
def test_other_lines_are_no_withdrawals(line: str) -> None:
    assert withdrawn_of(line) is None
