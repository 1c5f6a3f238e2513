"""How a command asks what a file does not say: on a terminal, and never without one."""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from trades.files.answers import Wishes
from trades.files.asking import WORD, Question, choices, question_of
from trades.files.catalogue import parse, shipped
from trades.files.profile import Profile
from trades.files.statement import Statement
from trades.previews import layout_of, rows_of
from trades.wishes import ANSWERS, BadWish, wished

SHOWN = ("timestamp", "side", "quantity", "ticker", "price", "currency")  # of a trade, before its fee and id
FILES = (".toml", ".json")  # of a profile


def profiles_with(path: str | None) -> Mapping[str, Profile]:
    """The profiles that ship, and that of a file if it is named; CommandError if the file is no profile."""
    if path is None or not path.endswith(FILES):
        return shipped()
    try:
        text = Path(path).read_text("utf-8")
        data = json.loads(text) if path.endswith(".json") else tomllib.loads(text)
        return {**shipped(), path: parse(data)}
    except (OSError, ValueError) as error:
        raise CommandError(f"--profile {path}: {error}", returncode=2) from None


def wishes_of(options: Mapping[str, Any]) -> Wishes:
    """What the options say of a file; CommandError if that cannot be."""
    said = {"zone": options["tz"] or "", **answers_in(options["answer"] or [])}
    of_file = {name: options[name] for name in ("profile", "charset", "separator", "sheet") if options[name]}
    return checked({**of_file, "answers": said})


def answers_in(texts: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE, of each."""
    answers = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise CommandError(f"--answer {text}: must be NAME=VALUE, as in dates=DMY.", returncode=2)
        answers[name] = value
    return answers


def checked(said: Mapping[str, Any], before: Wishes | None = None) -> Wishes:
    try:
        return wished(said, before)
    except BadWish as error:
        raise CommandError(f"{error.field}: {error.message}", returncode=2) from None


def can_ask(name: str) -> bool:
    """Whether somebody sits there who can be asked; not if the file itself comes from stdin."""
    return name != "-" and sys.stdin.isatty() and sys.stderr.isatty()


def ask(questions: Iterable[Question], wishes: Wishes) -> Wishes:
    """What was said, with the answers that somebody types."""
    for question in questions:
        while True:
            answer = typed(question)
            try:
                said = {question.name: answer}
                wishes = wished({"answers": said} if is_answer(question) else said, wishes)
                break
            except BadWish as error:
                print(error.message, file=sys.stderr)
    return wishes


def agrees(statement: Statement) -> bool:
    """Whether somebody who sees how an unknown layout would be read wants it booked so."""
    print(*shown(statement), "Book it so? [y/N]: ", sep="\n", end="", file=sys.stderr)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def is_answer(question: Question) -> bool:
    """Whether it is an answer of Answers, not something that is said of the file."""
    return question.name in ANSWERS or question.name.startswith(WORD)


def typed(question: Question) -> str:
    """What somebody types: a number of an option, an option, or any text if there are none."""
    options = question_of(question)["options"]
    print(question.text, file=sys.stderr)
    for number, option in enumerate(options, 1):
        print(f"  {number}  {option['label']}", file=sys.stderr)
    while True:
        print(f"{question.name}{f' [{question.default}]' if question.default else ''}: ", end="", file=sys.stderr)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise CommandError(f"{question.name} was not answered.")
        text = line.strip() or question.default
        if text.isdecimal() and 0 < int(text) <= len(options):
            return str(options[int(text) - 1]["value"])
        if text and (not options or text in question.options):
            return text


def how_to_answer(question: Question) -> str:
    """What to write on the command line."""
    options = f" ({', '.join(question.options)})" if question.options else ""
    flags = {"zone": "--tz ZONE", "profile": "--profile NAME", "separator": "--separator NAME"}
    flag = flags.get(question.name, f"--answer '{question.name}=…'")
    return f"{question.text} Say {flag}{options}."


def shown(statement: Statement) -> Iterator[str]:
    """A file as it would be booked, as lines of text."""
    layout = layout_of(statement)
    name = f"{layout['title']} (profile {layout['profile']})" if layout["profile"] else "a layout that no profile knows"
    yield f"{name}: {', '.join(filter(None, (layout['kind'], layout['charset'], layout['sheet'])))}"
    yield from (f"! {doubt}" for doubt in layout["doubts"])
    if not layout["profile"]:
        yield f"mapping: {json.dumps(layout['mapping'], ensure_ascii=False, default=str)}"
    yield from (f"- {choice}" for choice in choices(statement))
    for row in rows_of(statement):
        yield f"{row['line']:>6}  {told(row['trade']) if row['trade'] else reason(row)}"


def told(trade: Mapping[str, str]) -> str:
    """A trade as a line; whether money is a fee or a rebate is said in a word."""
    fee = trade["fee"].strip("0.-") and trade["fee"]
    money = (
        f"{'rebate' if fee.startswith('-') else 'fee'} {fee.removeprefix('-')} {trade['fee_currency']}" if fee else ""
    )
    begin = " ".join(trade[name] for name in SHOWN if trade[name])
    names = (f"{name} {trade[field]}" for name, field in (("id", "external_id"), ("in", "account")) if trade[field])
    return ", ".join(filter(None, (begin, money.strip(), *names)))


def reason(row: Mapping[str, Any]) -> str:
    """Why a row is no trade."""
    return f"- left out: {row['left_out']}" if row["left_out"] else f"! {row['error']}"
