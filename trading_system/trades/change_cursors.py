"""The cursor of somebody who follows the changes: a place, and for which accounts it was read up to there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .places import Place


@dataclass(frozen=True)
class Cursor:
    """What a follower has: all changes up to `place` in the accounts that `digest` stands for.

    Accounts with ids above `highest` came later, and had no trades before.
    """

    place: Place
    highest: int
    digest: str

    @classmethod
    def of(cls, place: Place, accounts: Sequence[int], highest: int) -> "Cursor":
        """The cursor behind a page that shows these accounts, of all up to `highest`."""
        return cls(place, highest, digest_of(accounts))

    @classmethod
    def read(cls, value: Any) -> "Cursor":
        """What `written` made."""
        text, highest, digest = value
        return cls(Place.parse(text), highest, digest)

    def written(self) -> list[Any]:
        """It as JSON, to be signed."""
        return [self.place.text(), self.highest, self.digest]

    def fits(self, accounts: Sequence[int]) -> bool:
        """Whether these accounts are those of the cursor, and later ones."""
        return digest_of([account for account in accounts if account <= self.highest]) == self.digest


def digest_of(accounts: Sequence[int]) -> str:
    """A short text for a set of accounts, whose ids are sorted."""
    return sha256(repr(list(accounts)).encode()).hexdigest()[:32]
