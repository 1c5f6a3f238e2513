"""Corporate actions: what changes the trades before it. Rules are constraints of the database, as everywhere."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from rest import instants
from rest.columns import Versioned
from rest.locks import lock_rows_of
from rest.rules import Conflict, rule
from rest.tickers import TICKER, TICKER_LENGTH, ticker_form
from trades.models import Trade

from .checkpoint_models import Checkpoint as Checkpoint
from .timeline import Action, before, by_ticker, leads_to, scales, together

MAX_ACTIONS = 10_000
MAX_RATIO = 1_000_000_000  # of a ratio's two numbers
MAX_TOGETHER = 100  # actions of a ticker, and of those that were renamed into it
MAX_DIGITS = 100  # that the splits of a ticker, one after another, may add to its amounts
ABOVE_ZERO = "Must be above zero."
OTHER_TICKER = "Must be another ticker."
NO_KIND = 'Must be "split" or "rename".'


class Kind(models.TextChoices):
    SPLIT = "split"
    RENAME = "rename"


FIELDS_OF = {Kind.SPLIT: ("new", "old"), Kind.RENAME: ("to",)}  # each kind's own


class CorporateActions(models.QuerySet["CorporateAction"]):
    """`CorporateAction.objects`."""

    def of(self, *tickers: str) -> "CorporateActions":
        """Actions of these tickers, and renames into them."""
        return self.filter(Q(ticker__in=tickers) | Q(to__in=tickers))

    def in_effect(self, instant: datetime | None) -> list[Action]:
        """Those that had happened by this instant, as they were known then; None is the present."""
        happened = self.filter(timestamp__lte=Now())
        if instant is None:
            return timeline(happened)
        ended = CorporateActionEvent.objects.filter(pgh_created_at__gt=instant)  # type: ignore[attr-defined]
        then = {"timestamp__lte": instant, "updated_at__lte": instant}
        return timeline(happened.filter(**then)) + timeline(ended.filter(**then))

    @transaction.atomic
    def enter(self, given: dict[str, Any], user: Any = None) -> tuple["CorporateAction", bool]:
        """Add an action of validated fields. Return it and True; or False with the same one, if it is there.

        ValidationError or IntegrityError if it contradicts another, or would change no trade that the user sees.
        """
        self.lock()
        if same := self.filter(**given).first():
            return same, False
        if self.count() >= MAX_ACTIONS:
            raise Conflict(f"There are at most {MAX_ACTIONS} corporate actions.")
        action = CorporateAction(**given)
        action.refuse_contradiction(Trade.objects.seen_by(user))
        action.save()
        return action, True

    @transaction.atomic
    def change(self, action: "CorporateAction", given: dict[str, Any], user: Any = None) -> "CorporateAction":
        """Change the fields that are given; errors as of `enter`."""
        self.lock()
        for name, value in given.items():
            setattr(action, name, value)
        action.refuse_contradiction(Trade.objects.seen_by(user))
        action.save()
        return action

    def lock(self) -> None:
        lock_rows_of(self.model)


def timeline(actions: Iterable[Any]) -> list[Action]:
    """Actions, or ended versions of them, as timeline.py reads them."""
    return [Action(one.ticker, one.timestamp, Fraction(one.new or 1, one.old or 1), one.to) for one in actions]


class CorporateAction(Versioned):
    """A split of a ticker, `new` units for `old` ones, or its rename into `to`, at an instant."""

    kind = models.CharField(max_length=6, choices=Kind)
    ticker = models.CharField(max_length=TICKER_LENGTH, validators=[ticker_form])
    timestamp = models.DateTimeField()
    new = models.BigIntegerField(null=True, blank=True)
    old = models.BigIntegerField(null=True, blank=True)
    to = models.CharField(max_length=TICKER_LENGTH, null=True, blank=True, validators=[ticker_form])  # noqa: DJ001

    objects = CorporateActions.as_manager()

    class Meta:
        ordering = ("timestamp", "ticker")
        constraints = (
            rule("ticker_form", Q(ticker__regex=TICKER), ticker_form.message),
            rule("timestamp_year", Q(timestamp__gte=instants.BEGIN), "Must be from the year 1 on."),
            rule("new_above_zero", Q(new__gt=0), ABOVE_ZERO),
            rule("new_size", Q(new__lte=MAX_RATIO), f"Must be at most {MAX_RATIO}."),
            rule("old_above_zero", Q(old__gt=0), ABOVE_ZERO),
            rule("old_size", Q(old__lte=MAX_RATIO), f"Must be at most {MAX_RATIO}."),
            rule("to_form", Q(to__regex=TICKER), ticker_form.message),
            rule("to_other", ~Q(to=F("ticker")), OTHER_TICKER),
            rule(
                "kind_fields",
                Q(kind=Kind.SPLIT, new__isnull=False, old__isnull=False, to__isnull=True)
                | Q(kind=Kind.RENAME, new__isnull=True, old__isnull=True, to__isnull=False),
                "A split has new and old, a rename has to.",
            ),
            models.UniqueConstraint(
                fields=["ticker", "timestamp"],
                name="corporateaction_timestamp_unique",
                violation_error_message="Another action of the ticker is at this instant.",
            ),
        )

    def __str__(self) -> str:
        what = f"{self.new}:{self.old}" if self.kind == Kind.SPLIT else f"into {self.to}"
        return f"{self.kind} of {self.ticker} {what}"

    def clean(self) -> None:
        """Of the admin, which validates and saves in one transaction. It locks the row first, as the API does."""
        list(CorporateAction.objects.select_for_update().filter(pk=self.pk))
        CorporateAction.objects.lock()
        if self.timestamp:  # else the form has said what is wrong
            self.refuse_contradiction(Trade.objects.all())

    def refuse_contradiction(self, trades: models.QuerySet[Trade]) -> None:
        """ValidationError if it leads in a circle, meets another at its instant, or changes none of the trades."""
        others, [own] = timeline(CorporateAction.objects.exclude(pk=self.pk)), timeline([self])
        known = by_ticker(others)
        if not self.to and own.ratio == 1:
            raise ValidationError({"new": "Must differ from old: a split of 1:1 changes nothing."})
        if self.to and leads_to(self.to, self.ticker, known):
            raise ValidationError({"to": f"{self.to} leads back to {self.ticker} by other renames."})
        for one in (one for one in others if one.timestamp == self.timestamp):
            if self.to == one.ticker or self.ticker == one.to:
                raise ValidationError({"timestamp": f"An action of {one.ticker} is at this instant."})
        changed = [
            Q(ticker=ticker, timestamp__lt=until) & (Q(timestamp__gte=since) if since else Q())
            for ticker, since, until in before(own, known)
        ]
        if not trades.filter(reduce(or_, changed)).exists():
            raise ValidationError({"timestamp": f"No trade of {self.ticker} is before it: it would change nothing."})
        self.refuse_too_much(others, own)

    def refuse_too_much(self, others: list[Action], own: Action) -> None:
        """ValidationError if too many actions lead to one ticker, or if they make its amounts too long."""
        names, found = together(own, by_ticker([*others, own]))
        if sum(one.ticker in names for one in others) >= MAX_TOGETHER:
            raise ValidationError({"ticker": f"At most {MAX_TOGETHER} actions may lead to one ticker."})
        if max(map(max, scales(found).values())) >= 10**MAX_DIGITS:
            message = f"With the other splits, amounts of {self.ticker} would get more than {MAX_DIGITS} digits longer."
            raise ValidationError({"to" if self.to else "new": message})


# As of trades: an event keeps what was.
CorporateActionEvent = pghistory.create_event_model(
    CorporateAction,
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    context_field=None,  # type: ignore[arg-type]  # as its documentation says
    append_only=True,
    abstract=False,
)
