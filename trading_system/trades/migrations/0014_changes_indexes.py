from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Greatest

INDEXES = (
    ('trade', models.Index(fields=['xid', 'id'], name='trade_xid')),
    ('tradeevent', models.Index(fields=['xid', 'pgh_obj', 'pgh_id'], name='tradeevent_xid')),
    (
        'tradeevent',
        models.Index(
            Greatest('pgh_xid', 'xid'), 'pgh_obj', 'pgh_id', name='tradeevent_deletion',
            condition=models.Q(('pgh_label', 'delete')),
        ),
    ),
)


# The table is read and written meanwhile. What an attempt that was interrupted has left is invalid, and made anew.
class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('trades', '0013_changes'),
    ]

    operations = [
        operation
        for model, index in INDEXES
        for operation in (
            migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}", migrations.RunSQL.noop),
            AddIndexConcurrently(model, index),
        )
    ]
