"""What the database does by itself when a trade is written."""

import pgtrigger


def keep_times() -> pgtrigger.Trigger:
    """`updated_at` and `xid` say when a trade's present version began, and in which transaction, whoever wrote it.

    Two versions never share an instant. The id never falls from one to the next, although the transaction with the
    lower id may be the one that writes last. A write that changes nothing, digit for digit, makes no version.
    """
    return pgtrigger.Trigger(
        name="times",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="""
            NEW.created_at := OLD.created_at;
            NEW.updated_at := OLD.updated_at;
            NEW.xid := OLD.xid;
            IF NEW *<> OLD THEN
                NEW.updated_at := GREATEST(CLOCK_TIMESTAMP(), OLD.updated_at + INTERVAL '1 microsecond');
                NEW.xid := GREATEST(pg_current_xact_id(), OLD.xid);
            END IF;
            RETURN NEW;
        """,
    )


def fill_currencies() -> pgtrigger.Trigger:
    """Prices that do not say what they are in are in the ticker's own currency, or in the account's.

    Fees are in that currency, and those of prices in a minor unit in the major one: no broker charges in pence.
    """
    return pgtrigger.Trigger(
        name="currencies",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("COALESCE(NEW.currency, '') = '' OR COALESCE(NEW.fee_currency, '') = ''"),
        func="""
            NEW.currency := COALESCE(
                NULLIF(NEW.currency, ''), reference_currency_of(NEW.ticker),
                (SELECT currency FROM reference_account WHERE id = NEW.account_id)
            );
            NEW.fee_currency := COALESCE(NULLIF(NEW.fee_currency, ''), reference_major(NEW.currency));
            RETURN NEW;
        """,
    )


def known() -> list[pgtrigger.Trigger]:
    """One for each operation: PostgreSQL gives no transition table to a trigger of two."""
    return [known_of(operation) for operation in (pgtrigger.Insert, pgtrigger.Update)]


def known_of(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """A trade's account and currencies exist. A foreign key would ask for each row; this asks once a statement.

    As a foreign key does, it holds the account until the end of the transaction: nobody deletes it meanwhile.
    What is unknown is told as a foreign key would, by the column's name.
    """
    return pgtrigger.Trigger(
        name=f"known_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
        declare=[("broken", "record")],
        func="""
            PERFORM FROM reference_account WHERE id IN (SELECT account_id FROM written) FOR KEY SHARE;
            WITH said AS (SELECT DISTINCT account_id, currency, fee_currency FROM written)
            SELECT * INTO broken FROM (
                SELECT 'account' AS field, account_id::text AS value FROM said
                    WHERE NOT EXISTS (SELECT FROM reference_account WHERE id = account_id)
                UNION ALL SELECT 'currency', currency FROM said
                    WHERE NOT EXISTS (SELECT FROM reference_currency WHERE code = currency)
                UNION ALL SELECT 'fee_currency', fee_currency FROM said
                    WHERE NOT EXISTS (SELECT FROM reference_currency WHERE code = fee_currency)
            ) unknown LIMIT 1;
            IF FOUND THEN
                RAISE foreign_key_violation USING COLUMN = broken.field, CONSTRAINT = 'trade_known',
                    MESSAGE = 'Unknown ' || REPLACE(broken.field, 'fee_', '') || ': ' || broken.value || '.';
            END IF;
            RETURN NULL;
        """,
    )
