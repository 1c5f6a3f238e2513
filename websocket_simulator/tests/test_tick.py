"""Frames: what is written can be read, and what is no tick is counted."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tick
from tick import Gap, Tick, decode, encode, encode_gap, gap_of

TICKERS = Path(__file__).parents[2] / "tests/data/tickers.json"
NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)
GOOD = {"seq": 41, "ticker": "AAPL", "price": "170.25", "timestamp": "2025-06-06T12:00:00.000000Z"}
TICK = Tick("AAPL", Decimal("170.25"), NOON, 41)

prices = st.decimals(min_value="0.00000001", max_value="999999999999", places=8)
ticks = st.builds(
    Tick,
    st.sampled_from(["AAPL", "BRK.B", "XRP/ETH", "BRK B", "BF+B", "A_B"]),
    prices,
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 10**19 - 1),
    st.none() | prices,
)


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The time zone of the machine."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_a_frame_is_an_array_of_ticks() -> None:
    assert json.loads(encode([TICK])) == [GOOD]


@given(st.lists(ticks))
def test_what_is_written_is_read_digit_for_digit(sent: list[Tick]) -> None:
    received, bad = decode(encode(sent))
    assert (received, bad) == (sent, 0)
    assert [f"{tick.price:f}" for tick in received] == [f"{tick.price:f}" for tick in sent]


@pytest.mark.parametrize("price", ['"170.25"', "170.25", "1.7025e2", '"1.7025E+2"'])
def test_a_price_may_be_a_number(price: str) -> None:
    frame = json.dumps(GOOD | {"price": "PRICE"}).replace('"PRICE"', price)
    assert decode(frame) == ([TICK], 0)


def test_a_price_is_never_rounded_to_a_float() -> None:
    frame = '{"ticker": "A", "price": 123456789012.12345678, "timestamp": "2025-06-06T12:00:00Z"}'
    assert decode(frame)[0][0].price == Decimal("123456789012.12345678")


def test_a_price_may_have_any_number_of_digits() -> None:
    price = "1." + "0" * 500 + "1"
    assert f"{decode(json.dumps(GOOD | {'price': price}))[0][0].price:f}" == price


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "2025-06-06T12:00:00.9999999Z"},
        {"timestamp": "2025-06-06T12:00:00z"},
        {"timestamp": "2025-06-06 12:00:00.5-00:00"},
        {"price": "1e0000"},
        {"price": "1e-0001"},
        {"price": ".5"},
        {"price": "5."},
        {"seq": "SEQ"},
    ],
)
def test_an_odd_form_is_read_alike_beside_a_bad_item(change: dict[str, str]) -> None:
    alone, beside = (json.dumps(items).replace('"SEQ"', "-0") for items in ([GOOD | change], [GOOD | change, None]))
    assert decode(alone)[1] == 0
    assert decode(beside) == (decode(alone)[0], 1)


FRACTIONS = st.text("0123456789", min_size=1, max_size=12)
OFFSETS = ["Z", "z", "", "-00:00", "-0000", "+00:00", "+02:00", "-05:30", "+05:30:15.5"]


@given(FRACTIONS, st.sampled_from(OFFSETS), st.sampled_from(".,"), st.sampled_from("T "), st.booleans())
def test_a_time_finer_than_a_microsecond_is_rounded_up_in_every_form(
    digits: str, offset: str, point: str, separator: str, is_beside_a_bad_one: bool
) -> None:
    written = f"2025-06-06{separator}12:00:00{point}{digits}{offset}"
    items = [GOOD | {"timestamp": written}, *([None] if is_beside_a_bad_one else [])]
    received, _ = decode(json.dumps(items))
    if offset == "z" and (point == ","):  # which no reader of ours takes together
        assert not received
        return
    microseconds, rest = int(digits[:6].ljust(6, "0")), digits[6:].strip("0")
    expected = datetime.fromisoformat(f"2025-06-06T12:00:00{offset.upper()}")
    expected = expected.replace(tzinfo=expected.tzinfo or UTC) + timedelta(microseconds=microseconds + bool(rest))
    assert [(tick.timestamp, tick.finer) for tick in received] == [(expected, bool(rest))]


@pytest.mark.parametrize(
    "timestamp",
    [
        "2025-06-06T12:00:00+05:30:15.1234567",
        "2025-06-06T12:00:00.1234567+05:30:15.1234567",
        "9999-12-31T23:59:59.9999999Z",
    ],
)
def test_a_time_that_cannot_be_rounded_up_is_none(timestamp: str) -> None:
    assert decode(json.dumps(GOOD | {"timestamp": timestamp})) == ([], 1)


def test_prices_with_many_decimals_are_no_fine_times() -> None:
    assert decode(json.dumps(GOOD | {"price": "0.00141342"}))[0][0].finer is False


@pytest.mark.parametrize("value", ["true", "false", "null", "7"])
@pytest.mark.parametrize("name", ["finer", "_finer", "\\u005ffiner"])
def test_no_frame_can_say_that_a_tick_is_finer(name: str, value: str) -> None:
    assert decode(f'{json.dumps(GOOD)[:-1]}, "{name}": {value}}}') == ([TICK], 0)


@pytest.mark.parametrize("written", ['"1.50"', "1.50", "15e-1", '"15E-1"'])
@pytest.mark.parametrize("neighbours", [[], [None]])
def test_a_tick_may_have_a_quantity(written: str, neighbours: list[None]) -> None:
    frame = json.dumps([GOOD | {"quantity": "Q"}, *neighbours]).replace('"Q"', written)
    [received] = decode(frame)[0]
    assert received.quantity == Decimal("1.50")


@pytest.mark.parametrize("neighbours", [[], [None]])
def test_a_quantity_may_be_null(neighbours: list[None]) -> None:
    assert decode(json.dumps([GOOD | {"quantity": None}, *neighbours])) == ([TICK], len(neighbours))


def test_a_quantity_is_written_only_where_there_is_one() -> None:
    assert "quantity" not in encode([TICK])
    assert '"quantity":"0.00000001"' in encode([Tick("A", Decimal(1), NOON, quantity=Decimal("1e-8"))])


@given(st.lists(ticks, max_size=3), st.sampled_from(["", "_", "+"]), st.booleans())
def test_neighbours_change_nothing_in_how_a_tick_is_read(sent: list[Tick], note: str, is_compact: bool) -> None:
    """Frames of plain good ticks are read in another way than those with something odd in them."""
    items = json.loads(encode(sent))
    separators = (",", ":") if is_compact else None
    assert decode(json.dumps(items, separators=separators)) == (sent, 0)
    assert decode(json.dumps([*items, {"note": note}], separators=separators).encode()) == (sent, 1)


@pytest.mark.parametrize("frame", ['{"type":"gap","from":1,"to":2}', b'{"to": 2, "from": 1, "type": "gap"}'])
def test_a_gap_is_reported_in_a_frame_of_its_own(frame: str | bytes) -> None:
    assert gap_of(frame) == Gap(1, 2)
    assert gap_of(encode_gap(Gap(1, 2))) == Gap(1, 2)
    assert decode(frame) == ([], 1)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "[]",
        "{}",
        '{"type":"gap","from":-1,"to":2}',
        '{"type":"x","from":1,"to":2}',
        '{"type":"gap","from":9,"to":2}',
    ],
)
def test_other_frames_tell_of_no_gap(frame: str) -> None:
    assert gap_of(frame) is None


def test_what_was_looked_up_is_forgotten_when_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tick.MAX_KNOWN", 2)
    monkeypatch.setattr("tick._known", set())
    for number in range(5):
        assert decode(json.dumps(GOOD | {"ticker": f"T{number}"}))[1] == 0
    assert len(tick._known) <= 2


@pytest.mark.usefixtures("zone")
def test_a_frame_may_be_one_tick_of_a_simpler_feed_whose_time_is_utc_wherever_we_are() -> None:
    frame = json.dumps({"ticker": "aapl", "price": 170.25, "timestamp": NOON.replace(tzinfo=None).isoformat()})
    assert decode(frame) == ([Tick("AAPL", Decimal("170.25"), NOON)], 0)


@pytest.mark.parametrize(
    "timestamp", ["2025-06-06T14:00:00+02:00", "2025-06-06 12:00:00Z", "2025-06-06T12:00:00.0000000Z"]
)
def test_timestamps_become_utc(timestamp: str) -> None:
    assert decode(json.dumps(GOOD | {"timestamp": timestamp}))[0] == [TICK]


def test_a_good_tick_survives_its_bad_neighbours() -> None:
    assert decode(json.dumps([None, GOOD, {}, GOOD | {"price": "0"}])) == ([TICK], 3)


@pytest.mark.parametrize(
    "frame", ["", "{", b"\xff\xfe\xfa", b"\x00" * 100, "[" * 100_000, '{"a":' * 100_000, "nonsense", "7" * 5000]
)
def test_a_malformed_frame_is_one_bad_item(frame: str | bytes) -> None:
    assert decode(frame) == ([], 1)


@pytest.mark.parametrize(
    "price", ["9" * 5000, "1e99999999999999999999", "-1e-99999999999999999999", "NaN", "-Infinity"]
)
def test_a_number_beyond_any_costs_its_own_tick_alone(price: str) -> None:
    assert decode(json.dumps([GOOD, GOOD | {"price": "PRICE"}]).replace('"PRICE"', price)) == ([TICK], 1)


@pytest.mark.parametrize("frame", ["null", "7", '"AAPL"', "true", "{}", "[[]]", "[null]", "[7]", '["AAPL"]'])
def test_json_that_is_no_tick_is_bad(frame: str) -> None:
    assert decode(frame) == ([], 1)


@pytest.mark.parametrize("form", ["tickers", "read_in_upper_case", "no_tickers"])
@pytest.mark.parametrize("neighbours", [[], [None]])
def test_tickers_are_those_of_the_ledger(form: str, neighbours: list[None]) -> None:
    for ticker in json.loads(TICKERS.read_text())[form]:
        found, bad = decode(json.dumps([GOOD | {"ticker": ticker}, *neighbours]))
        expected = [] if form == "no_tickers" else [ticker.upper()]
        assert ([tick.ticker for tick in found], bad) == (expected, len(neighbours) + 1 - len(expected)), ticker


def test_an_empty_frame_has_neither() -> None:
    assert decode("[]") == ([], 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("price", value) for value in (None, True, [], {}, 0, -1, "0", "-1", "", "x", "NaN", "Infinity", "1_000", "١", " 1",
                                         "1e99", "1e-30", 10**30, 10**4000, "1 ", "+1", "\t1", "\u00a01", "1_0.5", float("nan"), float("inf"), [0, [], "n"], [0, [1, 7, 0], 0])),
        *(("quantity", value) for value in (True, [], {}, 0, -1, "0", "-1", "", "x", "NaN", "Infinity", "1_000", "1 ", "+1", "1e99", "1e-30", float("nan"))),
        *(("ticker", value) for value in (None, True, 7, 1.5, float("inf"), [], {}, "", " ", "A;B", "A,B", "'A", " A", "A ", "A" * 65, "🚀", "A\n", "<b>", "ß")),
        *(("timestamp", value) for value in (None, True, 7, 20250606.123456789012, [], {}, "", "now", "2025-06-06", "2025-13-06T12:00:00Z",
                                             "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "x" * 100)),
        *(("seq", value) for value in (True, "1", 1.5, -1, 10**4000, [], {})),
    ],
)  # fmt: skip
def test_an_item_with_a_bad_value_is_no_tick(field: str, value: Any) -> None:
    assert decode(json.dumps(GOOD | {field: value})) == ([], 1)


@pytest.mark.parametrize("field", ["ticker", "price", "timestamp"])
def test_an_item_without_a_field_is_no_tick(field: str) -> None:
    assert decode(json.dumps({name: value for name, value in GOOD.items() if name != field})) == ([], 1)


@settings(max_examples=50)
@given(
    st.binary()
    | st.text()
    | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps)
)
def test_no_frame_is_too_strange(frame: str | bytes) -> None:
    received, bad = decode(frame)
    assert received == []
    assert bad == items(frame)


def items(frame: str | bytes) -> int:
    """How many things a frame lists; one, if it is no list."""
    try:
        found = json.loads(frame.encode() if isinstance(frame, str) else frame)
    except ValueError:
        return 1
    return len(found) if isinstance(found, list) else 1


def test_a_time_finer_than_a_microsecond_is_the_same_for_the_next_reader() -> None:
    [tick], _ = decode('{"ticker":"A","price":"1","timestamp":"2025-06-06T20:00:00.0000001Z"}')
    assert (tick.timestamp.microsecond, tick.finer) == (1, True)
    assert decode(encode([tick])) == ([tick], 0)
