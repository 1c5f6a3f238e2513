"""Who is told what becomes of trades and alerts, and what they are to be told.

Each rule is a constraint of the database, named `<model>_<field>_<rule>`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.db.models.lookups import Regex

from rest.columns import Versioned
from rest.rules import rule

from .events import EVENTS
from .managers import DeliveryManager, WebhookQuerySet
from .outcomes import Outcome
from .places import is_elsewhere, present_places
from .receivers import FORM, URL, URL_LENGTH
from .schedule import next_attempt
from .signing import new_secret

DESCRIPTION_LENGTH = 200
EVENT_LENGTH = 32
REASON_LENGTH = 200
SIGNS_WITH = r"\Awhsec_[A-Za-z0-9+/=]{32,88}\Z"
SECRET_LENGTH = 100
MESSAGE_LENGTH = 64
KEPT_DAYS = 14  # that a message is kept which was delivered
PREVIOUS_VALID = timedelta(days=1)  # how long messages are signed with the secret before, too
NO_EVENTS = f"Must be some of {', '.join(EVENTS)}, each once."

url_form = RegexValidator(URL, FORM)


def secret_column(**options: Any) -> models.CharField:
    return models.CharField(max_length=SECRET_LENGTH, editable=False, **options)


def known_events() -> Regex:
    """The SQL condition that each is one of EVENTS."""
    joined = Func(F("events"), Value(","), Value(""), function="array_to_string", output_field=models.TextField())
    one = "|".join(EVENTS).replace(".", r"\.")
    return Regex(joined, rf"\A({one})(,({one}))*\Z")


class Webhook(Versioned):
    """An address that is sent a signed message for each event of these types, in the order in which they happened.

    What it is told of is what its owner sees: without one, what is seen without a login. `trades_place` and
    `alerts_place` say how far their changes were taken. One that is not enabled has the reason, empty if somebody said
    so.
    """

    id = models.AutoField(primary_key=True)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+", null=True, editable=False)
    url = models.CharField(max_length=URL_LENGTH, validators=[url_form])
    description = models.CharField(max_length=DESCRIPTION_LENGTH, default="", blank=True)
    events = ArrayField(models.CharField(max_length=EVENT_LENGTH))
    is_enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=REASON_LENGTH, default="", blank=True, editable=False)
    secret = secret_column(default=new_secret)
    previous_secret = secret_column(null=True)
    previous_until = models.DateTimeField(null=True, editable=False)
    trades_place = models.TextField(editable=False)
    alerts_place = models.TextField(editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            rule("url_form", Q(url__regex=URL), FORM),
            rule("events_known", known_events(), NO_EVENTS),
            rule("secret_form", Q(secret__regex=SIGNS_WITH), "Must be a secret of Standard Webhooks."),
            rule(
                "disabled_reason_when",
                Q(is_enabled=False) | Q(disabled_reason=""),
                "Only of a webhook that is not enabled.",
            ),
        )

    def __str__(self) -> str:
        return self.url

    def secrets(self, now: datetime) -> list[str]:
        """Those that messages are signed with now, the newest first."""
        is_valid = self.previous_secret and self.previous_until and now < self.previous_until
        return [self.secret, *([self.previous_secret] if is_valid and self.previous_secret else [])]

    def rotate_secret(self, now: datetime) -> None:
        """A new secret; the one before stays valid beside it for PREVIOUS_VALID."""
        self.previous_secret, self.previous_until = self.secret, now + PREVIOUS_VALID
        self.secret = new_secret()
        self.keep("secret", "previous_secret", "previous_until")

    def move(self, trades_place: str, alerts_place: str) -> None:
        """Its changes were taken up to these places, which nobody sees: this makes no version."""
        self.trades_place, self.alerts_place = trades_place, alerts_place
        Webhook.objects.filter(pk=self.pk).update(trades_place=trades_place, alerts_place=alerts_place)

    def disable(self, reason: str) -> None:
        """Nothing is taken or sent until somebody enables it, and then it goes on from where it stood."""
        self.is_enabled, self.disabled_reason = False, reason[:REASON_LENGTH]
        self.keep("is_enabled", "disabled_reason")

    def enable(self, now: datetime) -> None:
        """What waits is tried again at once, as if it had never been. In another ledger, it begins with the present."""
        if is_elsewhere(self.trades_place):
            self.move(**present_places())
        self.is_enabled, self.disabled_reason = True, ""
        self.deliveries.waiting().update(attempts=0, next_attempt_at=now)
        self.keep("is_enabled", "disabled_reason")

    def keep(self, *fields: str) -> None:
        """Store these in a new version. Its places may have moved since it was read."""
        self.save(update_fields=[*fields, "updated_at"])


class WebhookDelivery(models.Model):
    """A message to a webhook, which waits for its turn and its time, or was delivered.

    The waiting ones of a webhook go out in the order of their ids. `attempts` are those since the webhook was enabled.
    """

    hook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    message = models.CharField(max_length=MESSAGE_LENGTH)
    event = models.CharField(max_length=EVENT_LENGTH)
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True)
    problem = models.TextField(default="")

    objects = DeliveryManager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=["hook", "id"], name="delivery_waiting", condition=Q(delivered_at__isnull=True)),
            models.Index(fields=["hook", "created_at", "id"], name="delivery_created_at"),
            models.Index(
                fields=["delivered_at"], name="delivery_delivered_at", condition=Q(delivered_at__isnull=False)
            ),
        )
        constraints = (
            rule(
                "next_attempt_at_when",
                Q(next_attempt_at__isnull=True, delivered_at__isnull=False)
                | Q(next_attempt_at__isnull=False, delivered_at__isnull=True),
                "Of a delivery that waits, and of no other.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.message}"

    def again(self, now: datetime) -> "WebhookDelivery":
        """What was delivered is sent again, behind all others, with the same id; what waits is tried at once.

        The row of its webhook is locked. Conflict if there is no room.
        """
        if self.delivered_at is None:
            WebhookDelivery.objects.filter(pk=self.pk, delivered_at=None).update(next_attempt_at=now)
            return self
        WebhookDelivery.objects.require_room(self.hook)
        copied = {name: getattr(self, name) for name in ("hook", "message", "event", "body")}
        return WebhookDelivery.objects.create(**copied, next_attempt_at=now)

    def record(self, outcome: Outcome, now: datetime, chance: float) -> None:
        """What became of an attempt. One that was the last, or after which nothing is wanted, disables the webhook."""
        attempts = self.attempts + 1
        again = None if outcome.is_gone else next_attempt(attempts, now, chance, outcome.asked)
        if not outcome.is_taken and again is None:
            reason = f"{self.message} failed {attempts} times: {outcome.problem}"
            Webhook.objects.disable(self.hook_id, "The receiver is gone: answered 410" if outcome.is_gone else reason)
        WebhookDelivery.objects.filter(pk=self.pk, delivered_at=None).update(
            attempts=attempts,
            attempted_at=now,
            delivered_at=now if outcome.is_taken else None,
            next_attempt_at=None if outcome.is_taken else again or now,
            status=outcome.status,
            problem=outcome.problem,
        )
