#!/usr/bin/env bash
# chdb 4.4.0 (ClickHouse 26.9): a query's answer as a DataFrame has other decimals and other times than the same as Arrow.
#
# Guess:       Decimal(38, 18) becomes a column of decimal.Decimal, or of Arrow's decimals, as in "ArrowTable"; a time that
#              pandas cannot hold is an error.
# Behaviour:   decimals become float64, and DateTime64(6) becomes datetime64[ns], in which a time before 1677 overflows into
#              another one: the year 1 is 1755. Neither warns. "ArrowTable", which is one word apart, has both exact.
# Consequence: a ledger's sums are binary in the one output that most people ask for, and an impossible date becomes a
#              possible one. Ask for "ArrowTable", and convert that.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check chdb==4.4.0
cat >"$folder/ask.py" <<'PYTHON'
import sys
from decimal import Decimal

import chdb

QUERY = """
    SELECT toDecimal128('99999999999999999999.999999999999999999', 18) AS price,
           toDateTime64('0001-06-06 20:00:00.000000', 6, 'UTC') AS timestamp
"""
[exact] = chdb.query(QUERY, "ArrowTable").to_pylist()
frame = chdb.query(QUERY, "DataFrame")
price, timestamp = frame["price"][0], frame["timestamp"][0]
print("ArrowTable:", exact["price"], exact["timestamp"])
print("DataFrame: ", price, timestamp)
print("types:     ", *frame.dtypes)
is_exact = exact["price"] == Decimal("99999999999999999999.999999999999999999") and exact["timestamp"].year == 1
sys.exit(0 if is_exact and price == 1e20 and frame["price"].dtype == float and timestamp.year == 1755 else 1)
PYTHON
"$folder/venv/bin/python" "$folder/ask.py"
