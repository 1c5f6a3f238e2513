"""Parameters of requests: none is ignored."""

import difflib

from django.http import QueryDict
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

NAMED = 10  # unknown parameters that an error names


def refuse_unknown(parameters: QueryDict, known: set[str]) -> None:
    """Raise ValidationError for a parameter that would be ignored, or that is given twice."""
    unknown = [name for name in parameters if name not in known][:NAMED]
    errors = {name: [f"Unknown parameter; the nearest is {nearest(name, known)}."] for name in unknown}
    errors |= {name: ["Given more than once."] for name, values in parameters.lists() if len(values) > 1}
    if errors:
        raise ValidationError(errors)


def nearest(name: str, known: set[str]) -> str:
    return difflib.get_close_matches(name[:100].lower(), sorted(known), n=1, cutoff=0)[0]


def one_of(request: Request, name: str, default: str, other: str) -> str:
    """A parameter that has two values."""
    text = request.query_params.get(name, default)
    if text not in (default, other):
        raise ValidationError({name: [f'Must be "{default}" or "{other}".']})
    return text
