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
from django.db import connection, models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import LessThanOrEqual, Regex

from rest.columns import ExactDecimalField, Versioned
from rest.rules import Conflict, rule
from rest.tickers import BOUNDED, TICKER_LENGTH, ticker_form

from .columns import (
    DECIMALS,
    RULE,
    RULE_LENGTH,
    Kind,
    decimals_rule,
    exact,
    known_rules,
    rule_form,
    severity_column,
    windows_rule,
)

MAX_RULES = 200
MAX_GLOBS = 100  # of a rule
MAX_NOTIFY = 10  # addresses of a rule
NOTIFY_LENGTH = 64
MAX_SECONDS = 24 * 60 * 60  # of a window, and of each wait
SECOND_DECIMALS = 6
MAX_MARGIN = 100  # percent, and below it
MARGIN_DECIMALS = 20
SMALLEST, LARGEST = Decimal("1e-20"), Decimal("1e20")  # of the prices that the watch takes
HOURS = r"\A[A-Z0-9]{2,12}\Z"
HOURS_LENGTH = 12
NOTIFY = r"\$NOTIFY_[A-Z0-9_]+"
OUT_OF_RANGE = "Must be from 1e-20 to 1e20."
TAKEN = "Another rule has this name."
LOCK = "LOCK TABLE alerts_alertrule IN SHARE ROW EXCLUSIVE MODE"  # writers wait for each other; readers do not

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


def seconds(**options: Any) -> ExactDecimalField:
    return ExactDecimalField(max_digits=5 + SECOND_DECIMALS, decimal_places=SECOND_DECIMALS, **options)


def seconds_rules(field: str, *, zero: bool) -> list[models.CheckConstraint]:
    """Up to MAX_SECONDS, whole microseconds, and above zero unless zero means something."""
    least = Q(**{f"{field}__gte": 0}) if zero else Q(**{f"{field}__gt": 0})
    return [
        rule(f"{field}_least", least, "Must not be below zero." if zero else "Must be above zero."),
        rule(f"{field}_most", Q(**{f"{field}__lte": MAX_SECONDS}), f"Must be at most {MAX_SECONDS}."),
        decimals_rule(field, SECOND_DECIMALS),
    ]


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
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
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
    threshold = exact()
    window = seconds(null=True)
    confirm = seconds(null=True)
    cooldown = seconds(default=0, db_default=0)
    rearm = seconds(null=True)
    margin = ExactDecimalField(max_digits=2 + MARGIN_DECIMALS, decimal_places=MARGIN_DECIMALS, null=True)
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
            decimals_rule("threshold", DECIMALS),
            rule("threshold_range", Q(threshold__gte=SMALLEST, threshold__lte=LARGEST), OUT_OF_RANGE),
            *seconds_rules("window", zero=False),
            *seconds_rules("confirm", zero=True),
            *seconds_rules("cooldown", zero=True),
            *seconds_rules("rearm", zero=True),
            rule("margin_range", Q(margin__gte=0, margin__lt=MAX_MARGIN), f"Must be from 0 to below {MAX_MARGIN}."),
            decimals_rule("margin", MARGIN_DECIMALS),
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
