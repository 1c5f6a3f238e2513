"""What accounts hold of a ticker in one currency, by the methods that have checkpoints. Pure."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from hashlib import md5

from .lots import METHODS, Fill, Lots

CHECKED = ("average", "lifo", "hifo")


def name_of(accounts: Iterable[int]) -> str:
    """What a checkpoint calls these accounts; SQL's own is checkpoint_reader.NAME."""
    ids = [str(account) for account in sorted(accounts)]
    return ids[0] if len(ids) == 1 else md5(",".join(ids).encode(), usedforsecurity=False).hexdigest()


class Holding:
    """The open lots of what is held in common, by each method."""

    def __init__(self) -> None:
        self.lots: dict[str, Lots] = {method: METHODS[method]() for method in CHECKED}

    def add(self, fill: Fill) -> None:
        for lots in self.lots.values():
            for _ in lots.add(fill):
                pass


class Holdings:
    """Those of each account, and of all of them together, if they are several."""

    def __init__(self) -> None:
        self.own: dict[int, Holding] = {}
        self.together: Holding | None = None

    def add(self, account: int, fill: Fill) -> None:
        """Book a trade of the account, which is not before the last one of any."""
        if account not in self.own:
            if len(self.own) == 1:
                [self.together] = deepcopy(list(self.own.values()))
            self.own[account] = Holding()
        self.own[account].add(fill)
        if self.together:
            self.together.add(fill)

    def named_as(self, name: str) -> Holding:
        """That of accounts with this name, which is made if it is not there."""
        if len(name) < len(name_of([])):
            return self.own.setdefault(int(name), Holding())
        self.together = self.together or Holding()
        return self.together

    def named(self) -> Iterator[tuple[str, Holding]]:
        """Each with the name of its accounts."""
        for account, holding in self.own.items():
            yield name_of([account]), holding
        if self.together:
            yield name_of(self.own), self.together
