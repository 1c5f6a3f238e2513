"""Stored answers to requests with an Idempotency-Key, to be repeated."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Now

KEPT_HOURS = 24  # that an answer is kept
KEY_LENGTH = 255
KEY_FORM = r"\A[!-~]([ -~]*[!-~])?\Z"  # ASCII that prints, without spaces around it


class IdempotencyKeys(models.QuerySet["IdempotencyKey"]):
    """`IdempotencyKey.objects`."""

    def forget_before(self, instant: datetime) -> int:
        """Delete the answers from before it; a request repeated later is carried out again. How many there were."""
        return self.filter(created_at__lt=instant).delete()[0]


class IdempotencyKey(models.Model):
    """One request that was carried out: its key is unique within `scope`, which is the caller and the route."""

    scope = models.CharField(max_length=300)
    key = models.CharField(max_length=KEY_LENGTH)
    fingerprint = models.BinaryField()  # of the request; the same key with another one is an error
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.TextField()  # JSON
    created_at = models.DateTimeField(db_default=Now())

    objects = IdempotencyKeys.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scope", "key"], name="idempotencykey_key_unique"),)

    def __str__(self) -> str:
        return f"{self.key} of {self.scope}"
