"""How webhooks are, for Prometheus: numbers that the database is asked for."""

from functools import partial

from django.db import connection

from rest.metrics import Asked, add_gauges

WAITING = "SELECT COUNT(*) FROM webhooks_webhookdelivery WHERE delivered_at IS NULL"
OLDEST = """SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - MIN(delivery.created_at)), 0)
    FROM webhooks_webhookdelivery delivery JOIN webhooks_webhook hook ON hook.id = hook_id
    WHERE delivered_at IS NULL AND is_enabled"""
DISABLED = "SELECT COUNT(*) FROM webhooks_webhook WHERE NOT is_enabled AND disabled_reason <> ''"
GAUGES = {
    "ledger_webhook_deliveries_waiting": ("Messages to webhooks that were not delivered yet.", WAITING),
    "ledger_webhook_oldest_waiting_seconds": ("Since the oldest of them, of enabled webhooks, was taken.", OLDEST),
    "ledger_webhooks_disabled": ("Webhooks that the ledger has disabled.", DISABLED),
}


def number(sql: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return float(cursor.fetchone()[0])


add_gauges(*(Asked(name, about, partial(number, sql)) for name, (about, sql) in GAUGES.items()))
