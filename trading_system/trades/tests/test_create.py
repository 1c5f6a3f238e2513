"""POST /api/trades/"""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient, APIRequestFactory

from rest.tests.clients import ApiClient
from trades.models import Trade

from .book import URL

pytestmark = pytest.mark.django_db
MOST = "99999999999999999999.999999999999999999"


def post_raw(api: APIClient, body: str | bytes, **extra: Any) -> Any:
    return api.generic("POST", URL, body, content_type="application/json", **extra)


def body_with(fill: dict[str, Any], field: str, literal: str) -> str:
    """The body in which `field` has this JSON text."""
    rest = json.dumps({name: value for name, value in fill.items() if name != field})
    return f'{rest[:-1]}, "{field}": {literal}}}'


def test_the_readme_example_answers_the_trade(api: APIClient) -> None:
    body = '{"ticker": "AAPL", "price": 170.25, "quantity": 10, "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}'
    answer = post_raw(api, body)
    assert answer.status_code == 201
    trade = answer.json()
    assert trade.pop("created_at") == trade.pop("updated_at")
    assert trade == {
        "id": Trade.objects.get().pk,
        "ticker": "AAPL",
        "price": "170.25",
        "quantity": "10",
        "side": "buy",
        "timestamp": "2025-06-06T20:00:00Z",
        "fee": "0",
        "external_id": None,
        "note": "",
        "account": "main",
        "currency": "USD",
        "fee_currency": "USD",
        "import": None,
        "created_by": None,
    }


def test_it_answers_what_a_later_read_answers(api: APIClient, fill: dict[str, Any]) -> None:
    created = api.post(URL, fill).json()
    assert api.get(f"{URL}{created['id']}/").json() == created


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ("12345678901234567890.123456789012345678", "12345678901234567890.123456789012345678"),
        (MOST, MOST),
        ("0.000000000000000001", "0.000000000000000001"),
        ("1e-18", "0.000000000000000001"),
        ("0.0290530000", "0.0290530000"),
        ("0.000037835729", "0.000037835729"),
        ("1.5" + "0" * 30, "1.5" + "0" * 17),
        ("1e3", "1000"),
        ("0.10", "0.10"),
        ('"23.0"', "23.0"),
        ('" 23.0 "', "23.0"),
        ("7", "7"),
    ],
)
@pytest.mark.parametrize("field", ["price", "quantity"])
def test_amounts_keep_every_digit(api: APIClient, fill: dict[str, Any], field: str, literal: str, text: str) -> None:
    answer = post_raw(api, body_with(fill, field, literal))
    assert answer.status_code == 201
    assert answer.json()[field] == text
    assert api.get(f"{URL}{answer.json()['id']}/").json()[field] == text


@hypothesis_settings(max_examples=40)
@given(st.decimals(min_value="1e-18", max_value=MOST, places=18), st.booleans())
def test_any_amount_comes_back_digit_for_digit(amount: Any, as_number: bool) -> None:
    api, text = ApiClient(), f"{amount:f}"
    fill = {"ticker": "X", "quantity": "1", "side": "buy"}
    created = post_raw(api, body_with(fill, "price", text if as_number else f'"{text}"')).json()
    assert created["price"] == text
    assert api.get(f"{URL}{created['id']}/").json()["price"] == text


@pytest.mark.parametrize("field", ["price", "quantity"])
@pytest.mark.parametrize(
    "literal",
    [
        "1e-19", "0.0000000000000000001", "100000000000000000000", '"1_000"', '"١٢"', '"1,5"', '"0x10"', '""', '" "', "null",
        "true", "[]", "{}", '"NaN"', '"Infinity"', '"-Infinity"', "1e1000000", "1e-1000000", "1e99999999999999999999", "1e-99999999999999999999", '"1e99999"', '"+1"', '"1\\u0000"',
    ],
)  # fmt: skip
def test_it_refuses_bad_amounts_and_names_the_field(
    api: APIClient, fill: dict[str, Any], field: str, literal: str
) -> None:
    answer = post_raw(api, body_with(fill, field, literal))
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize(
    ("price", "kept"), [("0", "0"), ("0.00", "0.00"), ("-0", "0"), ("-37.63", "-37.63"), (f"-{MOST}", f"-{MOST}")]
)
def test_a_price_may_be_zero_or_below_and_a_quantity_may_not(
    api: APIClient, fill: dict[str, Any], price: str, kept: str
) -> None:
    assert api.post(URL, fill | {"price": price}).json()["price"] == kept
    answer = api.post(URL, fill | {"quantity": price})
    assert (answer.status_code, answer.json()) == (400, {"quantity": ["Must be above zero."]})


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("aapl", "AAPL"),
        (" AAPL ", "AAPL"),
        ("brk.b", "BRK.B"),
        ("BRK-B", "BRK-B"),
        ("xrp/eth", "XRP/ETH"),
        ("  brk b ", "BRK B"),
        ("A" * 64, "A" * 64),
    ],
)
def test_tickers_are_trimmed_and_upper_cased(api: APIClient, fill: dict[str, Any], given: str, kept: str) -> None:
    answer = api.post(URL, fill | {"ticker": given})
    assert (answer.status_code, answer.json()["ticker"]) == (201, kept)


@pytest.mark.parametrize(
    "ticker",
    [
        "", " ", None, 7, True, [], {}, "A" * 65, "AA;PL", "AA\nPL", "AAPL\n", "AAPL\t", "AAPL\u00a0", "🚀", "\u202eAAPL",
        "AA\u200bPL", "ß", "ﬁ", "\u212a", "ΑAPL", "AAPL\u0000", "A,B", "<B>", "'; DROP TABLE",
    ],
)  # fmt: skip
def test_it_refuses_bad_tickers(api: APIClient, fill: dict[str, Any], ticker: Any) -> None:
    answer = api.post(URL, fill | {"ticker": ticker})
    assert (answer.status_code, list(answer.json())) == (400, ["ticker"])


@pytest.mark.parametrize("field", ["ticker", "external_id", "note"])
@pytest.mark.parametrize("literal", ["7", "1.5", "1e99999999999999999999", "-1e-99999999999999999999", "true", "{}"])
def test_a_number_is_no_text(api: APIClient, fill: dict[str, Any], field: str, literal: str) -> None:
    answer = post_raw(api, body_with(fill, field, literal))
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize("side", ["buy", "BUY", "Buy", " buy ", "sell", "SELL", "sElL"])
def test_side_is_read_in_any_case_and_answered_in_lower(api: APIClient, fill: dict[str, Any], side: str) -> None:
    assert api.post(URL, fill | {"side": side}).json()["side"] == side.strip().lower()


@pytest.mark.parametrize("side", ["", "hold", "b", "ſell", None, 1, True, [], {}, ["buy"], "buy\n", "\u0000"])
def test_it_refuses_other_sides(api: APIClient, fill: dict[str, Any], side: Any) -> None:
    answer = api.post(URL, fill | {"side": side})
    assert (answer.status_code, list(answer.json())) == (400, ["side"])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2025-06-06T20:00:00Z", "2025-06-06T20:00:00Z"),
        (" 2025-06-06T20:00:00Z ", "2025-06-06T20:00:00Z"),
        ("2025-06-06T20:00:00z", "2025-06-06T20:00:00Z"),
        ("2025-06-06t20:00:00", "2025-06-06T20:00:00Z"),
        ("2025-06-06 20:00:00.5+02:00", "2025-06-06T18:00:00.500Z"),
        ("2025-06-06T20:00", "2025-06-06T20:00:00Z"),
        ("2019-10-11T00:00:11.620Z", "2019-10-11T00:00:11.620Z"),
        ("2019-10-11T00:00:11.620001-23:59", "2019-10-11T23:59:11.620001Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_timestamps_are_instants_answered_in_utc(api: APIClient, fill: dict[str, Any], given: str, kept: str) -> None:
    answer = api.post(URL, fill | {"timestamp": given})
    assert (answer.status_code, answer.json()["timestamp"]) == (201, kept)


@pytest.mark.parametrize(
    "timestamp",
    [
        "", "now", "2025-06-06", "20250606T200000Z", "2025-06-06T20:00:00.1234567Z", "2025-06-06T24:00:00Z", "2025-06-06T20:00:60Z",
        "2025-02-30T00:00:00Z", "2025-06-06T20:00:00+25:00", "2025-06-06T20:00:00+00:60", "2025-06-06T20:00:00 02:00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00", "٢٠٢٥-06-06T20:00:00Z", "2025-06-06T20:00:00Z\n", 1749240000, 1.5, None, True, [], {},
    ],
)  # fmt: skip
def test_it_refuses_bad_timestamps(api: APIClient, fill: dict[str, Any], timestamp: Any) -> None:
    answer = api.post(URL, fill | {"timestamp": timestamp})
    assert (answer.status_code, list(answer.json())) == (400, ["timestamp"])


def test_it_says_what_is_wrong_with_a_timestamp(api: APIClient, fill: dict[str, Any]) -> None:
    answer = api.post(URL, fill | {"timestamp": "now"})
    assert answer.json() == {"timestamp": ["Must be a date and time such as 2025-06-06T20:00:00Z."]}


def test_timestamp_defaults_to_now(api: APIClient, fill: dict[str, Any]) -> None:
    del fill["timestamp"]
    trade = api.post(URL, fill).json()
    assert trade["timestamp"] == trade["created_at"]
    assert abs(datetime.fromisoformat(trade["timestamp"]) - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(("hours", "status"), [(23, 201), (25, 400)])
def test_timestamp_is_at_most_a_day_ahead(api: APIClient, fill: dict[str, Any], hours: int, status: int) -> None:
    answer = api.post(URL, fill | {"timestamp": (datetime.now(UTC) + timedelta(hours=hours)).isoformat()})
    assert answer.status_code == status
    assert "timestamp" in answer.json()


def test_it_names_every_field_that_is_missing(api: APIClient) -> None:
    answer = api.post(URL, {})
    assert (answer.status_code, set(answer.json())) == (400, {"ticker", "price", "quantity", "side"})


def test_it_refuses_unknown_fields(api: APIClient, fill: dict[str, Any]) -> None:
    answer = api.post(URL, fill | {"timestmap": "2025-06-06T20:00:00Z"})
    assert (answer.status_code, list(answer.json())) == (400, ["timestmap"])


def test_it_ignores_what_only_the_server_sets(api: APIClient, fill: dict[str, Any]) -> None:
    created = api.post(URL, fill | {"id": 7, "created_at": "2000-01-01T00:00:00Z"})
    assert created.status_code == 201
    assert created.json()["created_at"] > "2026"


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "null", "7", '"AAPL"', "[" * 100_000, '{"a":' * 100_000, '{"ticker": "A", "ticker": "B"}', '{"price": NaN}',
        '{"price": Infinity}', '{"price": ' + "9" * 5000 + "}", b"\xff\xfe", '{"ticker": "\\ud800"}', '{"\\ud800": 1}', "\ufeff{}",
    ],
)  # fmt: skip
def test_it_refuses_bad_bodies(api: APIClient, body: str | bytes) -> None:
    answer = post_raw(api, body)
    assert answer.status_code == 400
    assert answer.json()
    assert not Trade.objects.exists()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=5,
)


@hypothesis_settings(max_examples=40)
@given(
    st.sampled_from(["ticker", "price", "quantity", "side", "timestamp"]),
    json_values,
    st.sampled_from(["json", "multipart"]),
)
def test_no_value_is_too_strange(field: str, value: Any, form: str) -> None:
    fill = {"ticker": "AAPL", "price": "170.25", "quantity": "10", "side": "buy", "timestamp": "2025-06-06T20:00:00Z"}
    if form == "json":
        answer = post_raw(ApiClient(), json.dumps(fill | {field: value}))
    else:
        answer = ApiClient().post(URL, fill | {field: str(value)}, format=form)
    wrong = list(answer.json()) if answer.status_code >= 400 else []
    assert (answer.status_code, wrong) in ((201, []), (400, [field]), (400, ["detail"]))


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_it_refuses_bodies_over_the_limit(api: APIClient, content_type: str) -> None:
    body = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = api.generic("POST", URL, body, content_type=content_type)
    assert answer.status_code == 413
    assert "detail" in answer.json()


def test_it_refuses_a_body_in_chunks(api: APIClient, fill: dict[str, Any]) -> None:
    answer = api.post(URL, fill, headers={"transfer-encoding": "chunked"})
    assert answer.status_code == 411
    assert "Content-Length" in answer.json()["detail"]


@pytest.mark.parametrize("length", ["-1", "+5", "many", "٣", "9" * 5000])
def test_it_refuses_a_length_that_is_none(api: APIClient, fill: dict[str, Any], length: str) -> None:
    answer = post_raw(api, json.dumps(fill), CONTENT_LENGTH=length)
    assert (answer.status_code, answer.json()) == (400, {"detail": "Content-Length must be a whole number."})


def test_it_refuses_a_form_without_its_end(api: APIClient, fill: dict[str, Any]) -> None:
    body, content_type = APIRequestFactory()._encode_data(fill, format="multipart")
    answer = api.generic("POST", URL, body[:-5], content_type=content_type)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert not Trade.objects.exists()


@pytest.mark.parametrize("missing", [0, 4])
def test_a_form_cut_off_in_a_number_is_not_taken_for_a_smaller_one(api: APIClient, missing: int) -> None:
    body = b"ticker=A&side=buy&quantity=1&price=170.25"
    arrived = {"wsgi.input": BytesIO(body[: len(body) - missing]), "CONTENT_LENGTH": str(len(body))}
    answer = api.generic("POST", URL, body, content_type="application/x-www-form-urlencoded", **arrived)
    assert answer.status_code == (400 if missing else 201)
    assert Trade.objects.exists() is not bool(missing)


@pytest.mark.parametrize("note", [b"%FF", b"a%C3", b"%ED%A0%80", b"%C3\xa9", b"\xc3%A9", b"\xff"])
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=us-ascii"])
def test_it_refuses_forms_that_are_not_in_utf_8(
    api: APIClient, fill: dict[str, Any], note: bytes, charset: str
) -> None:
    body, content_type = f"{urlencode(fill)}&note=".encode() + note, f"application/x-www-form-urlencoded{charset}"
    answer = api.generic("POST", URL, body, content_type=content_type)
    assert (answer.status_code, answer.json()) == (400, {"detail": "The form is not in UTF-8."})


@pytest.mark.parametrize(
    "part",
    [
        b"\r\n\r\n\xff",
        b"\r\n\r\na\xc3",
        b"\r\n\r\n\xed\xa0\x80",
        b"\r\nContent-Transfer-Encoding: base64\r\n\r\nY2Fm6Q==",
    ],
)
def test_it_refuses_multipart_forms_that_are_not_in_utf_8(api: APIClient, fill: dict[str, Any], part: bytes) -> None:
    answer = post_part(api, fill, part)
    assert (answer.status_code, answer.json()) == (400, {"detail": "The form is not in UTF-8."})


@pytest.mark.parametrize("note", ["é\ufffd", "%FF"])
def test_it_takes_multipart_forms_that_are_in_utf_8(api: APIClient, fill: dict[str, Any], note: str) -> None:
    answer = post_part(api, fill, b"\r\n\r\n" + note.encode())
    assert (answer.status_code, answer.json()["note"]) == (201, note)


def post_part(api: APIClient, fill: dict[str, Any], part: bytes) -> Any:
    """Send a form whose note is this part, with what is between its headers and its text."""
    body, content_type = APIRequestFactory()._encode_data(fill | {"note": "@"}, format="multipart")
    return api.generic("POST", URL, body.replace(b"\r\n\r\n@", part), content_type=content_type)


@pytest.mark.parametrize("media_type", ["application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize(
    ("charset", "status"),
    [
        ("utf-8", 201),
        ('"UTF-8"', 201),
        ("utf8", 201),
        ("us-ascii", 201),
        ("utf-16", 415),
        ("iso-8859-1", 415),
        ("bogus", 415),
    ],
)
def test_it_refuses_other_charsets(
    api: APIClient, fill: dict[str, Any], media_type: str, charset: str, status: int
) -> None:
    body = json.dumps(fill) if "json" in media_type else urlencode(fill)
    assert api.generic("POST", URL, body, content_type=f"{media_type}; charset={charset}").status_code == status


def test_it_refuses_other_content_types(api: APIClient) -> None:
    assert api.generic("POST", URL, "<trade/>", content_type="application/xml").status_code == 415


def test_a_form_is_as_good_as_json(api: APIClient, fill: dict[str, Any]) -> None:
    answer = api.post(URL, fill, format="multipart")
    assert (answer.status_code, answer.json()["price"]) == (201, "170.25")


@pytest.mark.parametrize(
    "body", ["price=1&price=2", "price=1&price=1", "&".join(f"f{number}=1" for number in range(2000))]
)
def test_it_refuses_forms_that_repeat_or_overflow(api: APIClient, body: str) -> None:
    answer = api.generic(
        "POST", URL, f"ticker=A&quantity=1&side=buy&{body}", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert not Trade.objects.exists()


def test_the_trailing_slash_may_be_missing(api: APIClient, fill: dict[str, Any]) -> None:
    created = api.post("/api/trades", fill)
    assert created.status_code == 201
    assert api.get(f"/api/trades/{created.json()['id']}").json() == created.json()
    assert api.get("/api/").json()["trades"] == "http://testserver/api/trades/"
    assert api.post("/api", fill).status_code == 405


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 201),
        ("https://evil.example", 403),
        ("null", 403),
        ("http://[", 403),
        ("http://testserver.evil.example", 403),
        ("http://evil.example/testserver", 403),
    ],
)
def test_only_its_own_pages_may_post(api: APIClient, fill: dict[str, Any], origin: str, status: int) -> None:
    assert api.post(URL, fill, format="multipart", headers={"origin": origin}).status_code == status


def test_it_refuses_a_parameter_that_means_nothing_here(api: APIClient, fill: dict[str, Any]) -> None:
    answer = api.post(f"{URL}?ticker=AAPL", fill)
    assert (answer.status_code, list(answer.json())) == (400, ["ticker"])
