"""What has to be asked of a file, and what was taken that it does not say. Pure.

What can be two things is asked, never guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .amounts import Style
from .answers import Wishes
from .cells import Unclear
from .delimited import NAMES
from .moments import ORDERS, Order, moment_of
from .patterns import groups_of
from .profile import Profile, Source
from .statement import Statement

NAMED = 5  # accounts that are named
WORD = "word:"  # before a word in a question's name


@dataclass(frozen=True)
class Question:
    """What only a person can say: one of `options`, or any text if there are none.

    A `default` is taken if nobody answers, and said; without one, nothing is booked before there is an answer.
    """

    name: str  # as in Answers, profile, or word:WORD
    text: str
    options: tuple[str, ...] = ()
    default: str = ""

    def answer(self, wishes: Wishes) -> str:
        """What was answered; nothing if it was not."""
        if self.name in ("profile", "separator"):
            said: str = getattr(wishes, self.name)
            return said
        if self.name.startswith(WORD):
            return wishes.answers.words.get(self.name.removeprefix(WORD), "")
        found: str = getattr(wishes.answers, self.name)
        return found

    def is_open(self, wishes: Wishes) -> bool:
        """Whether it has neither an answer nor a default."""
        return not (self.default or self.answer(wishes))


def question_about(unclear: Unclear) -> Question:
    """What has to be said before a file can be read at all."""
    return Question(unclear.name, unclear.message, tuple(NAMES.get(option, option) for option in unclear.options))


def questions(statement: Statement) -> Iterator[Question]:
    """What the file leaves open, answered or not."""
    if len(statement.place.fits) > 1:
        yield Question("profile", "Several layouts have these columns. Which one is it?", tuple(statement.place.fits))
    if profile := statement.profile:
        yield from ask_dates(statement, profile)
        yield from ask_decimal(statement, profile)
        if needs_zone(statement, profile):
            yield Question("zone", "In which time zone are the times of this file?", default=profile.zone)
        if not profile.strict and not names_currency(profile):
            yield Question("currency", "In which currency are the prices of this file?")


def questions_of_rows(statement: Statement) -> Iterator[Question]:
    """What has turned out to be open when all rows had been read."""
    conversion, given = statement.conversion, statement.wishes.answers
    unknown = dict.fromkeys(given.words, 0) | conversion.layout.unknown
    for word, rows in unknown.items():
        text = f"What is {word!r}{f' (rows: {rows})' if rows else ''}?"
        yield Question(f"{WORD}{word}", text, ("buy", "sell", "leave out"))
    if conversion.layout.no_currency:
        yield Question("currency", f"In which currency are the {conversion.layout.no_currency} prices that name none?")
    if conversion.nights:
        text = f"{conversion.nights} times are in an hour that the clocks repeat. Which of both hours is it?"
        yield Question("repeated_hour", text, ("first", "second"), "first")


def ask_dates(statement: Statement, profile: Profile) -> Iterator[Question]:
    """Whether the month or the day comes first, if the dates of the file do not settle it."""
    if not profile.dates:
        settled = statement.dates.settled()
        if not settled.order:
            text = f"In which order are day, month and year in {examples(settled)}?"
            yield Question("dates", text, settled.left or ORDERS)


def ask_decimal(statement: Statement, profile: Profile) -> Iterator[Question]:
    """Which sign is the decimal one, if the numbers of the file do not settle it."""
    if not profile.decimal:
        settled = statement.numbers.settled()
        if not settled.decimal:
            yield Question("decimal", f"Which is the decimal sign in {examples(settled)}?", (".", ","))


def examples(settled: Order | Style) -> str:
    """What of the file shows that it has to be asked."""
    return " and ".join(settled.clash or filter(None, (settled.doubt,)))


def needs_zone(statement: Statement, profile: Profile) -> bool:
    """Whether the first time of the file names no zone."""
    if profile.columns.get("zone") or statement.found.kind == "ofx":  # where times are instants
        return False
    text = next(statement.texts("timestamp", "date"), "")
    moment = moment_of(text, statement.answers.dates or profile.dates or ORDERS[0])
    return not (moment and moment.offset)


def names_currency(profile: Profile) -> bool:
    """Whether the file, or the profile, says what prices are in."""
    ticker = profile.columns.get("ticker")
    in_pair = isinstance(ticker, Source) and bool(ticker.pair)
    sentences = [profile.sentence, *(part.sentence for part in profile.trade)]
    return in_pair or "currency" in {*profile.columns, *(name for said in sentences for name in groups_of(said))}


def choices(statement: Statement) -> Iterator[str]:
    """What was taken that the file itself does not say."""
    profile, answers, conversion = statement.profile, statement.answers, statement.conversion
    assert profile
    if (zone := answers.zone or profile.zone) and needs_zone(statement, profile):
        yield f"Times are in {zone}."
    currency, fee = profile.columns.get("currency"), profile.columns.get("fee")
    if isinstance(currency, Source) and currency.value and statement.place.header.place(currency.column) is None:
        yield f"Prices are in {currency.value}."
    elif answers.currency:
        yield f"Prices that name no currency are in {answers.currency}."
    if isinstance(fee, Source) and fee.difference:
        yield "No column has the fee: it is what the money differs from quantity times price."
    yield from profile.says
    if len(names := list(conversion.accounts)) > 1:
        shown = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
        yield f"The file has trades of {len(names)} accounts ({shown}): they are booked together."
    if (long := conversion.layout.fields.long) and statement.found.kind == "xlsx":
        yield f"Numbers as {long} have more digits than a spreadsheet keeps for certain: all of them are taken."
    if conversion.newest_first:
        yield "The newest trade comes first in the file: it is booked from its end."
    if conversion.nights:
        which = answers.repeated_hour or "first"
        yield f"{conversion.nights} times in an hour that the clocks repeat are in the {which} of both."
    if not statement.name and (unused := conversion.layout.unused()):
        yield f"Columns that are not used: {', '.join(unused)}."


def question_of(question: Question, answer: str = "") -> dict[str, Any]:
    """A question as JSON."""
    options = [{"value": option, "label": LABELS.get(option, option)} for option in question.options]
    return {
        "name": question.name, "text": question.text, "options": options, "default": question.default or None,
        "answer": answer or None,
    }  # fmt: skip


LABELS = {
    "MDY": "month, day, year", "DMY": "day, month, year", "YMD": "year, month, day",
    ".": "the point, as in 1,234.50", ",": "the comma, as in 1.234,50",
}  # fmt: skip
