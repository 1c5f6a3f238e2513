"""Rows of files as Hypothesis draws them, good and bad and odd: each field by the JSON that is written for it."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from trades.selection import OWN_FIELDS

Row = dict[str, str]  # JSON by field


def texts(*some: str) -> st.SearchStrategy[str]:
    return st.sampled_from(some).map(json.dumps)


ODD = texts(
    "", " ", "\t", "\n", "\r", "\x00", "\x0b", "\x7f", "\x85", "\\", "\\.", "\\N", "\\t", '"', '""', ",", "'", "NULL",
    "\ud800", "\udcff", "\ufeff", "\u2028", "\u202e", "🚀", "NaN", "null", "=1", "٣", "ß", "'; DROP TABLE trades_trade; --",
) | st.sampled_from(
    ["null", "true", "0", "1", "-1", "[]", "{}", '["buy"]', '{"a":1}', '{"a":1,"a":1}', "NaN", "Infinity", "1e99999999999999999999"]
)  # fmt: skip

GOOD_TICKERS = (
    "AAPL",
    "BRK.B",
    "XRP/ETH",
    "BINANCE:BTCUSDT",
    "EURUSD=X",
    "^GSPC",
    "0700.HK",
    "A",
    "A" * 64,
    "BRK B",
    "=A",
    "-A",
    "+A",
    "@A",
    "BF+B",
    "M&M",
    "/ESM5",
    "SPY   250620C00450000",
)
TICKERS = texts(
    *GOOD_TICKERS, "aapl", "Brk-b", " AAPL", "AAPL ", " a ", "\tA", "A\t", "A\n", "A,B", 'A"B', "A\\B", "A;B", "'A", "'=A", "<A", "A`", "^A", "A^",
    "a" * 64, "A" * 65, " " + "A" * 64, "\u212a", "ſ", "ﬁ", "Aß", "A\u200b",
)  # fmt: skip

LITERALS = (
    "1", "170.25", "0.10", "23.0", "99999999999999999999.999999999999999999", "99999999999999999999", "100000000000000000000", "0.000000000000000001", "0.0000000000000000001",
    "0.0000000000000000010", "0.0290530000",
    "0", "0.0", "-0", "-1", "1e3", "1E+3", "1e-18", "1e-19", "1.50E+1", "12e18", "1e20", "1e-1000", "1e9999", "1e99999", "1e100000", "0e5",
    "1" * 20, "1" * 21, "1" * 1001, "1." + "0" * 18, "1." + "0" * 19, "1.5" + "0" * 900,
)  # fmt: skip
NUMBERS = st.sampled_from(LITERALS) | st.decimals(0, 10**20, allow_nan=False, places=18).map(lambda value: f"{value:f}")
AMOUNTS = (
    NUMBERS
    | NUMBERS.map(json.dumps)
    | texts(
        "00000000000000000001", "000000000000000000001", "00.5", "007.50", "1.", ".5", "+1", "1_0", "1,5", "0x10", " 1 ", "1 ", "\t1", "1\n", "1 0", "1e",
        "e1", "--1", "1e+", "1.5e+2", "Infinity", "-NaN", "sNaN", "1\\", "0.000000000000000000", "00000000000000000000",
    )
)  # fmt: skip

SIGNED = (
    AMOUNTS
    | NUMBERS.map(lambda literal: f"-{literal.removeprefix('-')}")
    | texts(
        "-1",
        "-0",
        "-0.00",
        "-0.50",
        "-99999999999999999999.999999999999999999",
        "-100000000000000000000",
        "-0.0000000000000000001",
        "--1",
        "-",
        "- 1",
        "-007.5",
    )
)

SIDES = texts("buy", "sell", "BUY", "Sell", " buy", "buy ", "buy\n", "hold", "ſell", "b", "buy\t")

DATES = st.sampled_from(
    (
        "2025-06-06", "2024-02-29", "2023-02-29", "2000-02-29", "1900-02-29", "0004-02-29", "2025-04-30", "2025-04-31", "2025-12-31",
        "2025-13-01", "2025-00-10", "2025-01-00", "0000-01-01", "0001-01-01", "0001-12-31", "0002-01-01", "9998-12-31", "9999-12-31",
        "25-06-06", "20250606", "2025-6-6", "1582-10-10", "0100-02-29", "0400-02-29",
    )
)  # fmt: skip
TIMES = st.sampled_from(
    (
        "20:00:00", "20:00", "00:00:00.1", "00:00:11.620", "23:59:59.999999", "23:59:59.9999999", "23:59:60", "24:00:00", "24:00", "20:60",
        "7:00", "20", "20:00:00.", "20:00:00,5", "٢0:00:00", "12:00:00.000000",
    )
)  # fmt: skip
OFFSETS = st.sampled_from(
    (
        "", "Z", "z", "+00:00", "-00:00", "+02:00", "+05:30", "-14:59", "+14:59", "+15:00", "-15:59", "+16:00", "-23:59", "+24:00", "+02",
        "+0200", "+02:60", " +02:00", " UTC", "Z ", "\n",
    )
)  # fmt: skip
PARTS = (DATES, st.sampled_from("TTTt _"), TIMES, OFFSETS)
FUTURES = st.timedeltas(timedelta(hours=-2), timedelta(hours=2)).filter(lambda lead: abs(lead) > timedelta(minutes=10))
TIMESTAMPS = st.one_of(
    st.tuples(*PARTS).map("".join).map(json.dumps),
    st.datetimes(timezones=st.just(UTC), max_value=datetime(2026, 1, 1)).map(lambda at: json.dumps(at.isoformat())),
    FUTURES.map(lambda lead: json.dumps((datetime.now(UTC) + timedelta(days=1) + lead).isoformat())),
    texts("now", "infinity", "-infinity", "epoch", "today", "2025-06-06", "1749240000"),
)

EXTERNAL_IDS = texts(
    "a", "b", "A", "a b", "a  b", "!", "~", " a", "a ", "a\tb", "a\\b", "\\", "\\.", "a,b", 'a"b', "x" * 100, "x" * 101, "ü", "a\x7f",
) | st.sampled_from(("null", '""'))  # fmt: skip

AWKWARD = (
    "", " ", "  two  ", "a,b", 'say "hi"', "two\nlines", "two\r\nlines", "\r", "\t", "a\tb", "\\", "\\.", "\\N", "\\n", "tail\\", "\x80", "\x85",
    "\u2028", "\ufeff", "\ufffe", "é", "🚀" * 500, "x" * 500, "'", "\n" * 500, '"' * 500, "{}", "NULL", "null", "=1+1", ",,,",
    "'=1", "''", "''=1", "@a", "+1", "-1", "\t=1", "'x", "'\n",
)  # fmt: skip
NOTES = texts(*AWKWARD, "x" * 501, "🚀" * 501, "\x00", "\x01", "\x0b", "\x1f", "\x7f", "\ud800") | st.text().map(
    json.dumps
)

ACCOUNTS = texts("main", "main", "Main", " main", "nowhere", "a,b", "=main", "x" * 64, "x" * 65, "ü", "")
CURRENCIES = texts("USD", "eur", "GBp", "GBX", " CHF ", "BTC", "BGN", "QQQ", "US D", "X", "X" * 12, "X" * 13, "ﬁ", "")
FIELDS = dict(
    zip(
        OWN_FIELDS,
        (TICKERS, SIGNED, AMOUNTS, SIDES, TIMESTAMPS, SIGNED, EXTERNAL_IDS, NOTES, ACCOUNTS, CURRENCIES, CURRENCIES),
        strict=True,
    )
)
PLAIN = {
    "ticker": '"AAPL"',
    "price": "170.25",
    "quantity": '"10"',
    "side": '"buy"',
    "timestamp": '"2025-06-06T20:00:00Z"',
}


@st.composite
def odd_rows(draw: st.DrawFn) -> Row:
    """A plain row of which a few fields are anything, or are not there."""
    row = dict(PLAIN)
    for name in draw(st.lists(st.sampled_from(OWN_FIELDS), max_size=3)):
        row[name] = draw(FIELDS[name] | ODD) if draw(st.integers(0, 9)) else draw(ODD)
    for name in draw(st.lists(st.sampled_from(OWN_FIELDS), max_size=1)) if not draw(st.integers(0, 4)) else []:
        row.pop(name, None)
    if not draw(st.integers(0, 9)):
        row[draw(st.sampled_from(["fees", "Ticker", "", "\ud800", "ü"]))] = draw(ODD)
    if not draw(st.integers(0, 9)):  # a file's reader does not look into what is ignored, so that it is JSON here
        row[draw(st.sampled_from(["id", "created_at"]))] = draw(
            st.sampled_from(["7", "null", '""', "[{}]", '"\\u0000"'])
        )
    return row


def as_json(row: Row) -> str:
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in row.items()) + "}"


def cell(literal: str) -> str:
    value = json.loads(literal)
    return value if isinstance(value, str) else literal


MARK = re.compile(r"\A'(?=[=+@\t\r\n'-])")  # which an export puts before what looks like a formula


def as_cells(row: Row) -> Row:
    """What a row of CSV says: texts alone, without marks, and an empty cell is a field that was left out."""
    texts = {name: cell(row[name]) for name in OWN_FIELDS if name in row}
    texts |= {name: MARK.sub("", texts[name]) for name in ("ticker", "external_id", "note", "account") if name in texts}
    return {name: json.dumps(text) for name, text in texts.items() if text}


def as_csv(rows: list[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(OWN_FIELDS)
    writer.writerows([[cell(row.get(name, '""')) for name in OWN_FIELDS] for row in rows])
    return out.getvalue().encode(errors="surrogatepass")
