"""Which venues are asked for which tickers, and what does not go together."""

import sys
from pathlib import Path

import pytest

from feed.arguments import parse_arguments
from feed.market import OPENING
from venues.registry import NAMES, venue_of


def sources(*words: str) -> list[tuple[str, list[str], str | None]]:
    return [(source.word, source.tickers, source.url) for source in parse_arguments(list(words)).sources]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as end:
        parse_arguments(list(words))
    assert end.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_without_a_source_the_market_is_simulated() -> None:
    options = parse_arguments([])
    assert (options.sources, options.tickers) == ([], list(OPENING))


def test_tickers_are_those_of_the_source_before_them() -> None:
    words = ["--source", "coinbase", "--tickers", "btc-usd", "--source", "binance", "--tickers", "ETH-USDT,SOL-USDT"]
    assert sources(*words) == [("coinbase", ["BTC-USD"], None), ("binance", ["ETH-USDT", "SOL-USDT"], None)]


def test_tickers_before_all_sources_are_those_of_each_that_has_none() -> None:
    assert sources("--tickers", "BTC-USD", "--source", "coinbase") == [("coinbase", ["BTC-USD"], None)]


def test_an_address_is_that_of_the_source_before_it() -> None:
    words = ("--source", "binance", "--tickers", "BTC-USDT", "--source-url", "wss://stream.example/ws")
    assert sources(*words) == [("binance", ["BTC-USDT"], "wss://stream.example/ws")]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("--source coinbase", "needs --tickers, as in: --source coinbase --tickers"),
        ("--source nope --tickers A", "'nope' is none of binance"),
        ("--source coinbase:old --tickers BTC-USD", "coinbase has no variant 'old'"),
        ("--source coinbase --tickers AAPL", "AAPL is no pair such as BTC-USD"),
        ("--source binance --tickers BTC-USD,BTC-USDT --source coinbase --tickers ETH-USD", ""),
        ("--source coinbase --tickers BTC-USD --source coinbase --tickers BTC-USD", "BTC-USD is asked of two venues"),
        ("--source-url wss://a.example --source coinbase --tickers BTC-USD", "stands behind the --source"),
        ("--source coinbase --tickers BTC-USD --source-url https://a.example", "is no address such as wss://"),
        ("--record x.ndjson", "--record writes what a --source sends"),
        ("--source coinbase --tickers BTC-USD --labels x.csv", "--labels are those of a simulated market"),
        ("--source-file nothing.ndjson", "No such file"),
    ],
)
def test_what_does_not_go_together_is_said(capsys: pytest.CaptureFixture[str], words: str, problem: str) -> None:
    if problem:
        assert problem in refused(capsys, *words.split())
    else:
        parse_arguments(words.split())


def test_missing_keys_are_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FINNHUB_API_KEY", "FINNHUB_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert "FINNHUB_API_KEY" in refused(capsys, "--source", "finnhub", "--tickers", "AAPL")


@pytest.mark.parametrize("name", NAMES)
def test_every_venue_has_examples_that_it_takes(name: str) -> None:
    venue = venue_of(name)
    assert venue.name == name
    assert [venue.symbol_of(ticker).ticker for ticker in venue.examples]


def test_a_recording_has_its_own_venue_and_tickers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text('{"recording": 1, "venue": "coinbase", "tickers": ["BTC-USD"]}\n')
    assert parse_arguments(["--source-file", str(path)]).source_file == path
    assert parse_arguments(["--source", "coinbase", "--source-file", str(path)]).source_file == path
    assert "it can be given once" in refused(capsys, "--source-file", str(path), "--source-file", str(path))
    assert "it is a recording of coinbase" in refused(capsys, "--source", "binance", "--source-file", str(path))


def test_a_recording_that_is_there_is_not_begun_anew(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text("")
    words = ("--source", "coinbase", "--tickers", "BTC-USD", "--record", str(path))
    assert "File exists" in refused(capsys, *words)


def test_a_source_of_ccxt_without_ccxt_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ccxt.pro", None)
    said = refused(capsys, "--source", "ccxt:okx", "--tickers", "BTC-USDT")
    assert "it needs ccxt: .venv/bin/pip install -r requirements-ccxt.txt" in said
