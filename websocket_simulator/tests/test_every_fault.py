"""The watch behind a feed with every fault: it is right about whatever was delivered."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from websocket_simulator.tests.oracle import delivered, expected, reported

from feed.backlog import Backlog
from feed.faults import KINDS, Faults
from feed.market import OPENING, Market
from tick import encode
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.rule import Kind, Rule
from watch.state import Watch
from watch.tickers import AHEAD

START = datetime(2025, 6, 6, 20, tzinfo=UTC)


def run(seed: int, seconds: int) -> tuple[Watch, list[Alert], list[tuple[str | bytes, datetime]]]:
    """A market with every fault, watched; return the alerts, and what was delivered until when."""
    random, alerts, sent = Random(seed), [], []
    faults, market, backlog = (
        Faults(dict.fromkeys(KINDS, 0.03), seed),
        Market(list(OPENING), 2, random),
        Backlog(10**15),
    )
    now = START
    watch = Watch(
        [SpikeDetector(Rule()), SpikeDetector(Rule(kind="fall"))],
        alerts.extend,
        clock=lambda: now,
        log=lambda _: None,
    )

    def send(frame: str | bytes) -> None:
        sent.append((frame, now + AHEAD))
        watch.take([frame])

    for _ in range(seconds * 2):
        now += timedelta(seconds=market.interval)
        if faults.happens("disconnect"):
            watch.connected()
            send(encode(backlog.after(backlog.next_seq - 30, 100)))  # more than was missed
        if ticks := faults.delivered(backlog.add(market.step(now), 0)):
            send(faults.corrupted(encode(ticks)) if faults.happens("corrupt") else encode(ticks))
    return watch, alerts, sent


# In 12 a low leaves the window just as a price arrives; in 16 a delayed tick is older than the lows that are known.
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5, 12, 16])
def test_precision_and_recall_are_1_with_every_fault_switched_on(seed: int) -> None:
    watch, alerts, sent = run(seed, 150)
    ticks = delivered(sent)
    kind: Kind
    for kind in ("rise", "fall"):
        assert reported(alert for alert in alerts if alert.rule.kind == kind) == expected(ticks, Rule(kind=kind))
    assert len({alert.id for alert in alerts}) == len(alerts)
    assert alerts
    assert watch.intake.bad > 0
    assert watch.sequence.duplicates > 0
    assert watch.sequence.gaps > 0
    assert watch.detectors[0].late > 0
