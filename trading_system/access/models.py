"""Tokens of programs, and the counts behind the limits."""

from django.db import models
from knox.models import AbstractAuthToken


class Token(AbstractAuthToken):
    """A user may have several, each with a name and an expiry. Only its digest is stored."""

    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("user", "name"), name="token_name_unique", violation_error_message="The user has one."
            )
        ]

    def __str__(self) -> str:
        return self.name


class Usage(models.Model):
    """A count of limits.py: `used` times in the minute that is number `minute` since 1970."""

    key = models.CharField(max_length=400, primary_key=True)  # the limit's name, and a digest of the subject
    minute = models.BigIntegerField(db_index=True)
    used = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key
