"""On which line of a TOML document a table, a key or a value begins, which tomllib does not tell.

For documents that tomllib has read without an error. A place is the path to it in what tomllib gave: ("rule", 2,
"window") is the key `window` of the third table of the list `rule`, however it is written: as `[[rule]]`, in a list
of inline tables, with quotes or dots. Pure: no sockets, no clock.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(
    r'''
    (?P<text> """(?:[^\\]|\\.)*?"""(?!") | \'\'\'.*?\'\'\'(?!\') | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<newline> \n )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<bare> [^\s\[\]{}=,."'\#]+ )
    ''',
    re.VERBOSE | re.DOTALL,
)

Place = tuple[str | int, ...]


def lines_of(document: str) -> dict[Place, int]:
    """The line of each place, counted from 1."""
    reading = Reading(list(_tokens(document)))
    reading.read_all()
    return reading.lines


def line_of(lines: dict[Place, int], place: Place) -> int:
    """The line of a place, or of the nearest one that it is within; 1 if there is none."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a document: a mark, a newline, or a word of a key or value."""

    text: str
    line: int


def _tokens(document: str) -> Iterator[Token]:
    line = 1
    for match in TOKEN.finditer(document):
        if match.lastgroup != "comment":
            yield Token(match[0], line)
        line += match[0].count("\n")


@dataclass(slots=True)
class Reading:
    """Goes through the tokens of a document once."""

    tokens: list[Token]
    lines: dict[Place, int] = field(default_factory=dict)
    at: int = 0
    counts: dict[Place, int] = field(default_factory=dict)  # how many tables each list has so far

    def read_all(self) -> None:
        """Note the lines of all headers, keys and values."""
        table: Place = ()
        while self.at < len(self.tokens):
            if self._takes("\n"):
                continue
            if self._next_is("["):
                table = self._read_header()
            else:
                self._read_pair(table)

    def _next_is(self, text: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].text == text

    def _takes(self, text: str) -> bool:
        if not self._next_is(text):
            return False
        self.at += 1
        return True

    def _read_header(self) -> Place:
        """`[table]` or `[[list]]`; within a list, the table is that of its last."""
        line = self.tokens[self.at].line
        self._takes("[")
        is_list = self._takes("[")
        place: Place = ()
        for key in self._read_key():
            place = self._within_last((*place, key))
        self._takes("]")
        if is_list:
            self._takes("]")
            place = place[:-1] if place and isinstance(place[-1], int) else place
            number = self.counts[place] = self.counts.get(place, -1) + 1
            self.lines.setdefault(place, line)
            place = (*place, number)
        self.lines.setdefault(place, line)
        return place

    def _within_last(self, place: Place) -> Place:
        return (*place, self.counts[place]) if place in self.counts else place

    def _read_key(self) -> list[str]:
        words = [self._read_word()]
        while self._takes("."):
            words.append(self._read_word())
        return words

    def _read_word(self) -> str:
        text = self.tokens[self.at].text
        self.at += 1
        return str(tomllib.loads(f"{text} = 0").popitem()[0])

    def _read_pair(self, table: Place) -> None:
        line, place = self.tokens[self.at].line, table
        for key in self._read_key():
            place = (*place, key)
            self.lines.setdefault(place, line)
        self._takes("=")
        self._read_value(place)

    def _read_value(self, place: Place) -> None:
        if self._takes("["):
            self._read_list(place)
        elif self._takes("{"):
            while not self._takes("}"):
                if not self._takes(",") and not self._takes("\n"):
                    self._read_pair(place)
        else:  # a text, or words and points up to what ends them
            while self.at < len(self.tokens) and self.tokens[self.at].text not in ("\n", ",", "]", "}"):
                self.at += 1

    def _read_list(self, place: Place) -> None:
        number = 0
        while not self._takes("]"):
            if not self._takes(",") and not self._takes("\n"):
                self.lines[*place, number] = self.tokens[self.at].line
                self._read_value((*place, number))
                number += 1
