#!/usr/bin/env bash
# Django 5.2.19: Model.from_db(alias, names, values) takes the values in the order of the model, whatever the names say.
#
# Guess:       each value becomes the attribute that stands at its place among the names.
# Behaviour:   the names only say which fields there are. The values go to these in the order of the class body, so that
#              names in another order exchange them, silently: no type is checked, and a text becomes a price.
# Consequence: RETURNING, or SELECT, of columns in an order of one's own makes models whose fields are exchanged; and so
#              does moving a field within the class, which needs no migration.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import django
from django.conf import settings

settings.configure(INSTALLED_APPS=[], DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3"}})
django.setup()

from django.db import models


class Trade(models.Model):
    ticker = models.TextField()
    price = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        app_label = "ledger"


whole = Trade.from_db("default", ("price", "ticker", "id"), ("170.25", "AAPL", 7))
part = Trade.from_db("default", ("price", "ticker"), ("170.25", "AAPL"))
for name, trade in (("all three names", whole), ("two of them", part)):
    shown = {key: trade.__dict__.get(key) for key in ("id", "ticker", "price")}
    print(f"{name}: {shown}")
sys.exit(0 if whole.__dict__["id"] == part.ticker == "170.25" and part.price == "AAPL" else 1)
PYTHON
