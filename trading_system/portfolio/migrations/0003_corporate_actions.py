import datetime
import django.core.validators
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0002_pooled_basis'),
    ]

    operations = [
        migrations.CreateModel(
            name='CorporateAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('split', 'Split'), ('rename', 'Rename')], max_length=6)),
                ('ticker', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('\\A[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~](?:[ A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~]*[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~])?\\Z', 'Must be printable ASCII without , ; " \' < > \\ ` and without spaces around it.')])),
                ('timestamp', models.DateTimeField()),
                ('new', models.BigIntegerField(blank=True, null=True)),
                ('old', models.BigIntegerField(blank=True, null=True)),
                ('to', models.CharField(blank=True, max_length=64, null=True, validators=[django.core.validators.RegexValidator('\\A[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~](?:[ A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~]*[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~])?\\Z', 'Must be printable ASCII without , ; " \' < > \\ ` and without spaces around it.')])),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ('timestamp', 'ticker'),
                'constraints': [models.CheckConstraint(condition=models.Q(('ticker__regex', '\\A[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~](?:[ A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~]*[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~])?\\Z')), name='corporateaction_ticker_form', violation_error_message='Must be printable ASCII without , ; " \' < > \\ ` and without spaces around it.'), models.CheckConstraint(condition=models.Q(('timestamp__gte', datetime.datetime(1, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='corporateaction_timestamp_year', violation_error_message='Must be from the year 1 on.'), models.CheckConstraint(condition=models.Q(('new__gt', 0)), name='corporateaction_new_above_zero', violation_error_message='Must be above zero.'), models.CheckConstraint(condition=models.Q(('new__lte', 1000000000)), name='corporateaction_new_size', violation_error_message='Must be at most 1000000000.'), models.CheckConstraint(condition=models.Q(('old__gt', 0)), name='corporateaction_old_above_zero', violation_error_message='Must be above zero.'), models.CheckConstraint(condition=models.Q(('old__lte', 1000000000)), name='corporateaction_old_size', violation_error_message='Must be at most 1000000000.'), models.CheckConstraint(condition=models.Q(('to__regex', '\\A[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~](?:[ A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~]*[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~])?\\Z')), name='corporateaction_to_form', violation_error_message='Must be printable ASCII without , ; " \' < > \\ ` and without spaces around it.'), models.CheckConstraint(condition=models.Q(('to', models.F('ticker')), _negated=True), name='corporateaction_to_other', violation_error_message='Must be another ticker.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'split'), ('new__isnull', False), ('old__isnull', False), ('to__isnull', True)), models.Q(('kind', 'rename'), ('new__isnull', True), ('old__isnull', True), ('to__isnull', False)), _connector='OR'), name='corporateaction_kind_fields', violation_error_message='A split has new and old, a rename has to.'), models.UniqueConstraint(fields=('ticker', 'timestamp'), name='corporateaction_timestamp_unique', violation_error_message='Another action of the ticker is at this instant.')],
            },
        ),
    ]
