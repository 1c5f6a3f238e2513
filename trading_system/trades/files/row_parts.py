"""One of the trades that a row tells, as a profile says. Pure."""

import re
from typing import TYPE_CHECKING, Any

from .answers import LEAVE_OUT
from .drafts import Draft, Drafter, Left
from .lookups import Refused, Row, text_of
from .patterns import compiled, groups_of
from .profile import Name, Part, Sentence, Where

if TYPE_CHECKING:
    from .layout import Layout

TRADE = "trade"
NOTHING = "rows without a word"  # the kind of rows that do not say what they are
NO_AMOUNTS = "rows without quantity and price"  # the same of layouts where no word says what a row is
DIGITS = re.compile(r"[\d.,]*\d[\d.,]*")
MAX_KIND = 60  # characters of a kind


class PartOfRow:
    """The plain trade of a row, or one of several that it tells."""

    def __init__(self, layout: "Layout", part: Part, at: int, sentence: Sentence | None) -> None:
        self.layout, self.sentence, self.fixed = layout, sentence, part.side
        self.when = layout.conditions(part.when)
        groups: dict[Any, str] = dict(zip(groups_of(sentence), group_names(at, sentence), strict=True))
        columns: dict[Name, Where] = {**layout.profile.columns, **part.columns, **groups}
        self.told_in = layout.fields.needed(sentence.column) if sentence else 0
        self.begin = layout.header.place(next(iter(groups.values()), "")) or 0
        self.drafter = Drafter(layout.fields, columns, layout.profile, layout.answers, layout.marks)
        self.side = layout.fields.text(columns.get("side") or columns.get("kind"), "side")
        self.kind = layout.fields.text(columns.get("kind"), "kind") if columns.get("side") else None
        self.by = layout.profile.side.by

    def applies(self, row: Row) -> bool:
        """Whether a row tells this trade."""
        return all(allowed[text_of(row[place])] for place, allowed in self.when)

    def draft(self, row: Row) -> Draft | Left:
        """The trade of a row."""
        if self.sentence:
            text = text_of(row[self.told_in])
            match = compiled(self.sentence.pattern).fullmatch(text)
            if not match:
                if self.layout.verdict[self.named(row)] == TRADE:
                    raise Refused(None, f"Is a trade, but {text[:MAX_KIND]!r} does not tell it as is known.")
                return Left(self.named(row) or DIGITS.sub("", text).strip()[:MAX_KIND] or NOTHING)
            groups = [group or "" for group in match.groups()]
            row = [*row, *[""] * (self.begin - len(row)), *groups]
        side = self.side_of(row)
        return side if isinstance(side, Left) else self.drafter.draft(row, side)

    def named(self, row: Row) -> str:
        """What a row says it is."""
        return self.layout.kind(row) if self.layout.kind else ""

    def side_of(self, row: Row) -> str | Left:
        """Which side a trade is; Left if it is none."""
        meaning, word = self.meaning(row)
        if meaning == LEAVE_OUT:
            return Left(word)
        if meaning and not word and self.drafter.is_bare(row):
            return Left(self.named(row) or NO_AMOUNTS)
        if meaning == TRADE:
            return self.drafter.side_by(self.by, row)
        return meaning or self.not_known(row, word)

    def meaning(self, row: Row) -> tuple[str | None, str]:
        """What a row's word says, and the word: a side, LEAVE_OUT, or TRADE if a sign says the side; None: nothing."""
        if self.kind and (self.layout.profile.side.trades and not self.layout.verdict[self.kind(row)]):
            return None, self.kind(row)
        if self.fixed:
            return self.fixed, ""
        word = self.side(row) if self.side else ""
        found: str | None = self.layout.verdict[word] if word else None
        if self.by and not self.side:
            found = TRADE
        return (None if found == TRADE and not self.by else found), word

    def not_known(self, row: Row, word: str) -> Left:
        """A row with a word that nobody has explained: no trade if it has no quantity or price; else it is refused."""
        word = word[:MAX_KIND]
        if not self.drafter.has_amounts(row):
            return Left(word or NOTHING)
        if not word:
            raise Refused("side", self.layout.unmet(row))
        self.layout.unknown[word] = self.layout.unknown.get(word, 0) + 1
        raise Refused("side", f"Is {word!r} a buy, a sell, or no trade? Say which.")


def group_names(at: int, sentence: Sentence | None) -> list[str]:
    """What the columns of its groups are called."""
    return [f"<{at} {name}>" for name in groups_of(sentence)]
