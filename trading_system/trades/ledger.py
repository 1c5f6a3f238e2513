"""Which ledger this is, for followers: what they have read holds for it alone, and not for a copy of it elsewhere.

Ids of transactions belong to a PostgreSQL server. In a database that was restored into another one they mean nothing,
so they begin anew there, and so does every follower.
"""

from django.db import connections, models

from rest.rules import rule

ONLY = 1
# It is there after every `migrate`, and after a `flush` it is another.
INTRODUCE = f"""INSERT INTO trades_ledger (id, uuid, system)
    SELECT {ONLY}, gen_random_uuid(), system_identifier FROM pg_control_system() ON CONFLICT DO NOTHING"""  # noqa: S608


class Ledger(models.Model):
    """The one row: a name that no other ledger has, and PostgreSQL's identifier of the server whose ids it holds."""

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    uuid = models.UUIDField()
    system = models.BigIntegerField()

    class Meta:
        constraints = (rule("id_only", models.Q(id=ONLY), "There is one."),)

    def __str__(self) -> str:
        return str(self.uuid)


def introduce(using: str) -> None:
    """Add the row, unless it is there."""
    with connections[using].cursor() as cursor:
        cursor.execute(INTRODUCE)
