import pgtrigger.compiler
import pgtrigger.migrations
import rest.columns
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

# The first id that a transaction can have stands for all of before: a constant, for which PostgreSQL rewrites no row.
BEFORE = models.Value('3', rest.columns.TransactionField())


def column(model: str, name: str) -> list[Operation]:
    then = rest.columns.TransactionField(db_default=BEFORE, editable=False)
    now = rest.columns.TransactionField(db_default=rest.columns.CurrentTransaction(), editable=False)
    return [migrations.AddField(model, name, then), migrations.AlterField(model, name, now)]


# The indexes follow in 0014, while the table is read and written.
class Migration(migrations.Migration):

    dependencies = [
        ('reference', '0003_accounts_stay'),
        ('trades', '0012_kept_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ledger',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('uuid', models.UUIDField()),
                ('system', models.BigIntegerField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='trade',
            name='times',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='trade',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='trade',
            name='delete_delete',
        ),
        *column('trade', 'xid'),
        *column('tradeevent', 'xid'),
        *column('tradeevent', 'pgh_xid'),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='times', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            NEW.created_at := OLD.created_at;\n            NEW.updated_at := OLD.updated_at;\n            NEW.xid := OLD.xid;\n            IF NEW *<> OLD THEN\n                NEW.updated_at := GREATEST(CLOCK_TIMESTAMP(), OLD.updated_at + INTERVAL '1 microsecond');\n                NEW.xid := GREATEST(pg_current_xact_id(), OLD.xid);\n            END IF;\n            RETURN NEW;\n        ", hash='e8cca45e0732c6ef59d66b2a3fd7878bb7a88602', operation='UPDATE', pgid='pgtrigger_times_5e55b', table='trades_trade', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trades_tradeevent" ("account_id", "created_at", "created_by", "currency", "external_id", "fee", "fee_currency", "id", "import_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "quantity", "side", "ticker", "timestamp", "updated_at", "xid") VALUES (OLD."account_id", OLD."created_at", OLD."created_by", OLD."currency", OLD."external_id", OLD."fee", OLD."fee_currency", OLD."id", OLD."import_id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NEW."updated_at", GREATEST(CLOCK_TIMESTAMP(), OLD."updated_at")), \'update\', OLD."id", OLD."price", OLD."quantity", OLD."side", OLD."ticker", OLD."timestamp", OLD."updated_at", OLD."xid"); RETURN NULL;', hash='303cc51d3114a725b373833eed56f07453338de0', operation='UPDATE', pgid='pgtrigger_update_update_66868', table='trades_trade', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trade',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trades_tradeevent" ("account_id", "created_at", "created_by", "currency", "external_id", "fee", "fee_currency", "id", "import_id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "quantity", "side", "ticker", "timestamp", "updated_at", "xid") VALUES (OLD."account_id", OLD."created_at", OLD."created_by", OLD."currency", OLD."external_id", OLD."fee", OLD."fee_currency", OLD."id", OLD."import_id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NEW."updated_at", GREATEST(CLOCK_TIMESTAMP(), OLD."updated_at")), \'delete\', OLD."id", OLD."price", OLD."quantity", OLD."side", OLD."ticker", OLD."timestamp", OLD."updated_at", OLD."xid"); RETURN NULL;', hash='b9bc18fa0777a8c2d0df2527eeeb1f0d08621bb3', operation='DELETE', pgid='pgtrigger_delete_delete_b193d', table='trades_trade', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='ledger',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='ledger_id_only', violation_error_message='There is one.'),
        ),
    ]
