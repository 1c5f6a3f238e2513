"""A rule of accounts that no constraint can say: a trigger of their table."""

import pgtrigger

from .seeds import MAIN

STAYS = f"""
    IF OLD.id = {MAIN}
        OR EXISTS (SELECT FROM trades_trade WHERE account_id = OLD.id)
        OR EXISTS (SELECT FROM trades_tradeevent WHERE account_id = OLD.id)
    THEN
        RAISE foreign_key_violation USING CONSTRAINT = 'account_stays',
            MESSAGE = 'The account ' || OLD.name || ' is main, or has trades, or had some.';
    END IF;
    RETURN OLD;
"""  # noqa: S608


def stays() -> pgtrigger.Trigger:
    """Whoever deletes it: `main` stays, and so does an account that has trades or a part of their history.

    Trades have no foreign key to it, and their history would belong to nobody.
    """
    return pgtrigger.Trigger(name="stays", when=pgtrigger.Before, operation=pgtrigger.Delete, func=STAYS)
