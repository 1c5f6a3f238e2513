"""Which alerts a request asks for."""

from typing import Any

from django import forms
from django_filters import rest_framework as filters

from rest.filters import ChoiceFilter, Comparison, InTime
from rest.forms import ChoiceField
from rest.selection import Selection

from .columns import NO_KIND, NO_SEVERITY, RULE_LENGTH, Kind, Severity, rule_form

NO_ANSWER = 'Must be "true" or "false".'


class RuleNameField(forms.CharField):
    """The name of a rule."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=RULE_LENGTH, validators=[rule_form], **options)


class RuleFilter(Comparison):
    """Alerts of one rule."""

    field_class = RuleNameField


class AnswerField(ChoiceField):
    """true or false."""

    openapi = {"type": "string", "enum": ["", "true", "false"], "default": ""}


class HappenedFilter(filters.Filter):
    """Alerts to which something has happened, or has not: the column `field_name` says when."""

    field_class = AnswerField

    def __init__(self, **options: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, error_messages={"invalid_choice": NO_ANSWER}, **options)

    def filter(self, selection: Selection, value: str) -> Selection:
        return selection.where(f"({self.field_name} IS NOT NULL) = %s", value == "true")


class AlertFilter(InTime):
    """The parameters of a list of alerts."""

    kind = ChoiceFilter(
        choices=Kind.choices,
        error_messages={"invalid_choice": NO_KIND},
        help_text="rise, fall, above, below or volume.",
    )
    rule = RuleFilter(help_text="The name of a rule.")
    severity = ChoiceFilter(
        choices=Severity.choices,
        error_messages={"invalid_choice": NO_SEVERITY},
        help_text="info, warning or critical.",
    )
    acknowledged = HappenedFilter(
        field_name="acknowledged_at", help_text="true: those that somebody has acknowledged. false: the others."
    )
    withdrawn = HappenedFilter(
        field_name="withdrawn_at", help_text="true: those whose trade the venue took back. false: the others."
    )
