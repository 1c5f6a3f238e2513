import django.core.validators
import django.db.models.lookups
import rest.columns
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


# Amounts of up to 20 digits before the point and 18 after it, prices of any sign, and tickers of up to 64 characters. No
# rule is stricter than before: none is checked here, where the table is locked, but in 0007, where it is read and written.
class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0005_one_form_of_imports'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='trade',
            name='trade_ticker_form',
        ),
        migrations.RemoveConstraint(
            model_name='trade',
            name='trade_price_above_zero',
        ),
        migrations.RemoveConstraint(
            model_name='trade',
            name='trade_price_whole_digits',
        ),
        migrations.RemoveConstraint(
            model_name='trade',
            name='trade_price_decimals',
        ),
        migrations.RemoveConstraint(
            model_name='trade',
            name='trade_quantity_whole_digits',
        ),
        migrations.RemoveConstraint(
            model_name='trade',
            name='trade_quantity_decimals',
        ),
        migrations.RemoveConstraint(
            model_name='trade',
            name='trade_fee_whole_digits',
        ),
        migrations.RemoveConstraint(
            model_name='trade',
            name='trade_fee_decimals',
        ),
        migrations.AlterField(
            model_name='trade',
            name='fee',
            field=rest.columns.ExactDecimalField(db_default=0, decimal_places=18, default=0, max_digits=38),
        ),
        migrations.AlterField(
            model_name='trade',
            name='price',
            field=rest.columns.ExactDecimalField(decimal_places=18, max_digits=38),
        ),
        migrations.AlterField(
            model_name='trade',
            name='quantity',
            field=rest.columns.ExactDecimalField(decimal_places=18, max_digits=38, validators=[rest.columns.above_zero]),
        ),
        migrations.AlterField(
            model_name='trade',
            name='ticker',
            field=models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('\\A[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~](?:[ A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~]*[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~])?\\Z', 'Must be printable ASCII without , ; " \' < > \\ ` and without spaces around it.')]),
        ),
        migrations.AlterField(
            model_name='tradeevent',
            name='fee',
            field=rest.columns.ExactDecimalField(db_default=0, decimal_places=18, default=0, max_digits=38),
        ),
        migrations.AlterField(
            model_name='tradeevent',
            name='price',
            field=rest.columns.ExactDecimalField(decimal_places=18, max_digits=38),
        ),
        migrations.AlterField(
            model_name='tradeevent',
            name='quantity',
            field=rest.columns.ExactDecimalField(decimal_places=18, max_digits=38, validators=[rest.columns.above_zero]),
        ),
        migrations.AlterField(
            model_name='tradeevent',
            name='ticker',
            field=models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('\\A[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~](?:[ A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~]*[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~])?\\Z', 'Must be printable ASCII without , ; " \' < > \\ ` and without spaces around it.')]),
        ),
        AddConstraintNotValid(
            model_name='trade',
            constraint=models.CheckConstraint(condition=models.Q(('ticker__regex', '\\A[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~](?:[ A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~]*[A-Z0-9!#$%&()*+\\-./:=?@\\[\\]^_{|}~])?\\Z')), name='trade_ticker_form', violation_error_message='Must be printable ASCII without , ; " \' < > \\ ` and without spaces around it.'),
        ),
        AddConstraintNotValid(
            model_name='trade',
            constraint=models.CheckConstraint(condition=models.Q(('price__gt', -100000000000000000000), ('price__lt', 100000000000000000000)), name='trade_price_whole_digits', violation_error_message='At most 20 digits before the point.'),
        ),
        AddConstraintNotValid(
            model_name='trade',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(models.Func(models.F('price'), function='scale', output_field=models.IntegerField()), 18), name='trade_price_decimals', violation_error_message='At most 18 digits after the point.'),
        ),
        AddConstraintNotValid(
            model_name='trade',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__lt', 100000000000000000000)), name='trade_quantity_whole_digits', violation_error_message='At most 20 digits before the point.'),
        ),
        AddConstraintNotValid(
            model_name='trade',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(models.Func(models.F('quantity'), function='scale', output_field=models.IntegerField()), 18), name='trade_quantity_decimals', violation_error_message='At most 18 digits after the point.'),
        ),
        AddConstraintNotValid(
            model_name='trade',
            constraint=models.CheckConstraint(condition=models.Q(('fee__gt', -100000000000000000000), ('fee__lt', 100000000000000000000)), name='trade_fee_whole_digits', violation_error_message='At most 20 digits before the point.'),
        ),
        AddConstraintNotValid(
            model_name='trade',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(models.Func(models.F('fee'), function='scale', output_field=models.IntegerField()), 18), name='trade_fee_decimals', violation_error_message='At most 18 digits after the point.'),
        ),
    ]
