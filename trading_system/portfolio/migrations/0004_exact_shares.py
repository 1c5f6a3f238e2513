"""Shares that are rounded once: a quotient has more decimals than are wanted, and was rounded to these before."""

from django.db import migrations

# portfolio_share is value * part / whole, in multiples of the unit, half away from zero.
FUNCTIONS = """
CREATE FUNCTION portfolio_share(value numeric, part numeric, whole numeric, unit numeric) RETURNS numeric AS $$
    SELECT SIGN(value) * SIGN(part) * SIGN(whole) * unit
        * DIV(2 * ABS(value * part) + ABS(whole) * unit, 2 * ABS(whole) * unit)
$$ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE;

CREATE OR REPLACE FUNCTION portfolio_pool_step(state numeric[], quantity numeric, value numeric, fee numeric)
RETURNS numeric[] AS $$
DECLARE
    held CONSTANT numeric := state[1];
    net CONSTANT numeric := held + quantity;
BEGIN
    IF SIGN(held) * SIGN(quantity) >= 0 THEN
        RETURN ARRAY[net, state[2] + value, state[3] + fee];
    ELSIF net = 0 THEN
        RETURN ARRAY[0, 0, 0];
    ELSIF SIGN(net) <> SIGN(held) THEN
        RETURN ARRAY[net, portfolio_share(value, net, quantity, 1e-48), portfolio_share(fee, net, quantity, 1e-18)];
    END IF;
    RETURN ARRAY[net, portfolio_share(state[2], net, held, 1e-48), portfolio_share(state[3], net, held, 1e-18)];
END
$$ LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

DROP AGGREGATE portfolio_average_basis(numeric, numeric);
DROP FUNCTION portfolio_average_basis_end(numeric[]);
DROP FUNCTION portfolio_average_basis_step(numeric[], numeric, numeric);
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_corporate_actions")]
    operations = [migrations.RunSQL(FUNCTIONS)]
