"""Which alerts a request asks for."""

from typing import Any

from django import forms

from rest.filters import Comparison, InTime

from .models import Kind


class KindField(forms.CharField):
    def to_python(self, value: Any) -> str:
        kind = super().to_python(value) or ""
        if kind and kind not in Kind.values:
            raise forms.ValidationError('Must be "rise" or "fall".')
        return kind


class KindFilter(Comparison):
    field_class = KindField


class AlertFilter(InTime):
    kind = KindFilter(help_text="rise or fall.")
