"""Trades that a venue takes back: the watch goes on as if they had not been, and withdraws what it told of them."""

from collections import deque
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websocket_simulator.tests.oracle_of_withdrawals import WithdrawingOracle

from notices import Withdrawal, encode_withdrawal
from tick import FIRST_INSTANT, Gap, Tick, encode, encode_gap
from watch.alert import Alert
from watch.making import detector_of
from watch.mutes import Mute, Mutes
from watch.outbox import Outbox
from watch.printing import Printer
from watch.raised import RaisedAlert
from watch.rule import Rule
from watch.snapshot import parts, restore
from watch.state import Watch
from watch.telling import Teller
from watch.tickers import LATENESS

START = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FEED = "ws://127.0.0.1:8765"
PLAIN = Rule(confirm=0 * SECOND, rearm=0 * SECOND)


class Life:
    """A watch that hears frames, and what it told and withdrew, and said."""

    def __init__(self, *rules: Rule, snapshot: bytes | None = None, **options: Any) -> None:
        self.alerts: list[Alert] = []
        self.withdrawn: list[RaisedAlert] = []
        self.said: list[str] = []
        self.watch = Watch(
            [detector_of(rule, print) for rule in rules or [PLAIN]], self.tell, log=self.said.append,
            clock=lambda: START + 9999 * SECOND, withdraw=lambda alerts, reason, at: self.withdrawn.extend(alerts),
            **options,
        )  # fmt: skip
        for detector in self.watch.detectors:
            detector.since = FIRST_INSTANT  # it has seen the feed from its beginning
        if snapshot is not None:
            self.watch.resume(restore(snapshot, FEED, self.watch.detectors))
        self.watch.connected()
        self.number = 0

    def tell(self, alerts: list[Alert]) -> None:
        for alert in alerts:
            self.watch.raised.add(alert)
        self.alerts += alerts

    def tick(self, second: float, price: str, ticker: str = "AAPL", quantity: str | None = None, **more: Any) -> Tick:
        self.number += 1
        size = Decimal(quantity) if quantity else None
        tick = Tick(ticker, Decimal(price), START + second * SECOND, self.number, size, **more)
        self.watch.take([encode([tick]).encode()])
        return tick

    def take_back(self, tick: Tick, reason: Any = "cancelled") -> bytes:
        self.number += 1
        withdrawal = Withdrawal(self.number, tick.seq or 0, tick.ticker, tick.price, tick.timestamp, reason)
        frame = encode_withdrawal(withdrawal).encode()
        self.watch.take([frame])
        return frame

    def snapshot(self) -> bytes:
        watch = self.watch
        return b"".join(parts(FEED, watch.first, watch.sequence, watch.detectors, watch.raised.kept))

    def told(self) -> list[tuple[str, str, bool]]:
        """Price, low and gap of each alert."""
        return [(str(one.tick.price), str(one.base.price) if one.base else "", one.after_gap) for one in self.alerts]


def test_the_alert_of_a_withdrawn_price_is_withdrawn_and_the_ticker_armed_again() -> None:
    life = Life()
    life.tick(0, "100")
    bad = life.tick(1, "110")
    life.take_back(bad)
    assert [alert.words for alert in life.withdrawn] == ["AAPL increased by 10.0% in 1 minute"]
    life.tick(2, "103")
    assert life.told() == [("110", "100", False), ("103", "100", True)]
    assert len({alert.id for alert in life.alerts}) == 2
    assert (life.watch.sequence.gaps, life.watch.duplicates, life.watch.intake.bad) == (0, 0, 0)


def test_a_true_rise_that_a_withdrawn_price_kept_silent_is_told_at_once() -> None:
    life = Life()
    life.tick(0, "100")
    bad = life.tick(1, "110")
    life.tick(2, "103")
    assert [price for price, _, _ in life.told()] == ["110"]
    life.take_back(bad)
    assert [price for price, _, _ in life.told()] == ["110", "103"]


def test_a_withdrawn_low_raises_nothing_more_and_its_alert_is_withdrawn() -> None:
    life = Life()
    life.tick(0, "100")
    low = life.tick(1, "90")
    life.tick(2, "100.5")
    life.take_back(low)
    assert len(life.withdrawn) == 1
    life.tick(3, "101")
    assert len(life.alerts) == 1
    life.tick(4, "103")
    life.tick(70, "103")
    life.tick(71, "106")
    assert life.told()[1:] == [("103", "100.5", True), ("106", "103", False)]  # what 90 hid was in doubt for a minute


def test_an_escalation_that_is_withdrawn_leaves_the_alert_before_it() -> None:
    life = Life()
    life.tick(0, "100")
    life.tick(1, "103")
    bad = life.tick(2, "110")
    life.take_back(bad)
    assert [alert.words for alert in life.withdrawn] == ["AAPL increased by 10.0% in 1 minute"]
    life.tick(3, "104")
    life.tick(4, "106")
    assert [price for price, _, _ in life.told()] == ["103", "110", "106"]


def test_a_ticker_of_which_nothing_is_left_goes_on_with_its_next_tick() -> None:
    life = Life()
    life.take_back(life.tick(0, "90"))
    life.tick(1, "100")
    life.tick(2, "103")
    assert life.told() == [("103", "100", True)]


def test_the_tick_that_a_withdrawn_one_of_its_instant_had_hidden_is_a_low_again() -> None:
    life = Life()
    life.tick(0, "101")
    life.take_back(life.tick(0, "100"))
    life.tick(1, "101")
    bad = life.tick(1, "100.5")
    life.tick(1, "101.2")
    life.take_back(bad)
    life.tick(2, "103.3")
    assert life.told() == [("103.3", "101.2", True)]


def test_a_price_that_waits_and_is_withdrawn_raises_nothing() -> None:
    life = Life(Rule(confirm=2 * SECOND))
    life.tick(0, "100")
    life.take_back(life.tick(1, "110"))
    life.watch.finish()
    assert (life.alerts, life.watch.count_of("outliers")) == ([], 0)


def test_a_level_crossed_by_a_withdrawn_price_is_crossed_again_by_a_true_one() -> None:
    rule = Rule(Decimal(100), name="level", kind="above", confirm=0 * SECOND)
    life = Life(rule)
    life.tick(0, "99")
    bad = life.tick(1, "105")
    life.take_back(bad)
    life.tick(2, "99.5")
    life.tick(3, "101")
    assert life.told() == [("105", "99", False), ("101", "99.5", False)]
    assert [alert.words for alert in life.withdrawn] == ["AAPL rose above 100, to 105"]


def test_the_volume_of_the_tick_that_raised_an_alert_is_subtracted() -> None:
    rule = Rule(Decimal(3), 10 * SECOND, name="volume", kind="volume", windows=1)
    life = Life(rule)
    life.tick(0, "100", quantity="1")
    life.tick(10, "100", quantity="1")
    bad = life.tick(20, "100", quantity="50")
    life.tick(21, "100", quantity="1")
    life.take_back(bad)
    life.tick(22, "100", quantity="1.5")
    assert len(life.alerts) == len(life.withdrawn) == 1
    life.tick(23, "100", quantity="1")
    assert [str(alert.volume) for alert in life.alerts] == ["50", "3.5"]
    assert len({alert.id for alert in life.alerts}) == 2


@pytest.mark.parametrize("price", ["NaN", "sNaN", "-1", "0", "Infinity", "1e30"])
def test_a_withdrawal_of_no_price_is_a_bad_frame(price: str) -> None:
    life = Life()
    bad = life.tick(0, "100")
    frame = encode_withdrawal(Withdrawal(2, 1, "AAPL", bad.price, bad.timestamp, "cancelled"))
    life.watch.take([frame.replace('"100"', f'"{price}"').encode()])
    assert (life.watch.intake.bad, life.watch.sequence.gaps, life.watch.ticks) == (1, 0, 1)


def test_withdrawals_among_single_ticks_that_come_together_are_no_ticks() -> None:
    life = Life()
    first = encode([Tick("AAPL", Decimal(100), START, 1)])[1:-1].encode()
    frame = encode_withdrawal(Withdrawal(2, 1, "AAPL", Decimal(100), START, "cancelled")).encode()
    life.watch.take([first, frame, frame])
    assert (life.watch.ticks, life.watch.intake.bad, life.watch.detectors[0].windows["AAPL"].lows) == (1, 0, deque())


def test_a_withdrawal_that_comes_again_changes_nothing() -> None:
    life = Life()
    life.tick(0, "100")
    frame = life.take_back(life.tick(1, "110"))
    life.watch.connected()
    life.watch.take([frame])
    life.tick(2, "100.5")
    assert (len(life.withdrawn), life.watch.sequence.gaps, life.watch.duplicates) == (1, 0, 0)


def test_what_is_missing_before_a_withdrawal_was_lost_before_the_next_tick() -> None:
    life = Life()
    first = life.tick(0, "100")
    life.number += 1
    life.take_back(Tick("MSFT", first.price, first.timestamp, 99))
    assert life.watch.sequence.gaps == 1
    life.tick(30, "103")
    life.tick(31, "90", "MSFT")
    life.tick(95, "106")
    life.tick(96, "109")
    assert [gap for _, _, gap in life.told()] == [True, False]


def test_who_watches_some_tickers_takes_the_numbers_of_the_others_withdrawals_alone() -> None:
    life = Life(tickers=frozenset(["AAPL"]), is_partial=True)
    life.tick(0, "100")
    life.number += 5
    life.take_back(Tick("MSFT", Decimal(1), START, 3))
    life.tick(1, "103")
    assert (life.told(), life.watch.sequence.gaps, life.watch.ticks) == ([("103", "100", False)], 0, 2)


def test_a_hole_that_the_feed_declares_is_one_gap_and_one_line() -> None:
    for is_partial in (False, True):
        life = Life(is_partial=is_partial)
        life.tick(0, "100")
        life.number += 1
        frame = encode_gap(Gap(life.number, life.number)).encode()
        life.watch.take([frame])
        life.watch.connected()
        life.watch.take([frame])
        life.tick(1, "103")
        assert life.watch.sequence.gaps == 1
        assert life.told() == [("103", "100", True)]
        assert life.said == ["the feed has lost ticks at number 2: one, or all that its source did not give it"]


def test_a_cancellation_after_a_restart_finds_its_alert() -> None:
    first = Life()
    first.tick(0, "100")
    bad = first.tick(1, "110")
    second = Life(snapshot=first.snapshot())
    second.number = first.number
    second.take_back(bad)
    second.tick(2, "103")
    assert [alert.id for alert in second.withdrawn] == [first.alerts[0].id]
    assert second.told() == [("103", "100", True)]


def test_what_a_snapshot_has_of_a_withdrawal_is_not_taken_out_twice() -> None:
    rule = Rule(Decimal(3), 10 * SECOND, name="volume", kind="volume", windows=1)
    life = Life(rule)
    life.tick(0, "100", quantity="1")
    taken = parts(FEED, life.watch.first, life.watch.sequence, life.watch.detectors, life.watch.raised.kept)
    pieces = [next(taken), next(taken)]  # the head, and then the watch goes on
    last = life.tick(1, "100", quantity="5")
    frame = life.take_back(last)
    again = Life(rule, snapshot=b"".join([*pieces, *taken]))
    again.watch.take([encode([last]).encode(), frame])
    assert again.watch.detectors[0].windows["AAPL"].volume == 1


def test_ticks_outside_regular_hours_do_not_count_for_a_rule_with_hours() -> None:
    life = Life(Rule(confirm=0 * SECOND, hours="XNYS"), Rule(name="all", confirm=0 * SECOND))
    life.tick(0, "100")
    life.tick(1, "110", extended=True)
    assert [(alert.rule.name, alert.tick.extended) for alert in life.alerts] == [("all", True)]


def test_what_was_muted_is_not_withdrawn_aloud() -> None:
    box, written = Outbox(None, ["stdout"], print), list[str]()
    teller = Teller(box, Printer(box, written.append, as_json=False), None, lambda rule: ("stdout",), is_live=True)
    life = Life(raised=teller.raised)
    life.watch.tell, life.watch.withdraw = teller.tell, teller.withdraw
    teller.mutes = lambda: Mutes((Mute(("MSFT",), None, START, START + 100 * SECOND),))
    for ticker in ("AAPL", "MSFT"):
        life.tick(0, "100", ticker)
        life.take_back(life.tick(1, "110", ticker), "corrected")
    assert written[-1] == "Alert withdrawn: AAPL increased by 10.0% in 1 minute (the trade was corrected)\n"
    assert (len(written), teller.withdrawn, teller.muted) == (2, 1, 1)


prices = st.integers(9_700, 10_450) | st.integers(9_950, 10_050)
steps = st.tuples(
    st.sampled_from("AAB"), prices, st.sampled_from([0, 1, 1, 2, 5, 12, 40]), st.sampled_from([0, 0, 0, 1, 2]),
    st.none() | st.integers(0, 5),
)  # fmt: skip
spikes = st.builds(
    Rule, st.sampled_from(["0.5", "1", "2"]).map(Decimal), st.sampled_from([10, 60]).map(lambda s: s * SECOND),
    kind=st.sampled_from(["rise", "fall"]), confirm=st.just(0 * SECOND),
    rearm=st.sampled_from([0, 5]).map(lambda s: s * SECOND), cooldown=st.sampled_from([0, 20]).map(lambda s: s * SECOND),
)  # fmt: skip


def run(rule: Rule, story: list[Any], *, hiding: bool) -> tuple[Life, WithdrawingOracle, list[Tick]]:
    """Ticks, and after some of them a withdrawal of one before; only of such as hide nothing unless it is `hiding`."""
    life, oracle, second, known = Life(rule), WithdrawingOracle(rule), 0, list[Tick]()
    gone = list[Tick]()
    for ticker, cents, wait, late, back in story:
        second += wait
        seen = oracle.tickers.get(ticker)
        newest = max((one.timestamp for one, _ in seen.ticks), default=START) if seen else START
        if START + (second - late) * SECOND < newest - LATENESS:
            late = 0
        tick = life.tick(second - late, f"{Decimal(cents) / 100:f}", ticker)
        oracle.hear(tick)
        known.append(tick)
        check(life, rule, known)
        if back is not None and back < len(known):
            trade = known[-1 - back]
            if hiding or not oracle.hides(trade):
                del known[-1 - back]
                life.take_back(trade)
                oracle.withdraw(trade)
                gone.append(trade)
                check(life, rule, known)
    return life, oracle, gone


def check(life: Life, rule: Rule, known: list[Tick]) -> None:
    """What was told and not withdrawn is a true move between trades that stand; without a mark, it is the whole move."""
    withdrawn = {alert.id for alert in life.withdrawn}
    sign = -1 if rule.kind == "fall" else 1
    for alert in (one for one in life.alerts if one.id not in withdrawn):
        assert alert.base
        assert {alert.tick.seq, alert.base.seq} <= {tick.seq for tick in known}
        begin, end = alert.tick.timestamp - rule.window, alert.tick.timestamp
        assert begin <= alert.base.timestamp <= end
        assert sign * (alert.tick.price - alert.base.price) * 100 > alert.base.price * rule.threshold
        if alert.tick == known[-1] and not alert.after_gap:
            inside = [tick for tick in known if tick.ticker == alert.tick.ticker and begin <= tick.timestamp <= end]
            assert sign * alert.base.price == min(sign * tick.price for tick in inside)


@given(spikes, st.lists(steps, min_size=3, max_size=40))
def test_whatever_is_withdrawn_nothing_is_told_but_true_moves(rule: Rule, story: list[Any]) -> None:
    life, _, gone = run(rule, story, hiding=True)
    numbers = {tick.seq for tick in gone}
    resting = {one.id for one in life.alerts if one.base and {one.tick.seq, one.base.seq} & numbers}
    assert {alert.id for alert in life.withdrawn} == resting
    assert len(life.withdrawn) == len(resting)


@given(spikes, st.lists(steps, min_size=3, max_size=40))
def test_where_what_is_withdrawn_hid_nothing_all_is_told_that_the_oracle_tells(rule: Rule, story: list[Any]) -> None:
    life, oracle, _ = run(rule, story, hiding=False)
    assert [(one.tick, one.base.price if one.base else None) for one in life.alerts] == [
        (tick, low) for tick, low, _ in oracle.found
    ]
