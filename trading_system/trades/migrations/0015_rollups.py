"""Rollups, and marks of what they lack: the next migration marks the days of all trades that are there.

Writers wait until the triggers are made, which takes no time once those are over that write at the moment.
"""

import pgtrigger.compiler
import pgtrigger.migrations
import rest.columns
from django.db import migrations, models


# Without a key: rows are added beside each other, and taken away together.
MARKS = "CREATE TABLE trades_mark (account_id integer NOT NULL, ticker varchar(64) NOT NULL, day date NOT NULL)"
# They come and go: the planner would believe for long that there are as many as there once were.
TIDY = "ALTER TABLE trades_mark SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)"


class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0014_changes_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Day',
            fields=[
                ('account_id', models.IntegerField()),
                ('day', models.DateField()),
                ('buys', models.IntegerField()),
                ('sells', models.IntegerField()),
                ('first_at', models.DateTimeField()),
                ('first_id', models.BigIntegerField()),
                ('last_at', models.DateTimeField()),
                ('last_id', models.BigIntegerField()),
                ('oldest_version', models.DateTimeField()),
                ('newest_version', models.DateTimeField()),
                ('kind', models.SmallIntegerField()),
                ('ticker', models.CharField(max_length=64)),
                ('currency', models.CharField(max_length=12)),
                ('fee_currency', models.CharField(max_length=12)),
                ('first_price', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('last_price', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('high', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('low', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('buy_quantity', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('buy_value', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('buy_fees', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('sell_quantity', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('sell_value', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('sell_fees', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('pk', models.CompositePrimaryKey('account_id', 'ticker', 'day', 'currency', 'fee_currency', 'kind', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Month',
            fields=[
                ('account_id', models.IntegerField()),
                ('day', models.DateField()),
                ('buys', models.IntegerField()),
                ('sells', models.IntegerField()),
                ('first_at', models.DateTimeField()),
                ('first_id', models.BigIntegerField()),
                ('last_at', models.DateTimeField()),
                ('last_id', models.BigIntegerField()),
                ('oldest_version', models.DateTimeField()),
                ('newest_version', models.DateTimeField()),
                ('kind', models.SmallIntegerField()),
                ('ticker', models.CharField(max_length=64)),
                ('currency', models.CharField(max_length=12)),
                ('fee_currency', models.CharField(max_length=12)),
                ('first_price', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('last_price', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('high', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('low', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('buy_quantity', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('buy_value', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('buy_fees', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('sell_quantity', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('sell_value', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('sell_fees', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130, null=True)),
                ('pk', models.CompositePrimaryKey('account_id', 'ticker', 'day', 'currency', 'fee_currency', 'kind', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL([MARKS, TIDY], "DROP TABLE trades_mark"),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='rolled_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO trades_mark (account_id, ticker, day) SELECT DISTINCT account_id, ticker, (timestamp AT TIME ZONE 'UTC')::date FROM written; RETURN NULL;", hash='076c34d75cea9c9d9faa5e2a44bc71fc26758b71', level='STATEMENT', operation='INSERT', pgid='pgtrigger_rolled_insert_e12e2', referencing='REFERENCING NEW TABLE AS written ', table='trades_trade', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='rolled_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO trades_mark (account_id, ticker, day) SELECT DISTINCT account_id, ticker, (timestamp AT TIME ZONE 'UTC')::date FROM removed; RETURN NULL;", hash='6375452f44b11716bab279333a7bc73906873df6', level='STATEMENT', operation='DELETE', pgid='pgtrigger_rolled_delete_63832', referencing='REFERENCING OLD TABLE AS removed ', table='trades_trade', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='rolled_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO trades_mark (account_id, ticker, day) SELECT account_id, ticker, (timestamp AT TIME ZONE 'UTC')::date FROM written UNION SELECT account_id, ticker, (timestamp AT TIME ZONE 'UTC')::date FROM removed; RETURN NULL;", hash='4a109ca6142939b85ab5727d08b4967087ccafdf', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_rolled_update_9b520', referencing='REFERENCING OLD TABLE AS removed  NEW TABLE AS written ', table='trades_trade', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='rolled_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func='DELETE FROM trades_mark; DELETE FROM trades_day; DELETE FROM trades_month; RETURN NULL;', hash='93753695b5fafe31384165d255a341b2069fecce', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_rolled_truncate_c3325', table='trades_trade', when='AFTER')),
        ),
    ]
