"""Which alerts a request asks for."""

from rest.filters import ChoiceFilter, InTime

from .models import NO_KIND, Kind


class AlertFilter(InTime):
    """The parameters of a list of alerts."""

    kind = ChoiceFilter(choices=Kind.choices, error_messages={"invalid_choice": NO_KIND}, help_text="rise or fall.")
