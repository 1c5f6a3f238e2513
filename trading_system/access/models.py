"""What a program says instead of a user's password, and how often who did what."""

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


class Usage(models.Model):
    """A count of limits.py: `used` times in the minute that is number `minute` since 1970."""

    key = models.CharField(max_length=400, primary_key=True)
    minute = models.BigIntegerField()
    used = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key
