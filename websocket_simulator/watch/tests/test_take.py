"""What comes together is taken together, and in order."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tick import Tick, encode
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.intake import TOGETHER
from watch.rule import Rule
from watch.state import Watch

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
AT_ONCE = timedelta(0)


def tick(number: int, price: int, ticker: str = "A") -> Tick:
    return Tick(ticker, Decimal(price), NOON + timedelta(milliseconds=number), number)


def watching(*kinds: str) -> tuple[Watch, list[Alert]]:
    alerts: list[Alert] = []
    rules = [Rule(name=kind, kind=kind, confirm=AT_ONCE) for kind in kinds]  # type: ignore[arg-type]
    return Watch([SpikeDetector(rule) for rule in rules], alerts.extend, log=lambda _: None, clock=lambda: NOON), alerts


def test_more_frames_than_are_decoded_together_all_count() -> None:
    watch, alerts = watching("rise")
    prices = [100] * (2 * TOGETHER) + [103]
    watch.take([encode([tick(number, price)]).encode() for number, price in enumerate(prices)])
    assert (watch.intake.frames, watch.ticks, watch.intake.bad, watch.sequence.gaps) == (len(prices), len(prices), 0, 0)
    assert [alert.tick.price for alert in alerts] == [103]


def test_a_bad_frame_among_others_costs_itself() -> None:
    watch, alerts = watching("rise")
    watch.take([encode([tick(0, 100)]).encode(), b"{", encode([tick(1, 103)]).encode()])
    assert (watch.intake.frames, watch.ticks, watch.intake.bad, len(alerts)) == (3, 2, 1, 1)


def test_alerts_of_a_batch_are_in_the_order_of_their_ticks() -> None:
    watch, alerts = watching("rise", "fall")
    prices = [100, 97, 103]
    watch.backtest([[tick(number, price) for number, price in enumerate(prices)]])
    times = [alert.tick.timestamp for alert in alerts]
    assert {alert.rule.kind for alert in alerts} == {"rise", "fall"}
    assert times == sorted(times)
