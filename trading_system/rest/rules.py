"""Rules are constraints of the database, named `<model>_<field>_<rule>`, with the message for whoever breaks one.

Nothing here knows HTTP: what is refused is raised as an exception, and errors.py answers it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models
from django.db.models import Q
from django.db.models.lookups import Lookup


class Conflict(Exception):
    """What is asked for contradicts what is there; with a field, if that is what is taken."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


OF_TRIGGERS = "_known"  # how names of rules end that triggers keep


@dataclass(frozen=True)
class Rule:
    """What a constraint has to say: of which field, and whether the value is taken rather than wrong."""

    field: str
    message: str
    unique: bool


def rule(name: str, condition: Q | Lookup, message: Any) -> models.CheckConstraint:
    """The constraint `<model>_<name>` of the model it stands in, where the name begins with its field's."""
    return models.CheckConstraint(name=f"%(class)s_{name}", condition=condition, violation_error_message=message)


def broken_rule(error: IntegrityError) -> Rule | None:
    """The rule that PostgreSQL names in its error; a trigger's names the field and says what is wrong itself."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    if name and name.endswith(OF_TRIGGERS):
        return Rule(diagnosis.column_name, diagnosis.message_primary, unique=False)
    return rule_named(name)


@cache
def rule_named(name: str | None) -> Rule | None:
    """The rule of the constraint with this name, in any model."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                fields = [field.name for field in model._meta.fields]
                field = next(field for field in fields if name.startswith(f"{model._meta.model_name}_{field}_"))
                is_unique = isinstance(constraint, models.UniqueConstraint)
                return Rule(field, str(constraint.violation_error_message), is_unique)
    return None
