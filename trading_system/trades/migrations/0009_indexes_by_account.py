from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

UNIQUE = models.UniqueConstraint(
    condition=models.Q(('external_id__isnull', False)),
    fields=('account', 'external_id'),
    name='trade_external_id_account_unique',
    violation_error_message='Another trade has it.',
)
# What an attempt that was interrupted has left is invalid, and made anew.
CREATE = """CREATE UNIQUE INDEX CONCURRENTLY trade_external_id_account_unique
    ON trades_trade (account_id, external_id) WHERE external_id IS NOT NULL"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS trade_external_id_account_unique"
DROP_OLD = "DROP INDEX CONCURRENTLY IF EXISTS trade_external_id_unique"
CREATE_OLD = """CREATE UNIQUE INDEX CONCURRENTLY trade_external_id_unique
    ON trades_trade (external_id) WHERE external_id IS NOT NULL"""


# The table is read and written meanwhile.
class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('trades', '0008_accounts_and_currencies'),
    ]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS trade_account_timestamp", migrations.RunSQL.noop),
        AddIndexConcurrently('trade', models.Index(fields=['account', 'timestamp', 'id'], name='trade_account_timestamp')),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS trade_account_ticker", migrations.RunSQL.noop),
        AddIndexConcurrently(
            'trade', models.Index(fields=['account', 'ticker', 'timestamp', 'id'], name='trade_account_ticker')
        ),
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, DROP, state_operations=[migrations.AddConstraint('trade', UNIQUE)]),
        migrations.RunSQL(
            DROP_OLD,
            CREATE_OLD,
            state_operations=[migrations.RemoveConstraint('trade', 'trade_external_id_unique')],
        ),
        RemoveIndexConcurrently('trade', 'trade_timestamp'),
        RemoveIndexConcurrently('trade', 'trade_ticker_timestamp'),
    ]
