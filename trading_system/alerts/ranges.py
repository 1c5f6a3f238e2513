"""Between which numbers an amount of a rule has to be: the database's condition and the API's check from one place."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import Q

from rest.columns import ExactDecimalField
from rest.rules import rule

from .columns import decimals_rule


@dataclass(frozen=True)
class Range:
    """From `least` to `most`, or above the one, or below the other; with so many decimals."""

    least: Decimal
    most: Decimal
    decimals: int
    message: str
    is_above: bool = False
    is_below: bool = False

    @property
    def digits(self) -> dict[str, int]:
        """The options of a decimal field."""
        whole = len(str(int(self.most)))
        return {"max_digits": whole + self.decimals, "decimal_places": self.decimals}

    def has(self, value: Decimal) -> bool:
        is_low = value > self.least if self.is_above else value >= self.least
        return is_low and (value < self.most if self.is_below else value <= self.most)

    def column(self, **options: bool) -> ExactDecimalField:
        """NaN is above every number, and so out of range."""
        column: ExactDecimalField = ExactDecimalField(**self.digits, **options)  # type: ignore[arg-type]
        return column

    def rules(self, field: str) -> list[models.CheckConstraint]:
        """Of a column."""
        low, high = "gt" if self.is_above else "gte", "lt" if self.is_below else "lte"
        condition = Q(**{f"{field}__{low}": self.least, f"{field}__{high}": self.most})
        return [rule(f"{field}_range", condition, self.message), decimals_rule(field, self.decimals)]
