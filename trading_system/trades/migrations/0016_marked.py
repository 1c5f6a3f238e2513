"""All days are marked that have trades: what folds computes them, and answers are exact before, during and after it."""

from django.db import migrations

MARK_ALL = """INSERT INTO trades_mark (account_id, ticker, day)
    SELECT DISTINCT account_id, ticker, (timestamp AT TIME ZONE 'UTC')::date FROM trades_trade"""


class Migration(migrations.Migration):
    dependencies = [("trades", "0015_rollups")]
    operations = [migrations.RunSQL(MARK_ALL, migrations.RunSQL.noop)]
