import trades.models
from django.db import migrations

# Those that were refused are known as far as they were listed.
FILL = """UPDATE trades_import SET booked = '{(,)}'::int8multirange - COALESCE(
    (SELECT range_agg(int8range(line, line + 1))
        FROM jsonb_to_recordset(errors) error (line bigint)), '{}')"""


class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0009_indexes_by_account'),
    ]

    operations = [
        migrations.AddField('import', 'booked', trades.models.LinesField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField('import', 'booked', trades.models.LinesField()),
        migrations.RemoveField('import', 'rows'),
        migrations.RemoveField('import', 'failed'),
        migrations.RemoveField('import', 'errors'),
    ]
