from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

RULES = [
    'trade_ticker_form',
    'trade_price_whole_digits',
    'trade_price_decimals',
    'trade_quantity_whole_digits',
    'trade_quantity_decimals',
    'trade_fee_whole_digits',
    'trade_fee_decimals',
]


class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0006_wider_amounts_and_tickers'),
    ]

    operations = [ValidateConstraint('trade', name) for name in RULES]
