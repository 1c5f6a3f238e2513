"""What raises an alert: the rules that a watch takes from the ledger.

Each rule is a constraint of the database, named `alertrule_<field>_<rule>`. The names of fields and what they mean are
those of the watch's own file of rules.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import LessThanOrEqual, Regex

from rest.columns import DECIMALS, Versioned
from rest.locks import lock_rows_of
from rest.rules import Conflict, rule
from rest.tickers import BOUNDED, TICKER_LENGTH, ticker_form

from .columns import (
    RULE,
    RULE_LENGTH,
    Kind,
    known_rules,
    rule_form,
    severity_column,
    windows_rule,
)
from .ranges import Range

MAX_RULES = 200
MAX_GLOBS = 100  # of a rule
MAX_NOTIFY = 10  # addresses of a rule
NOTIFY_LENGTH = 64
MAX_SECONDS = 24 * 60 * 60  # of a window, and of each wait
# The prices that the watch takes, and the digits of an alert's amounts.
THRESHOLD = Range(Decimal("1e-20"), Decimal("1e20"), DECIMALS, "Must be from 1e-20 to 1e20.")
WINDOW = Range(Decimal(0), Decimal(MAX_SECONDS), 6, f"Must be above 0 and at most {MAX_SECONDS}.", is_above=True)
WAIT = Range(Decimal(0), Decimal(MAX_SECONDS), 6, f"Must be from 0 to {MAX_SECONDS}.")
MARGIN = Range(Decimal(0), Decimal(100), 20, "Must be from 0 to below 100.", is_below=True)
HOURS = r"\A[A-Z0-9]{2,12}\Z"
HOURS_LENGTH = 12
NOTIFY = r"\$NOTIFY_[A-Z0-9_]+"
TAKEN = "Another rule has this name."

hours_form = RegexValidator(HOURS, "Must be the code of an exchange, such as XNYS.")
notify_form = RegexValidator(
    rf"\A{NOTIFY}\Z", "Must be the name of a variable of the watch: $NOTIFY_ and A to Z, 0 to 9 or _."
)

Defaults = Mapping[str, Decimal | int]
MOVE: Defaults = {"window": Decimal(60), "confirm": Decimal(2), "rearm": Decimal(5)}
LEVEL: Defaults = {"confirm": Decimal(2), "margin": Decimal(1)}
VOLUME: Defaults = {"window": Decimal(60), "windows": 10}
DEFAULTS: Mapping[str, Defaults] = MappingProxyType(  # the fields that only some kinds have, by kind
    {Kind.RISE: MOVE, Kind.FALL: MOVE, Kind.ABOVE: LEVEL, Kind.BELOW: LEVEL, Kind.VOLUME: VOLUME}
)
OF_SOME = ("window", "confirm", "rearm", "margin", "windows")


def each(field: str, form: str, most: int, message: Any, *, least: int) -> list[models.CheckConstraint]:
    """Of a list of texts without commas: each has the form, a regular expression, and there are not too many."""
    joined = Func(F(field), Value(","), Value(""), function="array_to_string", output_field=models.TextField())
    count = Func(F(field), function="cardinality", output_field=models.IntegerField())
    empty = "" if least else "|"
    return [
        rule(f"{field}_form", Regex(joined, rf"\A(?:(?:{form})(?:,(?:{form}))*{empty})\Z"), message),
        rule(f"{field}_number", LessThanOrEqual(count, most), f"At most {most}."),
    ]


def fields_of(kind: str) -> Q:
    """A rule of this kind has all of its fields, and none of another's."""
    return Q(kind=kind, **{f"{name}__isnull": name not in DEFAULTS[kind] for name in OF_SOME})


class AlertRuleQuerySet(models.QuerySet["AlertRule"]):
    """`AlertRule.objects`."""

    @transaction.atomic
    def enter(self, given: dict[str, Any]) -> "AlertRule":
        """Add a rule of validated fields. Conflict if another has its name, or if there are MAX_RULES."""
        lock_rows_of(self.model)
        if self.filter(name=given["name"]).exists():
            raise Conflict(TAKEN, "name")
        if self.count() >= MAX_RULES:
            raise Conflict(f"There are at most {MAX_RULES} rules.")
        return self.create(**given)


class AlertRule(Versioned):
    """One rule over the tickers that match one of its globs.

    `threshold` is a percentage of a rise or a fall; the price of a level, above or below which an alert is due; of a
    volume, how many times the mean of the `windows` before the current one. Durations are seconds, `margin` is a
    percentage.
    """

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=RULE_LENGTH, validators=[rule_form])
    kind = models.CharField(max_length=6, choices=Kind)
    tickers = ArrayField(models.CharField(max_length=TICKER_LENGTH, validators=[ticker_form]))
    threshold = THRESHOLD.column()
    window = WINDOW.column(null=True)
    confirm = WAIT.column(null=True)
    cooldown = WAIT.column()
    rearm = WAIT.column(null=True)
    margin = MARGIN.column(null=True)
    windows = models.IntegerField(null=True)
    hours = models.CharField(max_length=HOURS_LENGTH, null=True, validators=[hours_form])  # noqa: DJ001  # all hours
    severity = severity_column()
    notify = ArrayField(models.CharField(max_length=NOTIFY_LENGTH, validators=[notify_form]), default=list)

    objects = AlertRuleQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            rule("name_form", Q(name__regex=RULE), rule_form.message),
            *known_rules(),
            *each("tickers", BOUNDED, MAX_GLOBS, ticker_form.message, least=1),
            *THRESHOLD.rules("threshold"),
            *WINDOW.rules("window"),
            *WAIT.rules("confirm"),
            *WAIT.rules("cooldown"),
            *WAIT.rules("rearm"),
            *MARGIN.rules("margin"),
            windows_rule(),
            rule("hours_form", Q(hours__regex=HOURS), hours_form.message),
            *each("notify", NOTIFY, MAX_NOTIFY, notify_form.message, least=0),
            rule(
                "kind_fields",
                reduce(or_, map(fields_of, Kind.values)),
                "Each kind has its own fields, and none of another kind.",
            ),
            models.UniqueConstraint(fields=["name"], name="alertrule_name_unique", violation_error_message=TAKEN),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}, {self.threshold:f}"
