"""`--check-rules`: what the rules of a file mean, or what is wrong with it."""

from pathlib import Path

import pytest

from watch.arguments import parse_arguments
from watch.rule_table import check_rules

DOCUMENT = """
[[rule]]
name = "up"
kind = "rise"
threshold = 2.50
tickers = ["AAPL", "MSFT", "BTC-*", "ETH-*", "SOL-*"]
cooldown = 90
notify = ["json://secret@host", "$NOTIFY_OPS"]

[[rule]]
name = "down"
kind = "fall"
threshold = 3
window = 300
confirm = 0
rearm = 0
hours = "XNYS"

[[rule]]
name = "high"
kind = "above"
threshold = 200
severity = "critical"

[[rule]]
name = "low"
kind = "below"
threshold = 200
margin = 0.5

[[rule]]
name = "busy"
kind = "volume"
threshold = 4

[[rule]]
name = "busy-1"
kind = "volume"
threshold = 4
windows = 1

[[mute]]
tickers = ["AAPL"]
from = 2026-01-01T00:00:00Z
to = 2026-01-02T00:00:00+01:00

[[mute]]
tickers = ["*"]
rule = "up"
from = 2026-01-01T00:00:00Z
to = 2026-01-02T00:00:00Z
"""


def test_the_rules_are_printed_as_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(DOCUMENT)
    assert check_rules(path) == 0
    lines = capsys.readouterr().out.splitlines()
    columns = [lines[0].index(word) for word in ("rule", "kind", "tickers", "alert when", "severity", "targets")]
    cells = [
        [line[begin:end].strip() for begin, end in zip(columns, [*columns[1:], None], strict=True)]
        for line in lines[1:7]
    ]
    assert cells == [
        ["up", "rise", "AAPL,MSFT,BTC-*,ETH-*,SOL-*",
         "up more than 2.50% within 1 minute, confirmed within 2 seconds, armed after 5 seconds, not within 90 seconds of the last",
         "warning", "2"],
        ["down", "fall", "*", "down more than 3% within 5 minutes, not confirmed, armed at once, while XNYS is open", "warning", ""],
        ["high", "above", "*", "above 200, again after 198, confirmed within 2 seconds", "critical", ""],
        ["low", "below", "*", "below 200, again after 201, confirmed within 2 seconds", "warning", ""],
        ["busy", "volume", "*", "more than 4 times the mean of the 10 windows of 1 minute before", "warning", ""],
        ["busy-1", "volume", "*", "more than 4 times the mean of the window of 1 minute before", "warning", ""],
    ]  # fmt: skip
    assert lines[7:] == [
        "muted: AAPL, all rules, from 2026-01-01T00:00:00.000000Z to 2026-01-01T23:00:00.000000Z",
        "muted: *, rule up, from 2026-01-01T00:00:00.000000Z to 2026-01-02T00:00:00.000000Z",
        f"{path}: 6 rules and 2 mutes",
    ]


def test_a_long_list_of_tickers_is_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(DOCUMENT.replace('"SOL-*"', '"SOL-*", "XRP-*"'))
    assert check_rules(path) == 0
    assert " AAPL,MSFT,BTC-*,ETH-*,SOL-*...  up more than" in capsys.readouterr().out


def test_what_is_wrong_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(DOCUMENT.replace("2.50", "-2.50"))
    assert check_rules(path) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == (
        "",
        f"error: {path}, line 5: rule 'up': threshold is not from 1E-20 to 1E+20: -2.50\n",
    )
    assert "secret" not in shown.err


def test_without_a_file_it_is_that_of_the_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("this is wrong")  # which it is asked to say, and not the command line
    assert parse_arguments(["--rules", str(path), "--check-rules"]).check_rules == path
    with pytest.raises(SystemExit):
        parse_arguments(["--check-rules"])
    assert "--check-rules needs a file, or --rules" in capsys.readouterr().err
