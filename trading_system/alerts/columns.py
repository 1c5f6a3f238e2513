"""Columns and rules that alerts, the rules behind them, and snoozes share."""

from functools import partial

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import LessThanOrEqual

from rest import columns
from rest.columns import DECIMALS, WHOLE_DIGITS
from rest.columns import exact as exact
from rest.rules import rule

RULE = r"\A[a-z0-9-]+\Z"  # the name of one
RULE_LENGTH = 32
LARGEST_SEQ = 2**63 - 1  # also of counts of ticks
MAX_WINDOWS = 1000  # before the current one, of which a volume's mean is made
NO_KIND = 'Must be "rise", "fall", "above", "below" or "volume".'
NO_REASON = 'Must be "cancelled" or "corrected".'
NO_SEVERITY = 'Must be "info", "warning" or "critical".'
USERNAME_LENGTH = 150  # Django's

rule_form = RegexValidator(RULE, "Must be lower-case letters a to z, digits and - without spaces.")
amount_rules = partial(columns.amount_rules, whole=WHOLE_DIGITS, decimals=DECIMALS)


class Kind(models.TextChoices):
    RISE = "rise"
    FALL = "fall"
    ABOVE = "above"
    BELOW = "below"
    VOLUME = "volume"


class Withdrawal(models.TextChoices):
    """Why a venue took a trade back that had raised an alert."""

    CANCELLED = "cancelled"
    CORRECTED = "corrected"


class Severity(models.TextChoices):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


def severity_column() -> models.CharField:
    return models.CharField(max_length=8, choices=Severity, default=Severity.WARNING, db_default=Severity.WARNING)


def username_column() -> models.CharField:
    """Who did it; null without a login."""
    return models.CharField(max_length=USERNAME_LENGTH, null=True, editable=False)


def withdrawal_column() -> models.CharField:
    return models.CharField(max_length=9, choices=Withdrawal, null=True, editable=False)


def known_rules() -> list[models.CheckConstraint]:
    """Of the columns `kind` and `severity`."""
    return [
        rule("kind_known", Q(kind__in=Kind.values), NO_KIND),
        rule("severity_known", Q(severity__in=Severity.values), NO_SEVERITY),
    ]


def decimals_rule(field: str, most: int) -> models.CheckConstraint:
    """No more digits after the point, zeros at the end included."""
    scale = Func(F(field), function="scale", output_field=models.IntegerField())
    return rule(f"{field}_decimals", LessThanOrEqual(scale, most), f"At most {most} digits after the point.")


def windows_rule() -> models.CheckConstraint:
    return rule("windows_range", Q(windows__gte=1, windows__lte=MAX_WINDOWS), f"Must be from 1 to {MAX_WINDOWS}.")
