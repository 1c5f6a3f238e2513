"""Which ledger this is, for followers: what they have read holds for it alone, and not for a copy of it elsewhere.

Ids of transactions belong to a PostgreSQL server. In a database that was restored into another one they mean nothing,
so they begin anew there, and so does every follower.
"""

from django.apps import apps
from django.db import connection, connections, models

from rest.rules import rule

ONLY = 1
# It is there after every `migrate`, and after a `flush` it is another.
INTRODUCE = f"""INSERT INTO trades_ledger (id, uuid, system)
    SELECT {ONLY}, gen_random_uuid(), system_identifier FROM pg_control_system() ON CONFLICT DO NOTHING"""  # noqa: S608
INDEXES = {"trade_xid", "tradeevent_xid", "tradeevent_deletion"}
COLUMNS = (("trade", "xid"), ("tradeevent", "xid"), ("tradeevent", "pgh_xid"))
# The first id that a transaction can have, as in the migration; a column that is new with a constant rewrites no row.
FORGET = """ALTER TABLE {table} DROP COLUMN {column}, ADD COLUMN {column} xid8 NOT NULL DEFAULT '3';
    ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT pg_current_xact_id()"""


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


def begin_anew() -> bool:
    """Make it another ledger, all of whose changes were before every transaction of this server.

    False if its migrations have not come as far as changes: they will do the same.
    """
    if Ledger._meta.db_table not in connection.introspection.table_names():
        return False
    with connection.schema_editor() as editor:
        for name, column in COLUMNS:
            table = apps.get_model("trades", name)._meta.db_table
            editor.execute(FORGET.format(table=table, column=column))
        for model in apps.get_app_config("trades").get_models():
            for index in model._meta.indexes:
                if index.name in INDEXES:  # they went with their columns
                    editor.add_index(model, index)
        editor.execute(f"DELETE FROM trades_ledger; {INTRODUCE}")  # noqa: S608  # constants
    return True
