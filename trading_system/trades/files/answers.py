"""What a person has said of a file, because the file does not say it itself. Pure."""

from typing import Literal

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
