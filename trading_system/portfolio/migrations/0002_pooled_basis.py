"""The basis by average cost with fees, of values: a value is what a split of the units leaves as it was."""

from django.db import migrations

# The state: units that are held, what they cost, and their fees; the answer is the last two. Values and fees of a part
# are rounded as in portfolio/lots.py; a quotient has at least the decimals of its dividend, which is why that has them.
CREATE = """
CREATE FUNCTION portfolio_pool_step(state numeric[], quantity numeric, value numeric, fee numeric) RETURNS numeric[] AS $$
DECLARE
    held CONSTANT numeric := state[1];
    net CONSTANT numeric := held + quantity;
BEGIN
    IF SIGN(held) * SIGN(quantity) >= 0 THEN
        RETURN ARRAY[net, state[2] + value, state[3] + fee];
    ELSIF net = 0 THEN
        RETURN ARRAY[0, 0, 0];
    ELSIF SIGN(net) <> SIGN(held) THEN
        RETURN ARRAY[net, ROUND(ROUND(value, 48) * net / quantity, 48), ROUND(ROUND(fee, 18) * net / quantity, 18)];
    END IF;
    RETURN ARRAY[net, ROUND(ROUND(state[2], 48) * net / held, 48), ROUND(ROUND(state[3], 18) * net / held, 18)];
END
$$ LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION portfolio_pool_end(state numeric[]) RETURNS numeric[] AS $$
    SELECT state[2:3]
$$ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE portfolio_pool(quantity numeric, value numeric, fee numeric) (
    SFUNC = portfolio_pool_step, STYPE = numeric[], INITCOND = '{0,0,0}', FINALFUNC = portfolio_pool_end,
    PARALLEL = SAFE
);
"""
DROP = """
DROP AGGREGATE portfolio_pool(numeric, numeric, numeric);
DROP FUNCTION portfolio_pool_end(numeric[]);
DROP FUNCTION portfolio_pool_step(numeric[], numeric, numeric, numeric);
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_average_basis")]
    operations = [migrations.RunSQL(CREATE, DROP)]
