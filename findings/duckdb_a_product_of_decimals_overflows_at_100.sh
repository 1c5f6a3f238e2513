#!/usr/bin/env bash
# DuckDB 2.0.1: price * quantity, both DECIMAL(18, 8), is an error from 100 on.
#
# Guess:       the product of two decimals of 18 digits gets 36, as there are up to 38: DECIMAL(36, 16).
# Behaviour:   decimals are added up, digits are not: the product stays at 18 digits, which is DECIMAL(18, 16), with two
#              of them before the point. 10 * 10 is an out of range error, while with DECIMAL(19, 8) it is a DECIMAL(37, 16).
# Consequence: a notional works in tests with small numbers, and fails at the first real one; a declaration that is one
#              digit wider would have held it. Cast one side first: price::DECIMAL(38, 8) * quantity.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1
cat >"$folder/product.py" <<'PYTHON'
import sys

import duckdb


def product(price: str, quantity: str, cast: str = "DECIMAL(18, 8)") -> str:
    query = f"SELECT p * q AS n, typeof(n) FROM (SELECT '{price}'::{cast} AS p, '{quantity}'::DECIMAL(18, 8) AS q)"
    try:
        [row] = duckdb.sql(query).fetchall()
    except duckdb.OutOfRangeException as error:
        return str(error).splitlines()[0][:110]
    return f"{row[0]} {row[1]}"


small, large = product("9", "11"), product("10", "10")
wider, widest = product("10", "10", "DECIMAL(19, 8)"), product("10", "10", "DECIMAL(38, 8)")
print(" 9 * 11:", small)
print("10 * 10:", large)
print("10 * 10, a price of DECIMAL(19, 8):", wider)
print("10 * 10, a price of DECIMAL(38, 8):", widest)
overflows = small.endswith("DECIMAL(18,16)") and "Overflow" in large
sys.exit(0 if overflows and wider.startswith("100.") and widest.startswith("100.") else 1)
PYTHON
"$folder/venv/bin/python" "$folder/product.py"
