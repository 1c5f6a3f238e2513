"""What a program says instead of a user's password."""

from django.db import models
from knox.models import AbstractAuthToken


class Token(AbstractAuthToken):
    """A user has several, each with a name, an expiry, and its digest alone: the token itself is told once."""

    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("user", "name"),
                name="token_name_unique",
                violation_error_message="The user has one.",
            )
        ]

    def __str__(self) -> str:
        return self.name
