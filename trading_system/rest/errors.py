"""What the database says, in the API's terms: a rule that was broken is a field error, an outage is a 503."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from django.apps import apps
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, models
from django.db.utils import IntegrityError, OperationalError
from django.http import UnreadablePostError
from psycopg2.errors import DeadlockDetected, ReadOnlySqlTransaction
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.response import Response


class Unavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database cannot be reached; try again."
    wait = 1  # seconds, sent as Retry-After


class ReadOnly(Unavailable):
    """A standby, or a server whose administrator has said so."""

    default_detail = "The database is read-only: reads are answered, writes are not; try again later."
    wait = 30


OUTAGES = (OperationalError, InterfaceError)
IN_THE_WAY = "Changes at the same moment were in each other's way; try again."


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class BodyCutOff(ParseError):
    default_detail = "The body ended before its Content-Length."


class LengthRequired(APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED


class Conflict(ValidationError):
    status_code = status.HTTP_409_CONFLICT


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler, for the database's exceptions too."""
    from rest_framework.views import exception_handler  # which imports access, and that imports this module

    error = unavailable(error) or error
    if isinstance(error, UnreadablePostError):
        error = BodyCutOff()
    elif isinstance(error, SuspiciousOperation):
        error = ParseError(str(error))  # Django's own page for it fails on what made it suspicious
    elif isinstance(error, IntegrityError):
        error = field_error(error)
    response = exception_handler(error, context)
    if response is not None and isinstance(response.data, dict):
        response.data["request_id"] = request_id()
    return response


def request_id() -> str | None:
    """Of the request that is being answered, by which its line in the log is found."""
    return structlog.contextvars.get_contextvars().get("request_id")


def unavailable(error: Exception) -> Unavailable | None:
    """The 503 for an error that is the database's own; None for any other."""
    if isinstance(error.__cause__, ReadOnlySqlTransaction):  # to Django, an InternalError
        return ReadOnly()
    if isinstance(error, OUTAGES):
        return Unavailable(IN_THE_WAY if isinstance(error.__cause__, DeadlockDetected) else None)
    return None


def field_error(error: IntegrityError) -> Exception:
    """The field error for the constraint that PostgreSQL names; where a name is taken, that is a conflict."""
    rule = named_rule(error)
    if rule is None:
        return error
    return (Conflict if rule.unique else ValidationError)({rule.field: [rule.message]})


def named_rule(error: IntegrityError) -> "BrokenRule | None":
    return broken_rule(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None))


@dataclass(frozen=True)
class BrokenRule:
    field: str
    message: str
    unique: bool


@cache
def broken_rule(name: str | None) -> BrokenRule | None:
    """What the constraint `<model>_<field>_<rule>` has to say."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                field = next(
                    f.name for f in model._meta.fields if name.startswith(f"{model._meta.model_name}_{f.name}_")
                )
                unique = isinstance(constraint, models.UniqueConstraint)
                return BrokenRule(field, str(constraint.violation_error_message), unique)
    return None
