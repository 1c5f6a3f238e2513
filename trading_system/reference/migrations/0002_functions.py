"""Who sees an account, and what a ticker says of itself, for the SQL of all rooms above."""

from typing import Any

from django.db import migrations
from reference.seeds import add_what_is_known

# In PL/pgSQL, whose plans a connection keeps: the query that calls them is planned without them.
CREATE = r"""
ALTER TABLE reference_account ALTER id RESTART WITH 2;  -- the first is `main`, which is added with its id

CREATE FUNCTION reference_accounts(viewer integer, books boolean) RETURNS SETOF reference_account AS $$
BEGIN
    RETURN QUERY SELECT account.* FROM reference_account account
        WHERE NOT EXISTS (SELECT FROM reference_membership member WHERE member.account_id = account.id)
            OR EXISTS (
                SELECT FROM reference_membership member WHERE member.account_id = account.id
                    AND member.user_id = viewer AND (member.role = 'trader' OR NOT books)
            );
END
$$ LANGUAGE plpgsql STABLE ROWS 10;

-- The two currencies of a pair, such as ETH-USD, XRP/ETH or EUR_CHF; none of any other ticker.
CREATE FUNCTION reference_pair(ticker text) RETURNS text[] AS $$
DECLARE
    pair CONSTANT text[] := regexp_match(ticker, '^([A-Z0-9]{2,12})[-/_]([A-Z0-9]{2,12})$');
BEGIN
    IF pair[1] <> pair[2] AND (SELECT COUNT(*) FROM reference_currency WHERE code = ANY(pair)) = 2 THEN
        RETURN pair;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql STABLE STRICT;

-- What the prices of a ticker are in; null if only the account knows.
CREATE FUNCTION reference_currency_of(wanted text) RETURNS text AS $$
BEGIN
    RETURN COALESCE(
        (SELECT currency FROM reference_instrument WHERE ticker = wanted), (reference_pair(wanted))[2]);
END
$$ LANGUAGE plpgsql STABLE STRICT;

-- What a unit of a ticker is, where that is a currency: ETH of ETH-USD, and of ETH.
CREATE FUNCTION reference_base_of(wanted text) RETURNS text AS $$
BEGIN
    RETURN COALESCE(
        (SELECT base_asset FROM reference_instrument WHERE ticker = wanted), (reference_pair(wanted))[1],
        (SELECT code FROM reference_currency WHERE code = wanted));
END
$$ LANGUAGE plpgsql STABLE STRICT;

CREATE FUNCTION reference_major(currency text) RETURNS text AS $$
    SELECT CASE currency WHEN 'GBX' THEN 'GBP' WHEN 'ZAC' THEN 'ZAR' WHEN 'ILA' THEN 'ILS' ELSE currency END
$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;
"""
DROP = """
DROP FUNCTION reference_major(text);
DROP FUNCTION reference_base_of(text);
DROP FUNCTION reference_currency_of(text);
DROP FUNCTION reference_pair(text);
DROP FUNCTION reference_accounts(integer, boolean);
"""




def add(apps: Any, schema_editor: Any) -> None:
    """Also added after each `migrate`; here, as trades are booked while the migrations that follow are carried out."""
    add_what_is_known(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("reference", "0001_accounts_and_instruments")]
    operations = [migrations.RunSQL(CREATE, DROP), migrations.RunPython(add, migrations.RunPython.noop)]
