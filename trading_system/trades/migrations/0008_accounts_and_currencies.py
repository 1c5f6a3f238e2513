import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import trades.models
from django.conf import settings
from django.db import migrations, models
from reference.currencies import major

MAIN = settings.MAIN_CURRENCY


# What is there moves into the account `main`, priced in MAIN_CURRENCY: constants, for which PostgreSQL rewrites no row.
# The indexes follow in 0009, while the table is read and written.
class Migration(migrations.Migration):

    dependencies = [
        ('reference', '0002_functions'),
        ('trades', '0007_validate_wider_amounts'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='trade',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='trade',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='trade',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_default=1, db_index=False, default=1, on_delete=django.db.models.deletion.PROTECT, related_name='trades', to='reference.account'),
        ),
        migrations.AddField(
            model_name='trade',
            name='created_by',
            field=models.CharField(editable=False, max_length=150, null=True),
        ),
        migrations.AddField(
            model_name='trade',
            name='currency',
            field=models.CharField(blank=True, default=MAIN, max_length=12),
        ),
        migrations.AddField(
            model_name='trade',
            name='fee_currency',
            field=models.CharField(blank=True, default=major(MAIN), max_length=12),
        ),
        migrations.AddField(
            model_name='tradeevent',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_default=1, db_index=False, default=1, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reference.account'),
        ),
        migrations.AddField(
            model_name='tradeevent',
            name='created_by',
            field=models.CharField(editable=False, max_length=150, null=True),
        ),
        migrations.AddField(
            model_name='tradeevent',
            name='currency',
            field=models.CharField(blank=True, default=MAIN, max_length=12),
        ),
        migrations.AddField(
            model_name='tradeevent',
            name='fee_currency',
            field=models.CharField(blank=True, default=major(MAIN), max_length=12),
        ),
        migrations.AlterField(
            model_name='trade',
            name='currency',
            field=models.CharField(blank=True, default='', max_length=12),
        ),
        migrations.AlterField(
            model_name='trade',
            name='fee_currency',
            field=models.CharField(blank=True, default='', max_length=12),
        ),
        migrations.AlterField(
            model_name='tradeevent',
            name='currency',
            field=models.CharField(blank=True, default='', max_length=12),
        ),
        migrations.AlterField(
            model_name='tradeevent',
            name='fee_currency',
            field=models.CharField(blank=True, default='', max_length=12),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='currencies', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (COALESCE(NEW.currency, '') = '' OR COALESCE(NEW.fee_currency, '') = '')", func="\n            NEW.currency := COALESCE(\n                NULLIF(NEW.currency, ''), reference_currency_of(NEW.ticker),\n                (SELECT currency FROM reference_account WHERE id = NEW.account_id)\n            );\n            NEW.fee_currency := COALESCE(NULLIF(NEW.fee_currency, ''), reference_major(NEW.currency));\n            RETURN NEW;\n        ", hash='05a56b3e2a1b8743015d139f3c5a198cdb9c7cb5', operation='INSERT OR UPDATE', pgid='pgtrigger_currencies_afad2', table='trades_trade', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='known_insert', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE broken record;', func="\n            PERFORM FROM reference_account WHERE id IN (SELECT account_id FROM written) FOR KEY SHARE;\n            WITH said AS (SELECT DISTINCT account_id, currency, fee_currency FROM written)\n            SELECT * INTO broken FROM (\n                SELECT 'account' AS field, account_id::text AS value FROM said\n                    WHERE NOT EXISTS (SELECT FROM reference_account WHERE id = account_id)\n                UNION ALL SELECT 'currency', currency FROM said\n                    WHERE NOT EXISTS (SELECT FROM reference_currency WHERE code = currency)\n                UNION ALL SELECT 'fee_currency', fee_currency FROM said\n                    WHERE NOT EXISTS (SELECT FROM reference_currency WHERE code = fee_currency)\n            ) unknown LIMIT 1;\n            IF FOUND THEN\n                RAISE foreign_key_violation USING COLUMN = broken.field, CONSTRAINT = 'trade_known',\n                    MESSAGE = 'Unknown ' || REPLACE(broken.field, 'fee_', '') || ': ' || broken.value || '.';\n            END IF;\n            RETURN NULL;\n        ", hash='281d8f76b0962ef11fe46a092a3f59cc0ac641ad', level='STATEMENT', operation='INSERT', pgid='pgtrigger_known_insert_b45b2', referencing='REFERENCING NEW TABLE AS written ', table='trades_trade', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='known_update', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE broken record;', func="\n            PERFORM FROM reference_account WHERE id IN (SELECT account_id FROM written) FOR KEY SHARE;\n            WITH said AS (SELECT DISTINCT account_id, currency, fee_currency FROM written)\n            SELECT * INTO broken FROM (\n                SELECT 'account' AS field, account_id::text AS value FROM said\n                    WHERE NOT EXISTS (SELECT FROM reference_account WHERE id = account_id)\n                UNION ALL SELECT 'currency', currency FROM said\n                    WHERE NOT EXISTS (SELECT FROM reference_currency WHERE code = currency)\n                UNION ALL SELECT 'fee_currency', fee_currency FROM said\n                    WHERE NOT EXISTS (SELECT FROM reference_currency WHERE code = fee_currency)\n            ) unknown LIMIT 1;\n            IF FOUND THEN\n                RAISE foreign_key_violation USING COLUMN = broken.field, CONSTRAINT = 'trade_known',\n                    MESSAGE = 'Unknown ' || REPLACE(broken.field, 'fee_', '') || ': ' || broken.value || '.';\n            END IF;\n            RETURN NULL;\n        ", hash='5b8de46c23f696f73eeeeb7179bdf2de7f50254c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_known_update_40ffc', referencing='REFERENCING NEW TABLE AS written ', table='trades_trade', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trades_tradeevent" ("account_id", "created_at", "created_by", "currency", "external_id", "fee", "fee_currency", "id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "quantity", "side", "ticker", "timestamp", "updated_at") VALUES (OLD."account_id", OLD."created_at", OLD."created_by", OLD."currency", OLD."external_id", OLD."fee", OLD."fee_currency", OLD."id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NEW."updated_at", GREATEST(CLOCK_TIMESTAMP(), OLD."updated_at")), \'update\', OLD."id", OLD."price", OLD."quantity", OLD."side", OLD."ticker", OLD."timestamp", OLD."updated_at"); RETURN NULL;', hash='82ab7e383c82ff0e7d5ced8a7daaff7d2b5c02c5', operation='UPDATE', pgid='pgtrigger_update_update_66868', table='trades_trade', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trades_tradeevent" ("account_id", "created_at", "created_by", "currency", "external_id", "fee", "fee_currency", "id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "quantity", "side", "ticker", "timestamp", "updated_at") VALUES (OLD."account_id", OLD."created_at", OLD."created_by", OLD."currency", OLD."external_id", OLD."fee", OLD."fee_currency", OLD."id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NEW."updated_at", GREATEST(CLOCK_TIMESTAMP(), OLD."updated_at")), \'delete\', OLD."id", OLD."price", OLD."quantity", OLD."side", OLD."ticker", OLD."timestamp", OLD."updated_at"); RETURN NULL;', hash='559fd6ffe755ad7be0ba4560126292d61e313f43', operation='DELETE', pgid='pgtrigger_delete_delete_b193d', table='trades_trade', when='AFTER')),
        ),
        migrations.AlterField(
            model_name='import',
            name='digest',
            field=models.BinaryField(),
        ),
        migrations.AddField(
            model_name='import',
            name='accounts',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=trades.models.main_alone, size=None),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.UniqueConstraint(fields=('digest', 'accounts'), name='import_digest_unique', violation_error_message='Was imported.'),
        ),
    ]
