import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import trades.imports
from django.db import migrations, models

# A record was of one account, or of several before 2026-11-29. Each becomes an import of its own; by whom, and how many
# rows it had, is not known. Constraints are checked before the table is altered further.
CONVERT = """
INSERT INTO trades_importedlines (import_id, account_id, lines)
    SELECT id, unnest(accounts), booked FROM trades_import;
UPDATE trades_import SET booked_at = created_at;
SET CONSTRAINTS ALL IMMEDIATE"""
# Undone imports were none, and of a file that was imported several times, each account has one record.
CONVERT_BACK = """
CREATE TEMPORARY TABLE booked_lines ON COMMIT DROP AS
    SELECT digest, account_id, range_agg(lines) AS booked, MIN(created_at) AS created_at
    FROM trades_importedlines JOIN trades_import ON trades_import.id = import_id
    WHERE booked_at IS NOT NULL AND undone_at IS NULL GROUP BY digest, account_id;
DELETE FROM trades_importedlines;
DELETE FROM trades_import;
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO trades_import (digest, accounts, booked, created_at)
    SELECT digest, ARRAY[account_id], booked, created_at FROM booked_lines"""


class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0010_booked_lines'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedLines',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.IntegerField(db_column='account_id')),
                ('lines', trades.imports.LinesField()),
                ('corrected', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=[], default=list, size=None)),
                ('source', models.ForeignKey(db_column='import_id', on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='trades.import')),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='trade',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='trade',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='import',
            name='booked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='corrected',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='created',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='created_by',
            field=models.CharField(max_length=150, null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='duplicates',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='failed',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='first_trade',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='last_trade',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='left_out',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='import',
            name='made',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name='import',
            name='name',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='import',
            name='profile',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='import',
            name='repeated',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='undone_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name='import',
            name='import_digest_unique',
        ),
        migrations.AlterField('import', 'booked', trades.imports.LinesField(null=True)),
        migrations.RunSQL(CONVERT, CONVERT_BACK),
        migrations.RemoveField(
            model_name='import',
            name='accounts',
        ),
        migrations.RemoveField(
            model_name='import',
            name='booked',
        ),
        migrations.AddField(
            model_name='trade',
            name='import_id',
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='tradeevent',
            name='import_id',
            field=models.IntegerField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(fields=['digest'], name='import_digest'),
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(fields=['created_at', 'id'], name='import_created_at'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trades_tradeevent" ("account_id", "created_at", "created_by", "currency", "external_id", "fee", "fee_currency", "id", "import_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "quantity", "side", "ticker", "timestamp", "updated_at") VALUES (OLD."account_id", OLD."created_at", OLD."created_by", OLD."currency", OLD."external_id", OLD."fee", OLD."fee_currency", OLD."id", OLD."import_id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NEW."updated_at", GREATEST(CLOCK_TIMESTAMP(), OLD."updated_at")), \'update\', OLD."id", OLD."price", OLD."quantity", OLD."side", OLD."ticker", OLD."timestamp", OLD."updated_at"); RETURN NULL;', hash='f64fd864bb053748c6ff1cc9a2c0a251665109e1', operation='UPDATE', pgid='pgtrigger_update_update_66868', table='trades_trade', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trades_tradeevent" ("account_id", "created_at", "created_by", "currency", "external_id", "fee", "fee_currency", "id", "import_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "quantity", "side", "ticker", "timestamp", "updated_at") VALUES (OLD."account_id", OLD."created_at", OLD."created_by", OLD."currency", OLD."external_id", OLD."fee", OLD."fee_currency", OLD."id", OLD."import_id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NEW."updated_at", GREATEST(CLOCK_TIMESTAMP(), OLD."updated_at")), \'delete\', OLD."id", OLD."price", OLD."quantity", OLD."side", OLD."ticker", OLD."timestamp", OLD."updated_at"); RETURN NULL;', hash='cea24b0e4ea833c180e9d97e89b98439a58bb470', operation='DELETE', pgid='pgtrigger_delete_delete_b193d', table='trades_trade', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='importedlines',
            constraint=models.UniqueConstraint(fields=('source', 'account'), name='importedlines_account_unique'),
        ),
    ]
