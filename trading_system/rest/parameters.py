"""Parameters of requests: none is ignored."""

import difflib
import re
from collections.abc import Sequence

from django.http import QueryDict
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

NAMED = 10  # unknown parameters that an error names


def refuse_unknown(parameters: QueryDict, known: set[str], repeatable: frozenset[str] = frozenset()) -> None:
    """Raise ValidationError for a parameter that would be ignored, or that is given twice and is not repeatable."""
    unknown = [name for name in parameters if name not in known][:NAMED]
    errors = {name: [f"Unknown parameter; the nearest is {nearest(name, known)}."] for name in unknown}
    errors |= {
        name: ["Given more than once."]
        for name, values in parameters.lists()
        if len(values) > 1 and name not in repeatable
    }
    if errors:
        raise ValidationError(errors)


def nearest(name: str, known: set[str]) -> str:
    """The known name that is most like this one."""
    return difflib.get_close_matches(name[:100].lower(), sorted(known), n=1, cutoff=0)[0]


def one_of(request: Request, name: str, values: Sequence[str], default: str | None = None) -> str:
    """The value of a parameter that has one of these; left out, it is the default, or the first."""
    text = request.query_params.get(name, default or values[0])
    if text not in values:
        raise ValidationError({name: [f"Must be {', '.join(values[:-1])} or {values[-1]}."]})
    return text


def whole_number(request: Request, name: str, default: int, most: int, least: int = 1) -> int:
    """The value of a parameter that is a whole number from `least` to `most`, which has at most five digits."""
    text = request.query_params.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,5}", text) or not least <= int(text) <= most:
        raise ValidationError({name: [f"Must be a whole number from {least} to {most}."]})
    return int(text)
