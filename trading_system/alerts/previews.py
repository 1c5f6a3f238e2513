"""What a rule would have raised: asked by a person, answered by a watch, forgotten after a while.

Each rule is a constraint of the database, named `alertpreview_<field>_<rule>`.
"""

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual

from rest.columns import Versioned
from rest.locks import lock_rows_of
from rest.rules import Conflict, rule

PREVIEW_KEPT_FOR = timedelta(hours=1)
MAX_WAITING = 20  # previews that no watch has answered
MAX_PREVIEWS = 100  # all of them
MAX_SHOWN = 100  # alerts of a preview


class AlertPreviewQuerySet(models.QuerySet["AlertPreview"]):
    """`AlertPreview.objects`."""

    def kept(self) -> "AlertPreviewQuerySet":
        """Those that were asked less than PREVIEW_KEPT_FOR ago."""
        return self.filter(created_at__gt=Now() - PREVIEW_KEPT_FOR)

    def pending(self) -> "AlertPreviewQuerySet":
        """Those that no watch has answered."""
        return self.filter(ticks__isnull=True)

    @transaction.atomic
    def ask(self, rule: dict[str, Any]) -> "AlertPreview":
        """Add one, for a watch to answer, and forget old ones. Conflict if MAX_WAITING wait already."""
        lock_rows_of(self.model)
        if self.kept().pending().count() >= MAX_WAITING:
            raise Conflict(f"{MAX_WAITING} previews wait for a watch already; is one running with --api?")
        preview = self.create(rule=rule)
        newest = self.kept().order_by(F("ticks").desc(nulls_first=True), "-id")[:MAX_PREVIEWS]
        self.exclude(pk__in=newest.values("pk")).delete()
        return preview


class AlertPreview(Versioned):
    """`rule` is one in JSON, `alerts` the first of `count`; they were raised by `ticks` from `begin` to `end`."""

    id = models.AutoField(primary_key=True)
    rule = models.JSONField()
    begin = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    ticks = models.BigIntegerField(null=True)
    count = models.BigIntegerField(null=True)
    alerts = models.JSONField(default=list)

    objects = AlertPreviewQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            rule("end_order", Q(end__gte=F("begin")), "Must not be before begin."),
            rule(
                "end_given",
                Q(begin__isnull=True, end__isnull=True) | Q(begin__isnull=False, end__isnull=False),
                "Is there if begin is.",
            ),
            rule("ticks_sign", Q(ticks__gte=0), "Must not be below zero."),
            rule(
                "count_given",
                Q(ticks__isnull=True, count__isnull=True, begin__isnull=True)
                | Q(ticks__isnull=False, count__isnull=False),
                "Is there if ticks is.",
            ),
            rule("count_sign", Q(count__gte=0), "Must not be below zero."),
            rule(
                "alerts_number",
                LessThanOrEqual(
                    Func(F("alerts"), function="jsonb_array_length", output_field=models.IntegerField()), MAX_SHOWN
                ),
                f"At most {MAX_SHOWN}.",
            ),
        )

    def __str__(self) -> str:
        return f"preview {self.pk}: {self.status}"

    @property
    def status(self) -> str:
        return "waiting" if self.ticks is None else "done"
