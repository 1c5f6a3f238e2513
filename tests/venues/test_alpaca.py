"""Alpaca's login, limits, cancels and corrections, as documented, over TLS."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tick import Tick
from venues.alpaca import VENUE
from venues.alpaca_frames import KEY, SECRET
from venues.dialling import FinalError

from .fake_alpaca import FakeAlpaca, error
from .followed import LOST, followed

OPENING = datetime(2026, 6, 5, 13, 30, tzinfo=UTC)
MANY = {"symbols_per_connection": 1000}  # as of the feed with all exchanges


@pytest.fixture
async def alpaca(server_tls: ssl.SSLContext) -> AsyncIterator[FakeAlpaca]:
    fake = FakeAlpaca()
    async with fake.open(server_tls):
        yield fake


async def test_a_trade_comes_with_its_nanoseconds_its_size_and_its_session(
    alpaca: FakeAlpaca, client_tls: ssl.SSLContext
) -> None:
    async with followed(alpaca, ["AAPL"], client_tls) as brought:
        early = alpaca.sell("AAPL", "170.10", "100", OPENING - timedelta(seconds=1), conditions=("@", "T"))
        later = alpaca.sell("AAPL", "170.123456789012345678901234567", "0.5", OPENING, nanoseconds=70)
        await alpaca.send(early, later)
        await brought.until_there_are(2)
    assert brought.ticks == [
        Tick("AAPL", Decimal("170.10"), OPENING - timedelta(seconds=1), None, Decimal(100), extended=True),
        Tick("AAPL", Decimal(later.price), OPENING + timedelta.resolution, None, Decimal("0.5"), finer=True),
    ]


async def test_trades_that_do_not_set_the_last_price_are_counted_by_why(
    alpaca: FakeAlpaca, client_tls: ssl.SSLContext
) -> None:
    async with followed(alpaca, ["AAPL"], client_tls) as brought:
        codes = ("I", "W", "I", "Z", "@")
        await alpaca.send(*(alpaca.sell("AAPL", "1", conditions=("@", code)) for code in codes))
        await brought.until_there_are(1)
    assert brought.session.reading.passed == {"odd lot": 2, "average price": 1, "sold out of sequence": 1}


async def test_a_cancel_and_a_correction_take_back_what_they_name(
    alpaca: FakeAlpaca, client_tls: ssl.SSLContext
) -> None:
    async with followed(alpaca, ["AAPL", "IBM"], client_tls) as brought:
        await alpaca.trade("AAPL", "170", at=OPENING)
        first, second = [await alpaca.trade(symbol, "174.9", at=OPENING) for symbol in ("AAPL", "IBM")]
        await alpaca.cancel(first, OPENING + timedelta(minutes=5))
        await alpaca.correct(second, "170.1", OPENING + timedelta(hours=6))
        await alpaca.trade("AAPL", "171", at=OPENING)
        await brought.until_there_are(4)
    assert [one if not isinstance(one, Tick) else one.ticker for one in brought.came] == [
        "AAPL",
        "AAPL",
        "IBM",
        (("AAPL", f"V{first.number} 2026-06-05"), "cancelled"),
        (("IBM", f"V{second.number} 2026-06-05"), "corrected"),
        "AAPL",
    ]


async def test_wrong_keys_end_it_and_are_not_shown(alpaca: FakeAlpaca, client_tls: ssl.SSLContext) -> None:
    async with followed(alpaca, ["AAPL"], client_tls, subscribed=False) as brought:
        brought.session.keys = {KEY: "wrong-key", SECRET: "wrong-secret"}
        with pytest.raises(FinalError, match=f"auth failed .402.: check {KEY} and {SECRET}") as ended:
            await brought.task
    assert not any(word in line for word in ("wrong", "secret-of") for line in [*brought.said, str(ended.value)])
    assert len(alpaca.handshakes) == 1


async def test_a_feed_that_the_account_has_not_paid_for_ends_it(alpaca: FakeAlpaca, client_tls: ssl.SSLContext) -> None:
    alpaca.is_in_plan = False
    async with followed(alpaca, ["AAPL"], client_tls, subscribed=False) as brought:
        with pytest.raises(FinalError, match="insufficient subscription"):
            await brought.task


async def test_an_account_that_is_connected_already_is_not_pressed(
    alpaca: FakeAlpaca, client_tls: ssl.SSLContext
) -> None:
    alpaca.dead = 1
    async with followed(alpaca, ["AAPL"], client_tls, subscribed=False) as brought:
        await brought.until_it_says("connection limit exceeded")
        await brought.until_it_says("next attempt in 30.0 s")
        assert len(alpaca.handshakes) == 1


async def test_symbols_beyond_the_limit_of_the_account_are_refused_and_the_others_come(
    alpaca: FakeAlpaca, client_tls: ssl.SSLContext
) -> None:
    tickers = [f"S{number}" for number in range(70)]
    async with followed(alpaca, tickers, client_tls, subscribed=False, **MANY) as brought:
        await brought.until_it_says("it refuses S30,")
        await brought.until_it_says("it refuses S60,")
        await brought.until_it_says("connected, 30 symbols")
        await alpaca.trade("S29", "1.5")
        await brought.until_there_are(1)
    assert alpaca.handshakes == alpaca.handshakes[:1]


async def test_a_symbol_in_no_form_of_theirs_is_refused(alpaca: FakeAlpaca, client_tls: ssl.SSLContext) -> None:
    async with followed(alpaca, ["AAPL", "IBM"], client_tls) as brought:
        await alpaca.say(error(400))
        await brought.until_it_says("it refuses a subscription: invalid syntax (400)")
        await alpaca.trade("AAPL", "1.5")
        await brought.until_there_are(1)


async def test_more_tickers_than_the_free_feed_takes_are_told_before_connecting(
    alpaca: FakeAlpaca, client_tls: ssl.SSLContext
) -> None:
    with pytest.raises(ValueError, match="alpaca allows 30 symbols, and these are 31"):
        async with followed(alpaca, [f"S{number}" for number in range(31)], client_tls):
            pass
    assert not alpaca.handshakes


@pytest.mark.parametrize("code", [404, 407, 500])
async def test_after_an_error_it_connects_again_and_says_that_trades_were_lost(
    alpaca: FakeAlpaca, client_tls: ssl.SSLContext, code: int
) -> None:
    async with followed(alpaca, ["AAPL"], client_tls) as brought:
        await alpaca.trade("AAPL", "1")
        await brought.until_there_are(1)
        await alpaca.say(error(code))
        await brought.until_it_says(f"({code})")
        await brought.until_it_says("connected", 2)
        await alpaca.trade("AAPL", "2")
        await brought.until_there_are(2)
    assert brought.prices == ["1", LOST, "2"]


async def test_a_login_that_is_not_answered_is_tried_again(
    alpaca: FakeAlpaca, client_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("venues.link.LOGIN_TIMEOUT", 0.1)
    alpaca.is_deaf = True
    async with followed(alpaca, ["AAPL"], client_tls, subscribed=False) as brought:
        await brought.until_it_says("it does not take our login")
        alpaca.is_deaf = False
        await brought.until_it_says("connected, 1 symbol")


async def test_nothing_is_asked_for_before_the_login(alpaca: FakeAlpaca, client_tls: ssl.SSLContext) -> None:
    async with followed(alpaca, ["AAPL"], client_tls):
        pass
    assert alpaca.heard == [*VENUE.login(alpaca.keys), *VENUE.subscribe(["AAPL"], 1)]
