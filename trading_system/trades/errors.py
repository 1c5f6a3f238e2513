"""What the database says, in the API's terms: a rule that was broken is a field error, an outage is a 503."""

from typing import Any

from django.apps import apps
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, models
from django.db.utils import IntegrityError, OperationalError
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Unavailable(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database cannot be reached; try again."
    wait = 1  # seconds, sent as Retry-After


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class LengthRequired(APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler, for the database's exceptions too."""
    if isinstance(error, OperationalError | InterfaceError):
        error = Unavailable()
    elif isinstance(error, SuspiciousOperation):
        error = ParseError(str(error))  # Django's own page for it fails on what made it suspicious
    elif isinstance(error, IntegrityError):
        error = broken_rule(error) or error
    return exception_handler(error, context)


def broken_rule(error: IntegrityError) -> ValidationError | None:
    """The field error for the constraint that PostgreSQL names; its own name is `<model>_<field>_<rule>`."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name and isinstance(constraint, models.CheckConstraint):
                field = name.removeprefix(f"{model._meta.model_name}_").split("_")[0]
                return ValidationError({field: [constraint.violation_error_message]})
    return None
