"""Migrations lead every database that there may be to one schema."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from .databases import ALIAS

REFUSED_ROWS = ("trades", "0003_refused_rows")
FIRST_FORM = [  # of 0003, as it landed; it was changed within the hour
    migrations.AddField(
        model_name="import",
        name="errors",
        field=models.JSONField(blank=True, default=list, help_text="The first of those, as they were answered."),
    ),
    migrations.AddField(model_name="import", name="failed", field=models.PositiveBigIntegerField(default=0)),
    migrations.AlterField(
        model_name="import",
        name="rows",
        field=models.PositiveBigIntegerField(help_text="Trades that it has in the ledger."),
    ),
]
SCHEMA = [
    """SELECT table_name, column_name, data_type, character_maximum_length, column_default, is_nullable, is_identity
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name LIKE 'trades%' ORDER BY 1, 2""",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid::regclass::text LIKE 'trades%' ORDER BY 1, 2""",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename LIKE 'trades%' ORDER BY 1",
    """SELECT tgname, pg_get_triggerdef(trigger.oid), pg_get_functiondef(tgfoid) FROM pg_trigger trigger
    WHERE tgrelid::regclass::text LIKE 'trades%' AND tgname NOT LIKE 'portfolio%' AND NOT tgisinternal ORDER BY 1""",
]
ADD = "INSERT INTO trades_import (digest, rows, created_at) VALUES (%s, %s, %s)"
LISTED = '[{"line": 3}, {"line": 7}, {"line": 7}]'  # of a file's errors
IMPORTS = """SELECT digest, lines FROM trades_import JOIN trades_importedlines ON import_id = trades_import.id
    WHERE account_id = 1 AND booked_at = created_at ORDER BY created_at"""
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


def schema_of(database: BaseDatabaseWrapper) -> list[list[tuple[Any, ...]]]:
    found = []
    with database.cursor() as cursor:
        for query in SCHEMA:
            cursor.execute(query)
            found.append(cursor.fetchall())
    return found


@pytest.mark.parametrize("form", ["first", "second"])
def test_both_forms_of_0003_lead_to_the_same_schema(empty: BaseDatabaseWrapper, form: str) -> None:
    MigrationExecutor(empty).migrate([("trades", "0002_history")])
    with empty.cursor() as cursor:
        cursor.execute(ADD, [b"before it was known what failed", 1, BEFORE])
    executor = MigrationExecutor(empty)
    if form == "first":
        executor.loader.graph.nodes[REFUSED_ROWS].operations = FIRST_FORM
    executor.migrate([REFUSED_ROWS])
    with empty.cursor() as cursor:
        cursor.execute("SELECT is_nullable FROM information_schema.columns WHERE column_name = 'failed'")
        assert cursor.fetchone() == ("NO" if form == "first" else "YES",)
        cursor.execute("INSERT INTO trades_import (digest, rows, failed, errors, created_at) "
                       "VALUES ('all refused', 0, 3, '[]', NOW()), ('some', 5, 2, %s, NOW())", [LISTED])  # fmt: skip
    executor = MigrationExecutor(empty)
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == "trades"])
    assert schema_of(empty) == schema_of(connection)
    with empty.cursor() as cursor:
        found = [(bytes(digest), booked) for digest, booked in rows(cursor, IMPORTS)]
    assert found == [(b"before it was known what failed", "{(,)}"), (b"some", "{(,3),[4,7),[8,)}")]


def test_what_is_there_moves_into_main_and_stays_as_it_was(empty: BaseDatabaseWrapper, settings: Any) -> None:
    MigrationExecutor(empty).migrate([("trades", "0007_validate_wider_amounts")])
    columns = "id, ticker, price, quantity, side, timestamp, fee, external_id, note, created_at, updated_at"
    kept = [
        f"SELECT {columns} FROM trades_trade",
        f"SELECT {columns} FROM trades_tradeevent",
        "SELECT digest::text, created_at FROM trades_import",
    ]
    with empty.cursor() as cursor:
        cursor.execute("""INSERT INTO trades_trade (ticker, price, quantity, side, external_id) VALUES
            ('AAPL', 170.250, 10, 'buy', 'order-1'), ('MSFT', 1, 1, 'sell', NULL), ('GONE', 1, 1, 'sell', NULL)""")
        cursor.execute("UPDATE trades_trade SET price = 171 WHERE ticker = 'MSFT'")
        cursor.execute("DELETE FROM trades_trade WHERE ticker = 'GONE'")
        cursor.execute("INSERT INTO trades_import (digest, rows, errors) VALUES ('a file', 3, '[]')")
        before = [rows(cursor, sql) for sql in kept]
    executor = MigrationExecutor(empty)
    executor.migrate(executor.loader.graph.leaf_nodes())
    with empty.cursor() as cursor:
        now = [rows(cursor, sql) for sql in kept]
        assert now == before
        assert rows(cursor, "SELECT account_id, lines FROM trades_importedlines") == [(1, "{(,)}")]
        for table in ("trades_trade", "trades_tradeevent"):
            found = rows(cursor, f"SELECT DISTINCT account_id, currency, fee_currency, created_by FROM {table}")
            assert found == [(1, settings.MAIN_CURRENCY, settings.MAIN_CURRENCY, None)]


def test_trades_are_booked_while_indexes_are_built(empty: BaseDatabaseWrapper, settings: Any) -> None:
    """By the version before, which runs until the last migration is through: it knows neither account nor currency."""
    MigrationExecutor(empty).migrate([("trades", "0008_accounts_and_currencies")])
    with empty.cursor() as cursor:
        cursor.execute("INSERT INTO trades_trade (ticker, price, quantity, side) VALUES ('AAPL', 170.25, 10, 'buy')")
        main = settings.MAIN_CURRENCY
        assert rows(cursor, "SELECT account_id, currency, fee_currency FROM trades_trade") == [(1, main, main)]


def test_versions_of_before_have_all_begun_before_any_other(empty: BaseDatabaseWrapper) -> None:
    MigrationExecutor(empty).migrate([("trades", "0012_kept_files")])
    with empty.cursor() as cursor:
        cursor.execute("""INSERT INTO trades_trade (ticker, price, quantity, side, currency, fee_currency)
            VALUES ('AAPL', 1, 1, 'buy', 'USD', 'USD')""")
        cursor.execute("UPDATE trades_trade SET price = 2")
    executor = MigrationExecutor(empty)
    executor.migrate(executor.loader.graph.leaf_nodes())
    xids = "SELECT 'now', xid::text::bigint FROM trades_trade UNION ALL SELECT pgh_label, xid::text::bigint FROM trades_tradeevent"
    with empty.cursor() as cursor:
        assert rows(cursor, xids) == [("now", 3), ("update", 3)]
        cursor.execute("UPDATE trades_trade SET price = 3 RETURNING xid = pg_current_xact_id()")
        assert cursor.fetchone() == (True,)
        assert [xid for _, xid in rows(cursor, xids)][1:] == [3, 3]


def test_imports_of_before_are_imports_each_and_can_go_back(empty: BaseDatabaseWrapper) -> None:
    before, after = ("trades", "0010_booked_lines"), ("trades", "0011_imports")
    kept = "SELECT digest, accounts, booked, created_at FROM trades_import ORDER BY created_at, accounts"
    MigrationExecutor(empty).migrate([before])
    with empty.cursor() as cursor:
        cursor.execute("""INSERT INTO trades_import (digest, accounts, booked, created_at) VALUES
            ('one', '{1}', '{[2,5)}', '2026-01-01'), ('one', '{2}', '{[5,7)}', '2026-01-02'),
            ('two', '{1,2}', '{(,)}', '2026-01-03')""")
        old = rows(cursor, kept)
    MigrationExecutor(empty).migrate([after])
    with empty.cursor() as cursor:
        columns = "digest, account_id, lines, booked_at, created, first_trade, created_by, name"
        found = rows(
            cursor,
            f"""SELECT {columns} FROM trades_import JOIN trades_importedlines
            ON import_id = trades_import.id ORDER BY booked_at, account_id""",
        )
        assert [(bytes(digest), *others) for digest, *others, _, _, _, _, _ in found] == [
            (b"one", 1, "{[2,5)}"), (b"one", 2, "{[5,7)}"), (b"two", 1, "{(,)}"), (b"two", 2, "{(,)}")
        ]  # fmt: skip
        assert {others for *_, created, first, by, name in found for others in [(created, first, by, name)]} == {
            (None, None, None, "")
        }
    MigrationExecutor(empty).migrate([before])
    with empty.cursor() as cursor:
        assert rows(cursor, kept) == [*old[:2], *(
            (digest, [account], booked, at) for digest, accounts, booked, at in old[2:] for account in accounts
        )]  # fmt: skip
    MigrationExecutor(empty).migrate([after])


def test_one_app_can_be_migrated_before_the_others(empty: BaseDatabaseWrapper) -> None:
    call_command("migrate", "trades", "0007_validate_wider_amounts", database=ALIAS, verbosity=0)
    call_command("migrate", database=ALIAS, verbosity=0)
    with empty.cursor() as cursor:
        assert rows(cursor, "SELECT id, name FROM reference_account") == [(1, "main")]


def rows(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return cursor.fetchall()
