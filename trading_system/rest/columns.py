"""Columns that keep what they were given."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ExactDecimalField(models.DecimalField):
    """A decimal that comes back digit for digit: PostgreSQL's `numeric` without a scale keeps trailing zeros."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"
