"""A file of rules: read whole or not at all, with the line of what is wrong, and read again when it changes."""

import os
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch.rule import Rule
from watch.rules_file import MAX_FILE, Rules, RulesError, RulesFile, parse_rules, read_rules

GOOD = """\
# what is watched
[[rule]]
name = "rise-2"
kind = "rise"
threshold = 2

[[rule]]
name = "high"
kind = "above"
threshold = 200.10
tickers = [
  "AAPL",
  "MSFT",
]

[[mute]]
tickers = ["*"]
from = 2026-01-01T00:00:00Z
to = 2026-01-02T00:00:00Z
"""
RISE = Rule(name="rise-2")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def file(path: Path, said: list[str]) -> RulesFile:
    return RulesFile(path, said.append)


def refused(document: str | bytes) -> str:
    with pytest.raises(RulesError) as raised:
        parse_rules(document.encode() if isinstance(document, str) else document, "rules.toml")
    return str(raised.value)


def test_rules_and_mutes_are_read_with_exact_numbers() -> None:
    found = parse_rules(GOOD.encode(), "rules.toml")
    assert found.rules[0] == RISE
    assert (str(found.rules[1].threshold), found.rules[1].tickers) == ("200.10", ("AAPL", "MSFT"))
    assert len(found.mutes) == 1


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("threshold = 2\n", "threshold = -2\n", "line 5: rule 'rise-2': threshold is not from 1E-20 to 1E+20: -2"),
        ("threshold = 2\n", "threshold = 2\nmargin = 1\n", "line 6: rule 'rise-2': margin does not belong to a rule of the kind 'rise'"),
        ("threshold = 2\n", "threshold = 2\ntreshold = 3\n", "line 6: rule 'rise-2': treshold is no field of a rule"),
        ('name = "high"', 'name = "rise-2"', "line 8: rule 'rise-2': name is that of an earlier rule"),
        ('name = "high"\n', "", "line 7: rule number 2: name is missing"),
        ('  "MSFT"', "  7", "line 11: rule 'high': tickers has what is neither a ticker nor a pattern such as 'BTC-*': 7"),
        ("to = 2026-01-02", "to = 2025-01-02", "line 19: mute number 1: to is not after from"),
        ('tickers = ["*"]\n', 'tickers = ["*"]\nrule = "nope"\n', "line 18: mute number 1: rule is the name of no rule: 'nope'"),
        ("[[mute]]", "[[mutes]]", "line 16: mutes: this is neither [[rule]] nor [[mute]]"),
        ("[[mute]]", "[mute]", "line 16: mute: is no list of tables: write [[mute]] above each"),
        ("threshold = 200.10", "threshold = 200.10.1", "line 10: Expected newline or end of document after a statement"),
        ("threshold = 200.10", "threshold = ", "line 10: Invalid value"),
        ('  "MSFT",\n]', '  "MSFT",', "line 15: Invalid value"),
        ("# what is watched", "# what is wätched", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(good: str, bad: str, message: str | None) -> None:
    assert good in GOOD
    document = GOOD.replace(good, bad)
    if message is None:
        assert parse_rules(document.encode(), "rules.toml").rules
        assert refused(document.encode("latin-1")) == "rules.toml, line 1: it is not in UTF-8"
    else:
        assert refused(document) == f"rules.toml, {message}"


def test_a_document_that_ends_too_early_is_named_with_its_last_line() -> None:
    assert refused(GOOD + "[[rule]]\nname = [1,\n\n\n").startswith("rules.toml, line 21: ")


def test_a_file_without_rules_is_refused() -> None:
    assert refused("") == "rules.toml, line 1: rule: there is none: write [[rule]] above each"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("x = " + "1" * 5000, "rules.toml: it has a number that is too long"),
        ("x = " + "[" * 100_000, "rules.toml: its values are nested too deeply"),
        ("#" * (MAX_FILE + 1), "rules.toml: it is larger than 1048576 bytes"),
    ],
)
def test_what_is_beyond_reading_is_an_error_as_any(document: str, message: str) -> None:
    assert refused(document) == message


PARTS = st.sampled_from(
    [
        *GOOD.splitlines(keepends=True),
        "[",
        "]",
        '"',
        "'",
        "=",
        ".",
        "\n",
        "{",
        "}",
        "\\",
        "#",
        "rule",
        "\x00",
        "\r",
        "é",
        '"""',
    ]
)


@given(st.binary() | st.lists(PARTS).map(lambda parts: "".join(parts).encode()))
def test_no_document_is_too_strange_to_be_refused(document: bytes) -> None:
    with suppress(RulesError):
        parse_rules(document, "rules.toml")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"rules.toml: No such file or directory$"):
        read_rules(tmp_path / "rules.toml")
    with pytest.raises(RulesError, match=r"Is a directory$"):
        RulesFile(tmp_path, print)


def test_a_file_that_stays_the_same_is_not_read_again(file: RulesFile, said: list[str]) -> None:
    assert [file.changed() for _ in range(3)] == [None] * 3
    assert not said


def test_a_change_is_read_once_it_has_stayed_for_one_look(file: RulesFile, path: Path, said: list[str]) -> None:
    path.write_text(GOOD[: GOOD.index('\n[[rule]]\nname = "high"')])  # as if an editor were half done
    assert file.changed() is None
    path.write_text(GOOD + "\n")
    assert file.changed() is None
    assert not said
    path.write_text(GOOD.replace("threshold = 2\n", "threshold = 3\n"))
    assert file.changed() is None
    changed = file.changed()
    assert changed is not None
    assert changed == file.now
    assert changed.rules[0].threshold == Decimal(3)
    assert said == [f"{path}: 2 rules and 1 mute"]
    assert file.changed() is None


def test_a_change_that_is_asked_for_is_read_at_once(file: RulesFile, path: Path, said: list[str]) -> None:
    path.write_text(GOOD[: GOOD.index("[[mute]]")])
    assert file.changed(asked=True) == Rules(file.now.rules)
    assert file.changed(asked=True) is None
    assert said == [f"{path}: 2 rules", f"{path}: the rules are the same"]


def test_a_file_that_is_replaced_by_one_of_the_same_size_and_time_is_read(file: RulesFile, path: Path) -> None:
    times = path.stat()
    other = path.with_suffix(".new")
    other.write_text(GOOD.replace("threshold = 2\n", "threshold = 3\n"))
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(path)
    assert file.changed() is None
    assert file.changed() is not None


def test_a_mistake_is_said_once_and_the_rules_stay(file: RulesFile, path: Path, said: list[str]) -> None:
    before = file.now
    path.write_text(GOOD.replace("threshold = 2\n", "threshold = 0\n"))
    assert [file.changed() for _ in range(4)] == [None] * 4
    assert said == [
        f"{path}, line 5: rule 'rise-2': threshold is not from 1E-20 to 1E+20: 0: the rules stay as they were"
    ]
    assert file.now is before
    path.write_text(GOOD)
    assert [file.changed() for _ in range(3)] == [None] * 3
    assert said[1:] == [f"{path}: the rules are the same"]


def test_a_file_that_vanishes_is_said_once_and_read_when_it_is_back(
    file: RulesFile, path: Path, said: list[str]
) -> None:
    path.unlink()
    assert [file.changed() for _ in range(4)] == [None] * 4
    assert said == [f"{path}: No such file or directory: the rules stay as they were"]
    path.write_text(GOOD.replace("threshold = 2\n", "threshold = 4\n"))
    assert file.changed() is None
    assert file.changed() is not None
