"""Frames that are no ticks: heartbeats, and errors in the forms of several feeds."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices import QUOTED, Complaint, Heartbeat, Pulse, encode_heartbeat, notice_of, quoted
from tick import Gap, Tick, decode, encode, encode_gap

NOON = datetime(2025, 6, 6, 12, tzinfo=UTC)


@given(st.integers(0, 2**63 - 1), st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)))
def test_our_heartbeat_is_read_as_it_was_written(seq: int, timestamp: datetime) -> None:
    heartbeat = Heartbeat(seq, timestamp)
    assert notice_of(encode_heartbeat(heartbeat)) == heartbeat
    assert decode(encode_heartbeat(heartbeat)) == ([], 1)


def test_its_bytes_are_those_of_the_documentation() -> None:
    assert (
        encode_heartbeat(Heartbeat(7, NOON)) == '{"type":"heartbeat","seq":7,"timestamp":"2025-06-06T12:00:00.000000Z"}'
    )


@pytest.mark.parametrize(
    "frame",
    [
        '{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"}',
        '{"type":"heartbeat","seq":-1,"timestamp":"2025-06-06T12:00:00Z"}',
        '{"event":"heartbeat"}',
        '{"channel":"heartbeat"}',
        '[{"type":"heartbeat"}]',
        b'{"type":"heartbeat","seq":1,"timestamp":"2025-06-06T12:00:00"}',
    ],
)
def test_heartbeats_of_others_say_that_the_feed_lives_and_nothing_of_numbers(frame: str | bytes) -> None:
    assert notice_of(frame) == Pulse()


@pytest.mark.parametrize(
    ("frame", "texts"),
    [
        ({"code": -1121, "msg": "Invalid symbol."}, ["'Invalid symbol. (-1121)'"]),
        ({"error": {"code": 2, "msg": "Invalid request: request ID"}, "id": 1}, ["'Invalid request: request ID (2)'"]),
        ([{"T": "error", "code": 406, "msg": "connection limit exceeded"}], ["'connection limit exceeded (406)'"]),
        ({"event": "error", "errorMessage": "Malformed request"}, ["'Malformed request'"]),
        ({"event": "subscriptionStatus", "status": "error", "errorMessage": "Event(s) not found"}, ["'Event(s) not found'"]),
        ({"method": "subscribe", "success": False, "error": "Currency pair not supported A/B"}, ["'Currency pair not supported A/B'"]),
        ({"type": "error", "message": "Failed to subscribe", "reason": "A is no product"}, ["'Failed to subscribe'"]),
        ({"type": "error", "msg": "Invalid symbol"}, ["'Invalid symbol'"]),
        ({"event": "ERROR", "code": "400", "message": "Invalid event type"}, ["'Invalid event type (400)'"]),
        ({"success": False, "ret_msg": "Batch not supported"}, ["'Batch not supported'"]),
        ([{"ev": "status", "status": "auth_failed", "message": "authentication failed"}], ["'authentication failed'"]),
        ({"channel": "error", "error": {"code": "invalid_params", "message": "missing field"}}, ["'missing field (invalid_params)'"]),
        ({"type": "error"}, ["'{\"type\": \"error\"}'"]),
        ({"error": 5}, ["'{\"error\": 5}'"]),
        ([{"T": "error", "msg": "one"}, {"T": "success"}, {"T": "error", "msg": "two"}], ["'one'", "'two'"]),
    ],
)  # fmt: skip
def test_errors_are_known_in_the_forms_of_several_feeds(frame: Any, texts: list[str]) -> None:
    assert notice_of(json.dumps(frame)) == Complaint(tuple(texts))


@pytest.mark.parametrize(
    "frame",
    [
        "", "x", "1", "null", "[]", "[[]]", "{}", b"\xff", "[" * 100_000,
        '{"T":"success","msg":"connected"}', '{"code":200,"msg":"ws connect success"}', '{"code":10001,"msg":"ok"}',
        '{"code":0,"msg":"x"}', '{"code":true,"msg":"x"}', '{"code":[],"msg":"x"}', '{"code":"x","msg":"x"}',
        '{"code":500}', '{"code":1e999,"msg":"x"}', '{"result":null,"id":1}', '{"error":null,"success":true}', '{"error":""}',
        '{"type":"error","ticker":"A","price":"x","timestamp":"x"}', '{"type":["error"]}',
    ],
)  # fmt: skip
def test_what_is_no_error_and_no_heartbeat_says_nothing(frame: str | bytes) -> None:
    assert notice_of(frame) is None


def test_gaps_are_notices_and_ticks_are_none() -> None:
    assert notice_of(encode_gap(Gap(2, 4))) == Gap(2, 4)
    assert notice_of(encode([Tick("A", 1, NOON)])) is None  # type: ignore[arg-type]


@given(st.text() | st.binary() | st.text(min_size=QUOTED - 5) | st.binary(min_size=4 * QUOTED))
def test_what_is_quoted_is_short_and_does_nothing_to_a_terminal(frame: str | bytes) -> None:
    shown = quoted(frame)
    assert (shown[0], shown[-1]) == ("'", "'")
    body = shown[1:-1]
    assert body.removesuffix("…").isascii()
    assert body.isprintable()
    assert len(body) <= QUOTED + 1
    whole = (frame if isinstance(frame, str) else frame.decode(errors="replace")).encode("unicode_escape").decode()
    assert body == whole or (body.endswith("…") and whole.startswith(body[:-1]))


def test_a_long_frame_is_cut_and_escapes_count() -> None:
    assert quoted("x" * 81) == f"'{'x' * 80}…'"
    assert quoted(b"\x1b[31m") == r"'\x1b[31m'"
    assert quoted("é" * 30) == "'" + r"\xe9" * 20 + "…'"
