"""A lock for what no constraint can decide: rules about all rows of a table, such as how many there may be."""

from django.db import connection
from django.db.models import Model


def lock_rows_of(model: type[Model]) -> None:
    """Until the end of the transaction, nobody else adds, changes or deletes a row; readers do not wait."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
