"""What people and programs read of alerts that come one by one, and of storms."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from watch.outbox import Outbox
from watch.printing import MAX_LINES, Printer

from .kept_lines import kept_line

Print = Callable[..., Printer]


@pytest.fixture
def box() -> Outbox:
    """In memory."""
    return Outbox(None, ["stdout", "ledger"], lambda line: None)


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def printer(box: Outbox, written: list[str]) -> Printer:
    """For people."""
    return Printer(box, written.append, as_json=False)


def put(box: Outbox, kind: str, *numbers: int, **fields: object) -> None:
    """Alerts of that kind, each of a ticker of its own, which rose by its number of percent."""
    for number in numbers:
        assert box.put(f"{kind}-{number}", kept_line(kind, number, f"{number + 2}", **fields))


def test_each_of_a_few_alerts_is_a_line_at_once(printer: Printer, box: Outbox, written: list[str]) -> None:
    put(box, "rise", 1, 2)
    printer.step(0.0)
    put(box, "fall", 3)
    printer.step(0.1)
    assert written == [
        "📈 Price Spike Alert: T1 increased by 3.0% in 1 minute!\n",
        "📈 Price Spike Alert: T2 increased by 4.0% in 1 minute!\n",
        "📉 Price Drop Alert: T3 decreased by 5.0% in 1 minute!\n",
    ]
    assert (box.unsent("stdout"), box.unsent("ledger"), printer.due) == (0, 3, None)


def test_500_tickers_are_one_line_for_people(printer: Printer, box: Outbox, written: list[str]) -> None:
    put(box, "rise", *range(1, 501))
    printer.step(0.0)
    assert written == ["📈 Price Spike Alert: 500 tickers rose; the most: T500 +502.0% in 1 minute!\n"]
    assert (box.unsent("stdout"), printer.due) == (0, None)


def test_500_tickers_are_500_lines_for_programs(box: Outbox, written: list[str]) -> None:
    put(box, "rise", *range(1, 501))
    printer = Printer(box, written.append, as_json=True)
    printer.step(0.0)
    assert [json.loads(line)["ticker"] for line in written] == [f"T{number}" for number in range(1, 501)]
    assert written[0] == kept_line("rise", 1, "3") + "\n"
    assert (box.unsent("stdout"), printer.due) == (0, None)
    printer.close()


def test_each_kind_of_a_storm_has_a_line_of_its_own(printer: Printer, box: Outbox, written: list[str]) -> None:
    put(box, "rise", 1, 2)
    put(box, "fall", 3, 4)
    put(box, "above", 205, 200)
    put(box, "below", 100, 50)
    put(box, "volume", 2, 3)
    printer.step(0.0)
    assert written == [
        "📈 Price Spike Alert: 2 tickers rose; the most: T2 +4.0% in 1 minute!\n",
        "📉 Price Drop Alert: 2 tickers fell; the most: T4 -6.0% in 1 minute!\n",
        "📈 Price Level Alert: 2 tickers rose above a level; the furthest: T205 to 207, above 200!\n",
        "📉 Price Level Alert: 2 tickers fell below a level; the furthest: T50 to 52, below 200.00!\n",
        "📈 Volume Alert: 2 tickers traded more than usual; the most: T3 5.0 times the usual in 1 minute!\n",
    ]


def test_one_alert_of_a_kind_keeps_its_own_line_in_a_storm(printer: Printer, box: Outbox, written: list[str]) -> None:
    put(box, "rise", *range(6))
    put(box, "fall", 1)
    printer.step(0.0)
    assert written[1] == "📉 Price Drop Alert: T1 decreased by 3.0% in 1 minute!\n"


def test_several_alerts_of_a_ticker_are_counted(printer: Printer, box: Outbox, written: list[str]) -> None:
    put(box, "rise", *range(1, 7), ticker="TSLA")
    printer.step(0.0)
    put(box, "rise", *range(7, 14), ticker="AAPL")
    put(box, "rise", 14)
    printer.step(1.0)
    assert written == [
        "📈 Price Spike Alert: TSLA rose 6 times; the most: +8.0% in 1 minute!\n",
        "📈 Price Spike Alert: 2 tickers rose (8 alerts); the most: T14 +16.0% in 1 minute!\n",
    ]


def test_what_no_second_tick_confirmed_is_counted(printer: Printer, box: Outbox, written: list[str]) -> None:
    put(box, "rise", *range(6))
    put(box, "rise", 6, 7, confirmed=False)
    printer.step(0.0)
    assert written[0].endswith("T7 +9.0% in 1 minute! (2 not confirmed by a second tick)\n")


def test_as_many_digits_are_shown_as_tell_it_from_the_threshold(
    printer: Printer, box: Outbox, written: list[str]
) -> None:
    for number in range(6):
        box.put(f"{number}", kept_line("fall", number, "2.0049"))
    printer.step(0.0)
    assert written == ["📉 Price Drop Alert: 6 tickers fell; the most: T0 -2.005% in 1 minute!\n"]


def test_what_is_too_much_in_a_second_is_one_line_at_its_end(printer: Printer, box: Outbox, written: list[str]) -> None:
    for number in range(20):
        put(box, "rise", number)
        printer.step(10.0 + number / 100)
    assert (len(written), printer.due, box.unsent("stdout")) == (MAX_LINES, 11.0, 15)
    printer.step(10.9)
    assert len(written) == MAX_LINES
    printer.step(11.0)
    assert written[MAX_LINES:] == ["📈 Price Spike Alert: 15 tickers rose; the most: T19 +21.0% in 1 minute!\n"]
    assert (printer.due, box.unsent("stdout")) == (None, 0)


def test_of_a_batch_those_are_printed_for_which_there_is_room(
    printer: Printer, box: Outbox, written: list[str]
) -> None:
    put(box, "rise", 1, 2, 3)
    printer.step(0.0)
    put(box, "rise", 4, 5, 6, 7)
    printer.step(0.5)
    assert (len(written), box.unsent("stdout")) == (5, 2)
    printer.step(1.0)
    assert written[5:] == ["📈 Price Spike Alert: 2 tickers rose; the most: T7 +9.0% in 1 minute!\n"]


def test_one_that_was_too_much_is_a_line_as_any_other(printer: Printer, box: Outbox, written: list[str]) -> None:
    for number in range(6):
        put(box, "rise", number)
        printer.step(0.0)
    printer.step(1.0)
    assert written[5:] == ["📈 Price Spike Alert: T5 increased by 7.0% in 1 minute!\n"]


def test_there_are_at_most_five_lines_in_a_second_however_alerts_come(
    printer: Printer, box: Outbox, written: list[str]
) -> None:
    counts, number = [], 0
    for second in range(3):
        before = len(written)
        for moment in range(20):
            for kind in ("rise", "fall", "volume", "above", "below")[: moment % 6]:
                for _ in range(moment % 4):
                    put(box, kind, number := number + 1)
            printer.step(second + moment / 20)
        counts.append(len(written) - before)
    assert counts == [MAX_LINES] * 3
    printer.close()
    assert (box.unsent("stdout"), printer.due) == (0, None)


def test_a_storm_is_a_line_a_second_after_its_first(printer: Printer, box: Outbox, written: list[str]) -> None:
    for number in range(500):
        put(box, "rise", number)
        printer.step(number / 200)
    printer.close()
    assert len(written) == MAX_LINES + 3


def test_time_that_goes_back_begins_a_second(printer: Printer, box: Outbox, written: list[str]) -> None:
    for now in (100.0, 50.0, 49.5):
        put(box, "rise", *range(len(written), len(written) + 5))
        printer.step(now)
    assert len(written) == 15


def test_nothing_waits_at_the_end(printer: Printer, box: Outbox, written: list[str]) -> None:
    printer.close()
    for number in range(7):
        put(box, "rise", number)
        printer.step(0.0)
    printer.close()
    assert (len(written), box.unsent("stdout"), printer.due) == (6, 0, None)


@pytest.mark.parametrize(("as_json", "printed"), [(True, 2), (False, 2)])
def test_what_cannot_be_written_waits_on(box: Outbox, written: list[str], as_json: bool, printed: int) -> None:
    def write(line: str) -> None:
        if len(written) == printed:
            raise BrokenPipeError
        written.append(line)

    printer = Printer(box, write, as_json=as_json)
    put(box, "rise", 1, 2, 3, 4)
    with pytest.raises(BrokenPipeError):
        printer.step(0.0)
    assert [entry.id for entry in box.take("stdout", 9)] == ["rise-3", "rise-4"]


@pytest.mark.parametrize("as_json", [True, False])
def test_what_an_earlier_life_left_is_printed_once(tmp_path: Path, written: list[str], as_json: bool) -> None:
    for ticker in ("ONE", "TWO", "TWO"):
        box = Outbox(tmp_path / "outbox", ["stdout"], written.append)
        printer = Printer(box, written.append, as_json=as_json)
        printer.step(0.0)
        box.put(ticker, kept_line("rise", 1, ticker=ticker))
        box.close()
    assert [("ONE" in line, "TWO" in line) for line in written] == [(True, False), (False, True)]


def test_what_another_version_kept_is_shown_as_it_is(printer: Printer, box: Outbox, written: list[str]) -> None:
    put(box, "rise", *range(6))
    box.put("new", '{"kind": "jump"}')
    printer.step(0.0)
    assert written[1] == '{"kind": "jump"}\n'
    assert (len(written), box.unsent("stdout")) == (2, 0)
