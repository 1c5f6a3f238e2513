"""How many trades there are: counted in rollups where the filters allow it."""

from dataclasses import replace

from rest.selection import Selection, records

from .rollups.pieces import pieces_of
from .rollups.sums import SIDES

OF_SIDE = "side = %s"  # a condition, as the filter writes it


class Trades(Selection):
    """A selection of trades."""

    def count(self) -> int:
        """How many rows there are."""
        sides = [value for sql, *_, value in self.conditions if sql == OF_SIDE]
        others = tuple(one for one in self.conditions if one[0] != OF_SIDE)
        pieces = pieces_of(replace(self, conditions=others)) if len(sides) < 2 else None
        if pieces is None:
            return super().count()
        counted = " + ".join(SIDES[side] for side in (sides or SIDES))
        [row] = records(f"WITH {pieces.sql} SELECT SUM({counted}) AS count FROM pieces", pieces.parameters)  # noqa: S608
        return int(row["count"] or 0)
