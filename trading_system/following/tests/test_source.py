"""What the answers of a ledger mean to who follows it, and what it is asked."""

import json
from pathlib import Path

import pytest

from following.source import LONGEST_RETRY_AFTER, Away, BeginAnew, Refused, Source
from following.tests.answers import NOTHING, Answers


@pytest.fixture
def source(answers: Answers) -> Source:
    return Source(answers.url)


def refused(detail: str) -> bytes:
    return json.dumps({"detail": detail}).encode()


def test_it_asks_from_the_beginning_and_then_after_a_cursor(answers: Answers) -> None:
    source = Source(answers.url, account="main,family")
    assert source.changes(None, 0).cursor == "a"
    source.changes("a+/=", 30)
    page = {"account": ["main,family"], "page_size": ["10000"]}
    assert answers.asked == [page, {**page, "after": ["a+/="], "wait": ["30"]}]
    assert source.address == f"{answers.url}/api/trades/changes/?account=main%2Cfamily"


def test_a_token_can_be_replaced_meanwhile_and_none_is_sent_without_a_file(
    answers: Answers, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home := tmp_path / "home").mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("HOME", str(home))
    file = tmp_path / "token"
    for text in ("first\n", "second"):
        file.write_text(text)
        Source(answers.url, token_file=file).changes(None, 0)
    source.changes(None, 0)
    assert answers.tokens == ["Token first", "Token second", None]


@pytest.mark.parametrize("text", [None, "", "two words", "two\nlines"])
def test_a_file_without_a_token_is_named_and_not_shown(answers: Answers, tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "token"
    if text is not None:
        file.write_text(text)
    with pytest.raises(Refused, match=f"^{file}: (?!.*two)"):
        Source(answers.url, token_file=file).changes(None, 0)
    assert answers.asked == []


@pytest.mark.parametrize(
    ("status", "retry_after", "pause"),
    [(500, {}, 0), (503, {"Retry_After": "7"}, 7), (429, {"Retry_After": "86400"}, LONGEST_RETRY_AFTER), (408, {}, 0),
     (502, {"Retry_After": "Fri, 06 Jun 2025 20:00:00 GMT"}, 0)],
)  # fmt: skip
def test_what_passes_is_worth_asking_again(
    answers: Answers, source: Source, status: int, retry_after: dict[str, str], pause: float
) -> None:
    answers.be(status, b"<html>", **retry_after)
    with pytest.raises(Away, match=f"it answers {status}: ") as raised:
        source.changes("a", 0)
    assert raised.value.pause == pause


def test_no_answer_is_worth_asking_again_and_says_what_went_wrong(answers: Answers, source: Source) -> None:
    answers.be(200, NOTHING, Content_Length="1000")
    with pytest.raises(Away, match="IncompleteRead"):
        source.changes("a", 0)
    with pytest.raises(Away, match=r"^Connection refused$"):
        Source("http://127.0.0.1:1").changes("a", 0)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            400,
            b'{"account": ["There is no such account."], "request_id": "1"}',
            "it answers 400: account: There is no such account.",
        ),
        (401, refused("Invalid token."), "it answers 401: Invalid token."),
        (403, refused("Your role is not enough."), "not enough"),
        (301, b"", "it answers 301: Moved Permanently"),
        (200, b"<html>", "no changes of a ledger"),
        (200, b'{"results": [], "next": null}', "no changes of a ledger"),
    ],
)
def test_anything_else_is_the_last_word(answers: Answers, source: Source, status: int, body: bytes, said: str) -> None:
    answers.be(status, body, Location="http://127.0.0.1:1/")
    with pytest.raises(Refused, match=said):
        source.changes("a", 0)


def test_a_cursor_of_another_ledger_begins_anew_but_without_one_there_is_no_other_beginning(
    answers: Answers, source: Source
) -> None:
    answers.be(409, refused("begin anew"))
    with pytest.raises(BeginAnew, match="begin anew"):
        source.changes("a", 0)
    with pytest.raises(Refused, match="begin anew"):
        source.changes(None, 0)
