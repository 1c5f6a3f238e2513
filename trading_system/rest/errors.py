"""What the domain and the database say, in HTTP's terms: a broken rule is a field error, an outage is a 503."""

from typing import Any

import structlog
from django.core.exceptions import ObjectDoesNotExist, SuspiciousOperation
from django.core.exceptions import ValidationError as InvalidValue
from django.db import InterfaceError
from django.db.utils import IntegrityError, OperationalError
from django.http import UnreadablePostError
from psycopg2.errors import DeadlockDetected, ReadOnlySqlTransaction
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error

from .rules import Conflict, broken_rule


class Unavailable(APIException):
    """503 with Retry-After: the database does not answer."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database cannot be reached; try again."
    wait = 1  # seconds, sent as Retry-After


class ReadOnly(Unavailable):
    """A standby, or a server whose administrator has said so."""

    default_detail = "The database is read-only: reads are answered, writes are not; try again later."
    wait = 30


OUTAGES = (OperationalError, InterfaceError)
IN_THE_WAY = "Changes at the same time conflicted; try again."


class BodyTooLarge(APIException):
    """413; its detail says how large the body may be."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class BodyCutOff(ParseError):
    default_detail = "The body ended before its Content-Length."


class LengthRequired(APIException):
    """411: a body without Content-Length, whose size nobody can know in advance."""

    status_code = status.HTTP_411_LENGTH_REQUIRED


class Taken(APIException):
    """A name, or a place, that something else has."""

    status_code = status.HTTP_409_CONFLICT


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler, for exceptions of the domain, of Django and of the database too."""
    from rest_framework.views import exception_handler  # which imports access, and that imports this module

    response = exception_handler(answerable(error), context)
    if response is not None and isinstance(response.data, dict):
        response.data["request_id"] = request_id()
    return response


def answerable(error: Exception) -> Exception:
    """The exception that DRF answers, for one that it does not know; all others as they are."""
    if outage := unavailable(error):
        return outage
    match error:
        case IntegrityError():
            return field_error(error)
        case Conflict():
            return Taken({error.field: [error.message]} if error.field else error.message)
        case InvalidValue():
            return ValidationError(as_serializer_error(error))
        case ObjectDoesNotExist():
            return NotFound(str(error) or None)
        case UnreadablePostError():
            return BodyCutOff()
        case SuspiciousOperation():
            return ParseError(str(error))  # Django's own page for it fails on what made it suspicious
    return error


def request_id() -> str | None:
    """Of the request that is being answered, by which its line in the log is found."""
    return structlog.contextvars.get_contextvars().get("request_id")


def unavailable(error: Exception) -> Unavailable | None:
    """The 503 for an error that is the database's own fault; None for any other."""
    if isinstance(error.__cause__, ReadOnlySqlTransaction):  # to Django, an InternalError
        return ReadOnly()
    if isinstance(error, OUTAGES):
        return Unavailable(IN_THE_WAY if isinstance(error.__cause__, DeadlockDetected) else None)
    return None


def field_error(error: IntegrityError) -> Exception:
    """The field error for the constraint that PostgreSQL names; where a name is taken, that is a conflict."""
    rule = broken_rule(error)
    if rule is None:
        return error
    return (Taken if rule.unique else ValidationError)({rule.field: [rule.message]})
