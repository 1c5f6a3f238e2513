from django.db import migrations

# 0003 was changed after it had landed: in databases that it reached before, `failed` may not be null. What its first
# form stored is brought to the meaning of the second: how many rows failed is not known of files that were imported
# before 0003, and a file of which no trade is in the ledger was not imported.
ONE_FORM = """
ALTER TABLE trades_import ALTER COLUMN failed DROP NOT NULL, ALTER COLUMN failed DROP DEFAULT;
UPDATE trades_import SET failed = NULL
    WHERE created_at < (SELECT MIN(applied) FROM django_migrations WHERE app = 'trades' AND name = '0003_refused_rows');
DELETE FROM trades_import WHERE rows = 0;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0004_fee'),
    ]

    operations = [migrations.RunSQL(ONE_FORM, migrations.RunSQL.noop)]
