"""Alpaca's frames: those of its documentation, with what each means, and odd ones."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from venues.alpaca import PATHS, VARIANTS, VENUE
from venues.alpaca_frames import HALF_DEAD, KEY, SECRET
from venues.venue import Beat, Event, Failed, Passed, Ready, Refused, Subscribed, Trade, Withdrawn

COINS = VARIANTS["crypto"]
DOCUMENTED = {
    "T": "t", "i": 96921, "S": "AAPL", "x": "D", "p": 126.55, "s": 1, "t": "2021-02-22T15:51:44.208Z",
    "c": ["@"], "z": "C",
}  # fmt: skip


def read(text: str) -> list[Event]:
    return list(VENUE.read(text.encode()))


def trade(**fields: Any) -> Event:
    """What the documented trade means with other fields."""
    [event] = read(json.dumps([{**DOCUMENTED, **fields}]))
    return event


def priced(digits: str) -> str:
    return json.dumps([DOCUMENTED]).replace("126.55", digits)


def test_the_documented_trade_is_read_exactly() -> None:
    assert trade() == Trade(
        "AAPL",
        Decimal("126.55"),
        datetime(2021, 2, 22, 15, 51, 44, 208000, tzinfo=UTC),
        Decimal(1),
        "D96921 2021-02-22",
    )


def test_the_documented_odd_lot_sets_no_last_price() -> None:
    assert trade(c=["@", "I"]) == Passed("odd lot")


def test_several_trades_in_a_frame_come_in_their_order() -> None:
    frame = json.dumps([{**DOCUMENTED, "i": 1}, {"T": "q", "S": "AMD"}, {**DOCUMENTED, "S": "SPY", "i": 2}])
    first, quote, second = read(frame)
    assert isinstance(first, Trade)
    assert isinstance(second, Trade)
    assert (first.symbol, quote, second.symbol) == ("AAPL", Beat(), "SPY")


def test_nanoseconds_are_rounded_up_and_said_to_be() -> None:
    event = trade(t="2026-06-05T13:30:00.123456001Z")
    assert isinstance(event, Trade)
    assert (event.timestamp, event.finer) == (datetime(2026, 6, 5, 13, 30, 0, 123457, tzinfo=UTC), True)
    event = trade(t="2026-06-05T13:30:00.123456Z")
    assert isinstance(event, Trade)
    assert (event.timestamp, event.finer) == (datetime(2026, 6, 5, 13, 30, 0, 123456, tzinfo=UTC), False)


@pytest.mark.parametrize("digits", ["0.1", "1e-7", "39.15820", "12345.1234567890123456789012345", "2E+3"])
def test_digits_of_a_price_are_read_as_digits(digits: str) -> None:
    [event] = read(priced(digits))
    assert isinstance(event, Trade)
    assert event.price == Decimal(digits)
    assert event.price.as_tuple() == Decimal(digits).as_tuple()


@pytest.mark.parametrize("digits", ["0", "-1", '"NaN"', '"Infinity"', "1e-30", "1e30", "null", '"x"', "[]", "true"])
def test_what_is_no_price_makes_the_frame_a_bad_one(digits: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read(priced(digits))


def test_a_bad_message_costs_nothing_but_itself() -> None:
    frame = json.dumps([{**DOCUMENTED, "p": 0}, {"S": "no kind"}, {**DOCUMENTED, "i": 2}])
    events, came = iter(VENUE.read(frame.encode())), list[Event]()
    with pytest.raises(ValueError, match="`T`"):
        came.extend(events)
    assert [event.id for event in came if isinstance(event, Trade)] == ["D2 2021-02-22"]


@pytest.mark.parametrize(
    "text", ["", "{}", "[", "null", "7", '"t"', "[1]", "[[]]", '[{"T":1}]', '[{"T":"t"}]', "[" * 9000]
)
def test_what_is_none_of_its_frames_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        read(text)


def test_a_trade_without_size_conditions_or_tape_is_one_all_the_same() -> None:
    bare = {name: value for name, value in DOCUMENTED.items() if name not in ("s", "c", "z")}
    [event] = read(json.dumps([bare]))
    assert isinstance(event, Trade)
    assert event.quantity is None
    assert isinstance(trade(c=None), Trade)


def test_fields_that_come_to_be_one_day_do_no_harm() -> None:
    assert trade(vw=1, new={"a": [1]}) == trade()


def test_the_same_id_on_another_exchange_or_another_day_is_another_trade() -> None:
    ids = {
        event.id
        for event in [trade(), trade(x="V"), trade(t="2021-02-23T15:51:44.208Z"), trade()]
        if isinstance(event, Trade)
    }
    assert ids == {"D96921 2021-02-22", "V96921 2021-02-22", "D96921 2021-02-23"}


def test_the_last_minute_of_extended_hours_is_of_the_same_day_in_summer_and_in_winter() -> None:
    for last in ("2026-06-05T23:59:59Z", "2026-01-15T00:59:59Z"):
        event = trade(t=last, c=["@", "T"])
        assert isinstance(event, Trade)
        assert str(event.id).endswith("2026-06-05" if "06-05" in last else "2026-01-14")


@pytest.mark.parametrize(
    ("at", "conditions", "extended"),
    [
        ("2026-06-05T13:29:59.999999Z", ["@"], True),  # New York is four hours behind in summer
        ("2026-06-05T13:30:00Z", ["@"], False),
        ("2026-06-05T19:59:59.999999Z", ["@"], False),
        ("2026-06-05T20:00:00Z", ["@"], True),
        ("2026-06-05T20:00:01Z", ["@", "6"], False),  # the closing auction takes its time
        ("2026-01-15T14:29:59Z", ["@"], True),  # and five in winter
        ("2026-01-15T14:30:00Z", ["@"], False),
        ("2026-11-27T18:30:00Z", ["@", "T"], True),  # a half day, after its close at 13:00
        ("2026-06-06T15:00:00Z", ["@"], True),  # a Saturday
        ("2026-06-05T15:00:00Z", ["@", "F", "T"], True),
    ],
)
def test_trades_outside_the_regular_hours_are_extended(at: str, conditions: list[str], extended: bool) -> None:
    event = trade(t=at, c=conditions)
    assert isinstance(event, Trade)
    assert event.extended is extended


def test_a_letter_means_what_its_tape_says() -> None:
    assert isinstance(trade(c=["@", "B"], z="C"), Trade)  # bunched
    assert trade(c=[" ", "B"], z="A") == Passed("average price")
    assert trade(c=["@", "W"], z="C") == Passed("average price")
    assert isinstance(trade(c=["@", "L"], z="C"), Trade)
    assert trade(c=[" ", "L"], z="B") == Passed("sold last")


def test_the_documented_cancel_names_the_trade_as_its_tick_did() -> None:
    [cancel] = read(
        '[{"T":"x","S":"GOOGL","i":465,"x":"D","p":105.31,"s":300,"a":"C","z":"C","t":"2023-04-06T13:15:42.83540958Z"}]'
    )
    sold = trade(S="GOOGL", i=465, p=105.31, s=300, t="2023-04-06T13:15:40Z", c=["@"])
    assert isinstance(sold, Trade)
    assert cancel == Withdrawn("GOOGL", str(sold.id), "cancelled")


CORRECTION = (
    '[{"T":"c","S":"EEM","x":"M","oi":52983525033527,"op":39.1582,"os":440000,"oc":[" "],"ci":52983525034326,'
    '"cp":39.1809,"cs":440000,"cc":[" "],"z":"B","t":"2023-04-06T14:25:06.542305024Z"}]'
)


def test_a_correction_takes_the_first_trade_back() -> None:
    assert read(CORRECTION) == [Withdrawn("EEM", "M52983525033527 2023-04-06", "corrected")]


def test_a_correction_of_the_size_alone_takes_nothing_back() -> None:
    assert read(CORRECTION.replace("39.1809", "39.15820").replace('"cs":440000', '"cs":4400')) == [
        Passed("correction that leaves the price")
    ]


def test_a_correction_to_a_condition_that_does_not_count_does() -> None:
    [event] = read(CORRECTION.replace("39.1809", "39.1582").replace('"cc":[" "]', '"cc":[" ","7"]'))
    assert isinstance(event, Withdrawn)


@pytest.mark.parametrize("kind", ["q", "b", "d", "u", "l", "s", "i", "o", "n", "something new"])
def test_other_messages_show_life_and_no_more(kind: str) -> None:
    assert read(json.dumps([{"T": kind, "S": "AAPL", "c": {}}])) == [Beat()]


def test_a_login_makes_it_ready() -> None:
    assert read('[{"T":"success","msg":"connected"}]') == [Beat()]
    assert read('[{"T":"success","msg":"authenticated"}]') == [Ready()]


def test_the_whole_list_of_subscriptions_is_confirmed() -> None:
    assert read('[{"T":"subscription","trades":["AAPL","VOO"],"quotes":["AMD"],"bars":["*"]}]') == [
        Subscribed(("AAPL", "VOO"))
    ]


def test_an_empty_list_confirms_nothing() -> None:
    assert read('[{"T":"subscription","trades":[],"quotes":[],"bars":[]}]') == [Beat()]


def error(code: int) -> Any:
    [event] = read(json.dumps([{"T": "error", "code": code, "msg": "told so"}]))
    return event


@pytest.mark.parametrize("code", [402, 408, 409, 410])
def test_what_would_not_change_is_final(code: int) -> None:
    assert (error(code).is_final, f"told so ({code})" in error(code).text) == (True, True)


@pytest.mark.parametrize("code", [401, 404, 407, 500, 599])
def test_other_errors_end_the_connection(code: int) -> None:
    failed = error(code)
    assert isinstance(failed, Failed)
    assert (failed.is_final, failed.ends, failed.wait) == (False, True, 0)


def test_an_account_that_is_connected_already_is_left_alone_for_a_while() -> None:
    assert error(406).wait == HALF_DEAD
    assert not error(406).is_final


@pytest.mark.parametrize("code", [400, 405])
def test_a_subscription_that_is_refused_leaves_the_others(code: int) -> None:
    assert isinstance(error(code), Refused)
    assert error(code).symbols == ()


def test_a_second_login_does_no_harm() -> None:
    assert not error(403).ends


def test_wrong_keys_are_named() -> None:
    assert KEY in error(402).text
    assert SECRET in error(402).text


def test_frames_that_we_send() -> None:
    [login] = VENUE.login({KEY: 'a"b', SECRET: "c"})
    assert json.loads(login) == {"action": "auth", "key": 'a"b', "secret": "c"}
    assert VENUE.subscribe(["AAPL", "BRK.B"], 7) == ['{"action":"subscribe","trades":["AAPL","BRK.B"]}']
    assert VENUE.unsubscribe(["AAPL"], 8) == ['{"action":"unsubscribe","trades":["AAPL"]}']


def test_shares_have_the_same_name_here_and_there() -> None:
    assert VENUE.symbol_of("brk.b")[:2] == ("BRK.B", "BRK.B")
    assert VENUE.symbol_of("AAPL").quote is None


@pytest.mark.parametrize("ticker", ["BTC-USD", "BRK-B", "*", "", "A B", ".A", "ÄAPL", "A..B"])
def test_what_is_no_share_is_refused(ticker: str) -> None:
    with pytest.raises(ValueError, match="no US share"):
        VENUE.symbol_of(ticker)


def test_coins_are_pairs_with_a_slash() -> None:
    assert COINS.symbol_of("btc-usd") == ("BTC/USD", "BTC-USD", "USD")
    with pytest.raises(ValueError, match="no pair"):
        COINS.symbol_of("AAPL")


def test_the_documented_trade_of_a_coin_is_read() -> None:
    frame = (
        b'[{"T":"t","S":"AVAX/USD","p":47.299,"s":29.205707815,"t":"2024-03-12T10:27:48.858228144Z",'
        b'"i":3447222699101865076,"tks":"S"}]'
    )
    instant = datetime(2024, 3, 12, 10, 27, 48, 858229, tzinfo=UTC)
    assert list(COINS.read(frame)) == [
        Trade("AVAX/USD", Decimal("47.299"), instant, Decimal("29.205707815"), 3447222699101865076, finer=True)
    ]


def test_coins_are_traded_at_all_hours() -> None:
    [event] = COINS.read(json.dumps([{**DOCUMENTED, "t": "2026-06-06T03:00:00Z"}]).encode())
    assert isinstance(event, Trade)
    assert not event.extended


@pytest.mark.parametrize("feed", PATHS)
def test_each_feed_has_an_address_that_shows_no_key(feed: str) -> None:
    venue = VARIANTS[feed]
    keys = {KEY: "key", SECRET: "secret"}
    assert venue.address(keys) == venue.shown == f"wss://stream.data.alpaca.markets/{PATHS[feed]}"
    assert venue.keys == tuple(keys)
    assert venue.withdraws is (feed != "crypto")
    assert all(venue.symbol_of(ticker) for ticker in venue.examples)


def test_an_account_has_one_connection() -> None:
    assert {venue.limits.connections for venue in VARIANTS.values()} == {1}
