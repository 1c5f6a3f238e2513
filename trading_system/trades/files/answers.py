"""What a person has said of a file, because the file does not say it itself. Pure."""

from typing import Literal

from msgspec.structs import replace

from .profile import Data, Order, Profile

LEAVE_OUT = "leave out"


class Answers(Data, frozen=True):
    """Answers to questions; what is empty was not answered."""

    zone: str = ""  # of times that name none
    dates: Order | Literal[""] = ""
    decimal: Literal["", ".", ","] = ""
    currency: str = ""  # of rows that name none
    repeated_hour: Literal["", "first", "second"] = ""
    words: dict[str, Literal["buy", "sell", "leave out"]] = {}
    symbols: dict[str, str] = {}  # what the file calls an instrument -> its ticker


class Wishes(Data, frozen=True):
    """How a file is to be read; what is not said is found out."""

    charset: str = ""
    separator: str = ""
    sheet: str = ""
    profile: str = ""  # the name of one
    mapping: Profile | None = None  # or one that is made for this file
    answers: Answers = Answers()


def with_answers(profile: Profile, answers: Answers) -> Profile:
    """A profile that says what a person has answered, so that nobody asks again; currencies are asked of each file."""
    said = {
        meaning: [word for word, is_ in answers.words.items() if is_ == meaning]
        for meaning in ("buy", "sell", LEAVE_OUT)
    }
    side = replace(profile.side, buy=[*profile.side.buy, *said["buy"]], sell=[*profile.side.sell, *said["sell"]])
    return replace(
        profile,
        zone=answers.zone or profile.zone,
        dates=answers.dates or profile.dates,
        decimal=answers.decimal or profile.decimal,
        symbols=profile.symbols | answers.symbols,
        side=side,
        left_out=replace(profile.left_out, words=[*profile.left_out.words, *said[LEAVE_OUT]]),
    )
