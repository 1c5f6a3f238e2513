"""The cost basis by average cost, as an aggregate: it needs the trades of a ticker one by one, in their order."""

from django.db import migrations

CREATE = """
CREATE FUNCTION portfolio_average_basis_step(state numeric[], quantity numeric, price numeric) RETURNS numeric[] AS $$
DECLARE
    held CONSTANT numeric := state[1];
    basis CONSTANT numeric := state[2];
    net CONSTANT numeric := held + quantity;
BEGIN
    IF SIGN(held) * SIGN(quantity) >= 0 THEN
        RETURN ARRAY[net, basis + quantity * price];
    ELSIF net = 0 THEN
        RETURN ARRAY[0, 0];
    ELSIF SIGN(net) <> SIGN(held) THEN
        RETURN ARRAY[net, net * price];
    END IF;
    RETURN ARRAY[net, ROUND(ROUND(basis, 48) * net / held, 48)];
END
$$ LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION portfolio_average_basis_end(state numeric[]) RETURNS numeric AS $$
    SELECT state[2]
$$ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE portfolio_average_basis(quantity numeric, price numeric) (
    SFUNC = portfolio_average_basis_step, STYPE = numeric[], INITCOND = '{0,0}',
    FINALFUNC = portfolio_average_basis_end, PARALLEL = SAFE
);
"""
DROP = """
DROP AGGREGATE portfolio_average_basis(numeric, numeric);
DROP FUNCTION portfolio_average_basis_end(numeric[]);
DROP FUNCTION portfolio_average_basis_step(numeric[], numeric, numeric);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(CREATE, DROP)]
