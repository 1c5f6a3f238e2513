"""Rows of a table into trades, as a profile says. Pure.

A row is a trade, or several; or it is no trade and is left out, which is counted; or it is wrong, which is told. What
is not known to be a trade never becomes one.
"""

from .answers import LEAVE_OUT, Answers
from .cells import is_blank
from .drafts import Draft, Left
from .fields import Fields
from .header import Header
from .lookups import Memo, Refused, Row, is_empty, shown, text_of
from .parts import words
from .patterns import compiled
from .profile import Part, Profile
from .row_parts import NOTHING, TRADE, PartOfRow, group_names

NAMED = 10  # unknown columns that an error names

Outcome = list[Draft] | Left | Refused


class Layout:
    """A profile for the rows below one header.

    `unknown` counts words of which nobody has said what they are; `no_currency` rows that do not say what they are in.
    `marks`: whether an export of the ledger in this form has apostrophes before what looks like a formula.
    """

    def __init__(self, profile: Profile, header: Header, answers: Answers, *, marks: bool = True) -> None:
        self.profile, self.answers, self.marks, self.width = profile, answers, marks, len(header.names)
        parts = [Part(), *profile.trade]
        sentences = [part.sentence or profile.sentence for part in parts]
        # The groups of sentences are columns behind the others, of names that no file has.
        self.header = header.extended(name for at, said in enumerate(sentences) for name in group_names(at, said))
        self.fields = Fields(self.header, answers.decimal or profile.decimal or ".")
        self.verdict = self.verdicts()
        self.unknown: dict[str, int] = {}
        self.no_currency = 0  # rows
        there = {name: of for name, of in profile.only_if_there.items() if self.header.has([name])}
        self.only = self.conditions(profile.only | there)
        self.empty = [self.fields.needed(name) for name in profile.left_out.empty]
        self.like = [
            (self.fields.needed(said.column), compiled(said.pattern), kind)
            for kind, said in profile.left_out.like.items()
        ]
        self.refused = [
            (place, compiled(said.pattern), kind)
            for kind, said in profile.refused.items()
            if (place := self.fields.column(said.column)) is not None
        ]
        self.called = words((word, word[:-2]) for word in profile.left_out.words if word.endswith(" *"))
        self.kind = self.fields.text(profile.columns.get("kind") or profile.columns.get("side"), "kind")
        self.left_out_by = sorted(self.fields.used)  # the places that `left_out` looks at
        if any(not part.when for part in profile.trade):
            parts[0] = profile.trade[0]  # no row is left for the plain trade
        told = enumerate(zip(parts, sentences, strict=True))
        self.plain, *self.parts = (PartOfRow(self, part, at, sentence) for at, (part, sentence) in told)
        if profile.strict and (unknown := self.unused()):
            raise Refused(None, f"Unknown columns: {', '.join(unknown[:NAMED])}.")
        self.last = max((place for place in self.fields.used if place < self.width), default=0)

    def conditions(self, said: dict[str, list[str]]) -> list[tuple[int, Memo]]:
        """The places of columns, with what knows the words that they have to have."""
        return [
            (self.fields.needed(name), Memo(words((word, word or NOTHING) for word in of))) for name, of in said.items()
        ]

    def verdicts(self) -> Memo:
        """What looks up what a word means: buy, sell, TRADE or LEAVE_OUT; None if nobody has said."""
        side, own = self.profile.side, {word.casefold(): meaning for word, meaning in self.answers.words.items()}
        lists = (("buy", side.buy), ("sell", side.sell), (TRADE, side.trades), (LEAVE_OUT, self.profile.left_out.words))
        known = words((word, meaning) for meaning, of in lists for word in of)
        return Memo(lambda text: own.get(text.casefold()) or known(text))

    def unused(self) -> list[str]:
        """The columns that tell nothing of a trade."""
        return [name for place, name in enumerate(self.header.names[: self.width]) if place not in self.fields.used]

    def outcome(self, row: Row) -> Outcome:
        """What a row is."""
        cells = [*row[: self.width], *[""] * (self.width - len(row))]
        try:
            if kind := self.left_out(cells):
                return Left(kind)
            drafts = self.drafts(cells)
            if isinstance(drafts, list) and (len(row) <= self.last or not is_empty(row[self.width :])):
                raise Refused(None, f"Has {len(row)} cells, where the header has {self.width}.")
        except Refused as error:
            self.no_currency += error.field == "currency"
            return error
        return drafts

    def drafts(self, row: Row) -> list[Draft] | Left:
        """The trades of a row; Left if one of them is none."""
        drafts: list[Draft] = []
        for part in [part for part in self.parts if part.applies(row)] or [self.plain]:
            if isinstance(draft := part.draft(row), Left):
                return draft
            drafts.append(draft)
        return drafts

    def left_out(self, row: Row) -> str:
        """What a row is that is no trade; nothing if it may be one. Refused for one that a person has to look at."""
        for place, allowed in self.only:
            if not allowed[text := text_of(row[place])]:
                return text or NOTHING
        for place, pattern, name in self.refused:
            if pattern.fullmatch(text_of(row[place])):
                raise Refused(None, f"Is of a kind that is not booked: {name}.")
        kind = self.kind(row) if self.kind else ""
        if kind and self.verdict[kind] == LEAVE_OUT:
            return self.called(kind) or kind
        for place, pattern, name in self.like:
            if pattern.fullmatch(text_of(row[place])):
                return name
        if any(is_blank(text_of(row[place])) for place in self.empty):
            return kind or NOTHING
        return ""

    def unmet(self, row: Row) -> str:
        """What is wrong with a row without a side: often that it has what no trade of the layout has."""
        places = sorted({place for part in self.parts for place, _ in part.when})
        said = ", ".join(f"{self.header.names[place]} {shown(text_of(row[place]))}" for place in places)
        return f"Is no trade that is known of this layout, with {said}." if said else "Has no side."
