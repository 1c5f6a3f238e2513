"""Where somebody is who follows the ledger: behind one of its changes. Pure.

Changes are in the order of their transactions; of one transaction, in that of the trades; and those of a trade as they
happened. Each version of a trade is a change: the one by which it began. The present version has no number, and comes
last; one that has ended has the number of the event that ended it, and these rise. A deletion is a change that begins
no version, right behind the one that it ended.
"""

from dataclasses import dataclass

PRESENT = 2**63 - 1  # stands for the number of the event of a version that has not ended


@dataclass(frozen=True, order=True)
class Place:
    """All up to this change has been read; `ledger` says whose transactions these are.

    `event` is the number of the event that ended the version, or PRESENT.
    """

    xid: int
    trade: int = 0
    event: int = 0
    deletion: int = 0  # 1 behind a deletion, 0 behind a version
    ledger: str = ""

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Read what `text` wrote; ValueError if it did not."""
        *numbers, ledger = text.split(" ", 4)
        xid, trade, event, deletion = map(int, numbers)
        return cls(xid, trade, event, deletion, ledger)

    def text(self) -> str:
        """To be stored, and read by `parse`."""
        return f"{self.xid} {self.trade} {self.event} {self.deletion} {self.ledger}"

    @property
    def key(self) -> tuple[str, int, int, int]:
        """By which changes are compared in SQL."""
        return str(self.xid), self.trade, self.event, self.deletion


BEGIN, END = Place(0), Place(PRESENT)  # before and behind all changes
