from django.db import migrations, models

# A function, because a hot standby cannot even plan a query of a table that is not logged. It deletes a bounded number
# of old counts for each new one, and skips those that another session has locked, so that no two can deadlock.
CREATE = """
CREATE FUNCTION access_count(counted text, seconds integer, OUT used bigint, OUT remaining double precision)
LANGUAGE plpgsql AS $$
DECLARE
    now double precision := EXTRACT(EPOCH FROM CLOCK_TIMESTAMP());
    this_window bigint := FLOOR(now / seconds);
BEGIN
    IF current_setting('transaction_read_only')::boolean THEN
        RETURN;
    END IF;
    remaining := (this_window + 1) * seconds::bigint - now;
    INSERT INTO access_usage AS kept (key, minute, used) VALUES (counted, this_window, 1)
    ON CONFLICT (key) DO UPDATE SET minute = EXCLUDED.minute,
        used = 1 + CASE WHEN kept.minute = EXCLUDED.minute THEN kept.used ELSE 0 END
    RETURNING kept.used INTO used;
    IF used = 1 THEN
        DELETE FROM access_usage WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM access_usage WHERE minute < this_window LIMIT 100 FOR UPDATE SKIP LOCKED));
    END IF;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_token_of'),
    ]

    operations = [
        migrations.AlterField(
            model_name='usage',
            name='minute',
            field=models.BigIntegerField(db_index=True),
        ),
        migrations.RunSQL(CREATE, "DROP FUNCTION access_count(text, integer)"),
    ]
