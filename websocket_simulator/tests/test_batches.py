"""Recordings in batches: whatever a file is like, the ticks and the rejects are those of reading it row by row."""

import gzip
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import batches
from batches import read_batches
from plain_rows import PlainRows
from recording import parse_lines, read_file
from tick import Tick
from watch.alert import Alert
from watch.detector import SpikeDetector
from watch.rule import Rule
from watch.state import Watch

Read = Callable[[Path, Callable[[str], None]], Iterator[list[Tick]]]
Outcome = tuple[list[Tick], list[str], str]

TICKERS = st.sampled_from(
    ["AAPL", "aapl", "BTC_USD", "BRK.B", "A B", " A", "", "é", '"Q"', '"A\nB"', "A;", "[A]", "A" * 65, "\\u0041"]
)
NUMBERS = st.sampled_from(
    ["1", "1.50", "170.25", ".5", "5.", "1e3", "1E+3", "1e-3", "+1", "-1", " 1", "1 ", "1_0", "0", "1e21", "1e-21", "NaN", "sNaN",
     "Infinity", "", "\t1", "1\x1f", "١", '"1.5"', "1" * 30, "x", "1\\n", "\x00"]
)  # fmt: skip
TIMES = st.sampled_from(
    [f"2025-06-06{between}20:00:0{second}{zone}" for between in "T t" for second in ("1", "1.5", "1.123456", "1.1234567", "1,5")
     for zone in ("", "Z", "z", "+00:00", "-00:00", "+02:00", "-0530", "+00:00:30", " ")]
    + ["2025-06-06", "2025-06-06T20:00Z", "20250606T200001Z", "2025-W23-5T20:00:01", "0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59.9999999Z",
       "9999-12-31T23:59:59-12:00", "2025-06-06T24:00:00Z", "2025-06-06T20:00:60Z", "", "soon", '"2025-06-06T20:00:02Z"', "1749240000"]
)  # fmt: skip
PLAIN = {"ticker": "AAPL", "price": "170.25", "timestamp": "2025-06-06T20:00:00Z", "quantity": "3", "side": "buy"}
ODD = {"ticker": TICKERS, "price": NUMBERS, "timestamp": TIMES, "quantity": NUMBERS, "side": TICKERS}
HEADERS = (
    st.permutations(list(PLAIN))
    | st.just(["ticker", "price", "timestamp"])
    | st.lists(st.sampled_from(list(PLAIN)), max_size=6)
)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n", "", ",\n", ',"', ',x,"y\nz"\n'])


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A file of rows that are mostly plain, with lines that mostly end alike."""
    header, end = draw(HEADERS), draw(ENDS)
    lines = [",".join(header)]
    for _ in range(draw(st.integers(0, 12))):
        row = [draw(ODD[name]) if draw(st.integers(0, 5)) == 0 else PLAIN[name] for name in header]
        lines.append(",".join(row[: draw(st.sampled_from([9, 9, 9, 9, 3, 1]))]))
    ends = [end if draw(st.integers(0, 5)) else draw(ENDS) for _ in lines]
    text = "".join(line + end for line, end in zip(lines, ends, strict=True)).encode()
    at = draw(st.integers(0, len(text)))
    spoilt = draw(st.sampled_from([b"", b"", b"", b"\xff", b"\xe2\x82", b'"', b"\r", b"\n", b"\xef\xbb\xbf"]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text[:at] + spoilt + text[at:]


def outcome(read: Read, path: Path) -> Outcome:
    ticks, problems = list[Tick](), list[str]()
    try:
        for batch in read(path, problems.append):
            assert batch
            ticks += batch
    except ValueError as error:
        return ticks, problems, str(error)
    return ticks, problems, ""


@pytest.mark.parametrize("chunk", [1, 7, 64, 300, 32 * 1024])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts())
def test_they_are_those_of_reading_row_by_row(
    chunk: int, text: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHUNK", chunk)
    path = tmp_path / "recording.csv"
    path.write_bytes(text)
    assert outcome(read_batches, path) == outcome(read_file, path)


def rows(
    count: int, price: Callable[[int], str], zone: str = "Z", quantity: Callable[[int], str] | None = None
) -> bytes:
    names = "ticker,price,timestamp" if quantity is None else "quantity,ticker,price,timestamp"
    lines = [
        f"{quantity(number) + ',' if quantity else ''}AAPL,{price(number)},2025-06-06T20:{number // 60 % 60:02}:{number % 60:02}{zone}"
        for number in range(count)
    ]
    return "\n".join([names, *lines, ""]).encode()


@pytest.mark.parametrize("zone", ["Z", "", "+02:00"])
@pytest.mark.parametrize(
    "price",
    [str, lambda number: f"{number + 1}.{number:08}", lambda number: "1e21" if number == 900 else str(number + 1)],
)
@pytest.mark.parametrize(
    "quantity", [None, lambda number: f"0.{number + 1:08}", lambda number: "" if number > 900 else str(number + 1)]
)
def test_numbers_are_the_same_whether_they_recur_or_not(
    zone: str,
    price: Callable[[int], str],
    quantity: Callable[[int], str] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "CHUNK", 4096)
    path = tmp_path / "recording.csv"
    path.write_bytes(rows(1500, price, zone, quantity))
    assert outcome(read_batches, path) == outcome(read_file, path)


def test_a_plain_file_is_read_by_chunks(tmp_path: Path) -> None:
    path = tmp_path / "recording.csv"
    path.write_bytes(rows(5000, lambda number: str(number % 50 + 1)))
    assert len(list(read_batches(path, pytest.fail))) == 5
    header, *lines = path.read_bytes().split(b"\n")
    ticks = PlainRows(header.decode().split(",")).read(b"\n".join(lines[:3000]))
    assert ticks
    assert len(ticks) == 3000


def test_more_texts_than_are_remembered_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plain_rows.MAX_KNOWN", 3)
    lines = rows(200, lambda number: str(number % 7 + 1)).decode().split("\n")
    ticks = PlainRows(["ticker", "price", "timestamp"]).read("\n".join(lines[1:]).encode())
    assert [ticks] == [[tick for moment in parse_lines(lines, pytest.fail) for tick in moment]]


@pytest.mark.parametrize("lines", ["", "ticker,price\n", '"' + "A" * 200_000])
def test_what_is_no_recording_is_an_error(lines: str, tmp_path: Path) -> None:
    path = tmp_path / "recording.csv"
    path.write_text(lines)
    with pytest.raises(ValueError, match=r"no column|field larger"):
        next(read_batches(path, pytest.fail))


def test_the_ticks_before_a_line_beyond_reading_come_first(tmp_path: Path) -> None:
    path = tmp_path / "recording.csv"
    path.write_bytes(rows(3, str).replace(b",0,", b",9,") + b"A" * 200_000 + b",1,2025-06-06T20:00:00Z\n")
    found = read_batches(path, pytest.fail)
    assert len(next(found)) == 3
    with pytest.raises(ValueError, match="line 5: field larger"):
        next(found)


@pytest.mark.parametrize("value", ["1." + "0" * 200_000, "1"])
def test_no_value_is_longer_than_row_by_row(value: str, tmp_path: Path) -> None:
    path = tmp_path / "recording.csv"
    path.write_text(f"side,ticker,price,timestamp\n{'x' * 131_073},A,{value},2025-06-06T20:00:00Z\n")
    assert outcome(read_batches, path) == outcome(read_file, path)


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = tmp_path / "trades.csv"
    path.write_bytes(gzip.decompress((Path(__file__).parents[2] / "tests/data/xrp_eth_trades.csv.gz").read_bytes()))
    return path


def test_alerts_are_the_same_and_in_the_same_order(trades: Path) -> None:
    def alerts(read: Read) -> list[Alert]:
        found: list[Alert] = []
        detectors = [
            SpikeDetector(Rule(Decimal("0.3"), name="rise")),
            SpikeDetector(Rule(Decimal("0.3"), name="fall", kind="fall")),
        ]
        Watch(detectors, found.extend, log=pytest.fail).backtest(read(trades, pytest.fail))
        return found

    by_moments = alerts(read_file)
    assert {alert.rule.kind for alert in by_moments} == {"rise", "fall"}
    assert alerts(read_batches) == by_moments
