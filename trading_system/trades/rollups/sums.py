"""The SQL that rolls trades up into days, and days into months. What folds and what reads share it."""

from .models import KEY

# A fee in what is traded is quantity. Where it is as large as the trade, nothing came (1); larger, the other way (2).
FEE_TO_QUANTITY = "CASE side WHEN 'buy' THEN fee ELSE -fee END"
KIND = f"""CASE WHEN fee_currency = currency OR {FEE_TO_QUANTITY} < quantity THEN 0
    WHEN {FEE_TO_QUANTITY} = quantity THEN 1 ELSE 2 END"""
NORMAL, NOTHING, TURNED = 0, 1, 2  # its values
SAME_MONEY = "(fee_currency = currency OR reference_major(fee_currency) = reference_major(currency))"
ADDED_FEE = f"(fee <> 0 OR {SAME_MONEY})"
AMOUNTS = {"quantity": "quantity", "value": "price * quantity", "fees": "fee"}

# Arrays are compared item by item, and a decimal in one keeps its digits: of equal prices, that with the most.
TRADE = "ARRAY[EXTRACT(EPOCH FROM timestamp), id, price]"
HIGH, LOW = "(MAX(ARRAY[{0}, scale({0})]))[1]", "(MIN(ARRAY[{0}, -scale({0})]))[1]"
SIDES = {"buy": "buys", "sell": "sells"}

DAY_OF = "(timestamp AT TIME ZONE 'UTC')::date"
COLUMNS = (
    *KEY, *SIDES.values(), "first_at", "first_id", "first_price", "last_at", "last_id", "last_price", "high", "low",
    *(f"{side}_{name}" for side in SIDES for name in AMOUNTS), "oldest_version", "newest_version",
)  # fmt: skip
OF_TRADES = {
    "kind": KIND,
    **{many: f"COUNT(*) FILTER (WHERE side = '{side}')::integer" for side, many in SIDES.items()},
    "first_at": "MIN(timestamp)",
    "first_id": f"((MIN({TRADE}))[2])::bigint",
    "first_price": f"(MIN({TRADE}))[3]",
    "last_at": "MAX(timestamp)",
    "last_id": f"((MAX({TRADE}))[2])::bigint",
    "last_price": f"(MAX({TRADE}))[3]",
    "high": HIGH.format("price"),
    "low": LOW.format("price"),
    **{
        f"{side}_{name}": f"SUM({amount}) FILTER (WHERE side = '{side}'{' AND ' + ADDED_FEE if name == 'fees' else ''})"
        for side in SIDES
        for name, amount in AMOUNTS.items()
    },
    "oldest_version": "MIN(updated_at)",
    "newest_version": "MAX(updated_at)",
}
# Of several rollups: the first of their first trades, and the last of their last.
FIRST = "MIN(ARRAY[EXTRACT(EPOCH FROM first_at), first_id, first_price])"
LAST = "MAX(ARRAY[EXTRACT(EPOCH FROM last_at), last_id, last_price])"
FIRST_PRICE, LAST_PRICE = f"({FIRST})[3]", f"({LAST})[3]"
OF_DAYS = {
    "day": "DATE_TRUNC('month', day)::date",
    **{many: f"SUM({many})::integer" for many in SIDES.values()},
    "first_at": "MIN(first_at)",
    "first_id": f"(({FIRST})[2])::bigint",
    "first_price": FIRST_PRICE,
    "last_at": "MAX(last_at)",
    "last_id": f"(({LAST})[2])::bigint",
    "last_price": LAST_PRICE,
    "high": HIGH.format("high"),
    "low": LOW.format("low"),
    **{f"{side}_{name}": f"SUM({side}_{name})" for side in SIDES for name in AMOUNTS},
    "oldest_version": "MIN(oldest_version)",
    "newest_version": "MAX(newest_version)",
}
# Of what a trade has in a subquery that rolls it up.
READ = "side, quantity, price, fee, currency, fee_currency, timestamp, id, updated_at"


def selected(expressions: dict[str, str]) -> str:
    return ", ".join(f"{expressions.get(name, name)} AS {name}" for name in COLUMNS)


def rolled(trades: str, *apart: str) -> str:
    """A SELECT of COLUMNS from rows of trades with their `day`; `apart` are further expressions that divide them."""
    return f"""SELECT {selected(OF_TRADES)} FROM ({trades}) trade
        GROUP BY {", ".join((*KEY[:-1], KIND, *apart))}"""  # noqa: S608


def joined(days: str) -> str:
    """A SELECT of COLUMNS of months from rows of days."""
    return f"""SELECT {selected(OF_DAYS)} FROM ({days}) rolled
        GROUP BY account_id, ticker, DATE_TRUNC('month', rolled.day), currency, fee_currency, kind"""  # noqa: S608


def trades_of(days: str, when: str = "TRUE") -> str:
    """The trades of days, each with its day, along their index; `days` is `of_day (account_id, ticker, day)` in FROM.

    `when` is a condition about the trade.
    """
    return f"""SELECT of_day.account_id, of_day.ticker, of_day.day, trade.* FROM {days} CROSS JOIN LATERAL (
            SELECT {READ} FROM trades_trade trade
            WHERE trade.account_id = of_day.account_id AND trade.ticker = of_day.ticker
                AND trade.timestamp >= (of_day.day::timestamp AT TIME ZONE 'UTC')
                AND trade.timestamp < ((of_day.day + 1)::timestamp AT TIME ZONE 'UTC') AND {when} OFFSET 0
        ) trade"""  # noqa: S608
