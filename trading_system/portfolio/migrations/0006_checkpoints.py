"""Checkpoints, and what keeps them right: a mark that is folded is kept until they were made anew.

There are none at first: whatever has trades and no checkpoint gets one from the next `manage.py fold`.
"""

import django.contrib.postgres.fields
import rest.columns
from django.db import migrations, models


# As trades_mark, which it follows. Of a ticker one day says enough: the first.
STALE = """
CREATE TABLE portfolio_stale (account_id integer NOT NULL, ticker varchar(64) NOT NULL, day date NOT NULL);

CREATE FUNCTION portfolio_folded() RETURNS trigger AS $$
BEGIN
    INSERT INTO portfolio_stale (account_id, ticker, day)
        SELECT account_id, ticker, MIN(day) FROM folded GROUP BY account_id, ticker;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER portfolio_folded AFTER DELETE ON trades_mark REFERENCING OLD TABLE AS folded
    FOR EACH STATEMENT EXECUTE FUNCTION portfolio_folded();

CREATE FUNCTION portfolio_emptied() RETURNS trigger AS $$
BEGIN
    DELETE FROM portfolio_checkpoint;
    DELETE FROM portfolio_stale;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER portfolio_emptied AFTER TRUNCATE ON trades_trade
    FOR EACH STATEMENT EXECUTE FUNCTION portfolio_emptied();
"""
NOT_STALE = """
DROP TRIGGER portfolio_emptied ON trades_trade;
DROP FUNCTION portfolio_emptied();
DROP TRIGGER portfolio_folded ON trades_mark;
DROP FUNCTION portfolio_folded();
DROP TABLE portfolio_stale;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0005_action_history'),
        ('trades', '0016_marked'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticker', models.CharField(max_length=64)),
                ('currency', models.CharField(max_length=12)),
                ('method', models.CharField(max_length=8)),
                ('accounts', models.CharField(max_length=32)),
                ('day', models.DateField()),
                ('signature', models.CharField(max_length=32)),
                ('quantity', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('basis', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('open_fees', rest.columns.ExactDecimalField(decimal_places=80, max_digits=130)),
                ('lots', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('remainders', django.contrib.postgres.fields.ArrayField(base_field=rest.columns.ExactDecimalField(decimal_places=80, max_digits=130), size=None)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticker', 'currency', 'method', 'accounts', 'day'), name='checkpoint_unique')],
            },
        ),
        migrations.RunSQL(STALE, NOT_STALE),
    ]
