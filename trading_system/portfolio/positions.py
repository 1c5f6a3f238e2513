"""What is held of each ticker, what it cost, and what was earned: positions follow from trades.

All methods use one identity. Of everything that was paid and received, what is not in the position any more was
realised: realised profit = value sold - value bought + cost basis, where the value of a trade is its price times its
quantity, and the basis of a short position is negative, since its units were sold before they are bought. It is the
same with fees: those that are not the share of units still held belong to what was realised.

lots.py says what the methods do, one lot after another. PostgreSQL computes two of them without:

First in, first out: units of a ticker wait in one queue, bought or sold short, and a trade of the other side takes the
oldest. So the k-th unit ever bought meets the k-th unit ever sold, whichever came first: had either been taken by
another, it would not have been the oldest. What is left when both have met as often as they can are the newest units
of the side that has more, as many as the position has; their value is the cost basis.

Average cost: a trade that increases the position adds its value to the basis, one that reduces it takes the basis down
in proportion, so that the average stays; one that goes through zero begins anew at its price. The proportion is a
division: the basis is rounded there to VALUE_DECIMALS decimals, half away from zero. What that leaves out of the basis
is in the realised profit, so the two always add up.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from reference.currencies import major, minor
from reference.models import Instrument
from rest import instants
from rest.amounts import EXACT, decimal_text, quotient
from rest.selection import Selection, records
from trades.rollups.pieces import answered
from trades.summary import MAX_SUMMARY

from . import fifo
from .by_now import Adjusted, Scale, adjusted_by
from .checkpoint_reader import from_checkpoints
from .in_turn import Names, fill_of, key_of, ordered, told_of, trades_by_key
from .lots import METHODS
from .models import CorporateAction
from .rollups import RolledUp, rolled_up

# The last trade's: arrays compare by (timestamp, id), and a decimal in one keeps its digits.
TOTALS = """SELECT {{key}}, SUM(quantity) AS net, -SUM(value) AS cash, SUM(fee) AS fees,
    ({last})[3] AS last_price, ({last})[4] AS in_minor, MAX({at}) AS last_timestamp FROM {trades} GROUP BY {{key}}"""
LAST = "MAX(ARRAY[EXTRACT(EPOCH FROM {0}), {1}, {2}, in_minor])"
OTHER_FEES = """SELECT {{key}}, json_object_agg(fee_currency, amount::text ORDER BY fee_currency) AS other_fees FROM (
        SELECT {{key}}, fee_currency, SUM(other_fee) AS amount FROM {trades}
        WHERE {any} GROUP BY {{key}}, fee_currency
    ) others GROUP BY {{key}}"""
OF_TRADES = {
    "totals": TOTALS.format(trades="trades", at="timestamp", last=LAST.format("timestamp", "id", "price")),
    "others": OTHER_FEES.format(trades="trades", any="other_fee <> 0"),
}
OF_PIECES = {
    "totals": TOTALS.format(trades="moved", at="last_at", last=LAST.format("last_at", "last_id", "last_price")),
    "others": OTHER_FEES.format(trades="moved", any="other_fee IS NOT NULL"),
}
IN_SQL = {
    "fifo": fifo.bases("{key}", "trades", "SELECT {key}, net FROM totals"),
    "average": """SELECT {key}, pool[1] AS basis, pool[2] AS open_fees FROM (
        SELECT {key}, portfolio_pool(quantity, value, fee ORDER BY timestamp, id)
            FILTER (WHERE quantity <> 0) AS pool
        FROM trades GROUP BY {key}) pools""",
}
POSITIONS = f"""SELECT {{key}}, net, cash, fees, COALESCE(basis, 0) AS basis, COALESCE(open_fees, 0) AS open_fees,
    last_price, last_timestamp, in_minor, other_fees
    FROM totals LEFT JOIN bases USING ({{key}}) LEFT JOIN others USING ({{key}})
    ORDER BY {{order}} LIMIT {MAX_SUMMARY + 1}"""  # noqa: S608


def positions_of(selection: Selection, method: str, group: str = "none") -> list[dict[str, Any]]:
    """A position for each ticker and currency, in the order of their names, also where nothing is held by now.

    `{"ticker", "currency", "quoted_in", "multiplier", "quantity", "average_cost", "cost_basis", "realised_profit",
    "realised_profit_after_fees", "fees", "other_fees", "last"}`: quoted_in is what prices of the ticker are in, the
    currency or its minor unit. quantity is below zero for a short position, and so is its cost_basis. average_cost is
    cost_basis / quantity / multiplier, to 28 digits, or None where nothing is held. fees are those of all trades that
    are in the position's currency, other_fees those in others, `{"currency", "amount"}` for each.
    realised_profit_after_fees is less those fees that are not the share of units still held. last is the last trade.
    With the group "account", accounts have positions of their own, with the name as "account". All is in units of
    today, or of `as_of`: corporate actions have changed the trades before them. ValidationError if there are more than
    MAX_SUMMARY.
    """
    key = key_of(group)
    found, scale = found_of(selection, method, key)
    rows = list(islice(found, MAX_SUMMARY + 1))
    if len(rows) > MAX_SUMMARY:
        raise ValidationError({"ticker": f"An answer has at most {MAX_SUMMARY} positions; choose some by ticker."})
    tickers = [row["ticker"] for row in rows]
    known = Instrument.objects.of(*tickers).in_bulk(field_name="ticker")
    instruments = [known.get(ticker) or Instrument(ticker=ticker) for ticker in tickers]
    return [position(scale[one.ticker], one, told_of(group), row) for one, row in zip(instruments, rows, strict=True)]


def found_of(selection: Selection, method: str, key: Names) -> tuple[Iterable[dict[str, Any]], dict[str, Scale]]:
    """The sums of each key's trades, and of what is held of them; and what they are multiplied by."""
    actions = CorporateAction.objects.in_effect(selection.instant)
    pieces = rolled_up(selection, actions)
    if pieces and method == "fifo":
        return from_pieces(pieces, key), pieces.scale
    if pieces and pieces.of_all_time:
        return from_checkpoints(pieces, OF_PIECES, method, key), pieces.scale
    trades = adjusted_by(actions, selection)
    return (from_totals if method in IN_SQL else from_lots)(trades, method, key), trades.scale


def from_pieces(trades: RolledUp, key: Names) -> list[dict[str, Any]]:
    """Of rolled-up trades, from one query."""
    return answered(statement(trades.relations, OF_PIECES, fifo.bases_of(trades, key), key), trades.parameters)


def from_totals(trades: Adjusted, method: str, key: Names) -> list[dict[str, Any]]:
    """Of trades, from one query."""
    bases = {"bases": IN_SQL[method].format(key=", ".join(key))}
    return records(statement(f"trades AS ({trades.sql})", OF_TRADES, bases, key), trades.parameters)


def statement(first: str, sums: dict[str, str], bases: dict[str, str], key: Names) -> str:
    """The query of POSITIONS, with the relations it needs behind the first ones."""
    names = ", ".join(key)
    relations = {**{name: sql.format(key=names) for name, sql in sums.items()}, **bases}
    written = ", ".join(f"{name} AS MATERIALIZED ({sql})" for name, sql in relations.items())
    return f"WITH {first}, {written} {POSITIONS.format(key=names, order=ordered(key))}"


Fees = defaultdict[str, Decimal]  # by currency


def from_lots(trades: Adjusted, method: str, key: Names) -> Iterator[dict[str, Any]]:
    """The same, from each key's trades one by one."""
    for names, rows in trades_by_key(trades, key):
        lots, sums, others = METHODS[method](), dict.fromkeys(("net", "cash", "fees"), Decimal(0)), Fees(Decimal)
        for row in rows:
            deque(lots.add(fill_of(row)), maxlen=0)
            sums["net"] = EXACT.add(sums["net"], row.quantity)
            sums["cash"] = EXACT.subtract(sums["cash"], row.value)
            sums["fees"] = EXACT.add(sums["fees"], row.fee)
            if row.fee_currency and row.other_fee:
                others[row.fee_currency] = EXACT.add(others[row.fee_currency], row.other_fee)
        held = lots.held()
        yield {
            **dict(zip(key, names, strict=True)), **sums,
            "basis": sum((lot.value for lot in held), Fraction(0)),
            "open_fees": sum((lot.fee for lot in held), Fraction(0)),
            "other_fees": {currency: f"{amount:f}" for currency, amount in sorted(others.items())},
            "last_price": row.price, "last_timestamp": row.timestamp, "in_minor": row.in_minor,
        }  # fmt: skip


def position(scale: Scale, instrument: Instrument, told: Names, row: dict[str, Any]) -> dict[str, Any]:
    """A position as it is answered."""
    cash, basis, open_fees, fees = (Fraction(row[name]) for name in ("cash", "basis", "open_fees", "fees"))
    units = Fraction(instrument.effective_multiplier)
    quantity, realised = Fraction(row["net"]) / scale.units, (cash + basis) * units
    return {
        **{name: row[name] for name in told},
        "quoted_in": quoted_in(row, instrument.currency_id),
        "multiplier": decimal_text(units),
        "quantity": decimal_text(quantity),
        "average_cost": f"{quotient(basis, quantity):f}" if quantity else None,
        "cost_basis": decimal_text(basis * units),
        "realised_profit": decimal_text(realised),
        "realised_profit_after_fees": decimal_text(realised - fees + open_fees),
        "fees": f"{row['fees']:f}",
        "other_fees": [{"currency": name, "amount": amount} for name, amount in (row["other_fees"] or {}).items()],
        "last": {"price": scale.price(row["last_price"]), "timestamp": instants.render(row["last_timestamp"])},
    }


def quoted_in(row: dict[str, Any], said: str | None) -> str:
    """What the instrument says, if that is the position's currency or its minor unit; else as the last trade was."""
    currency: str = row["currency"]
    if said and major(said) == currency:
        return said
    return minor(currency) if row["in_minor"] else currency


SUMMED = ("cost_basis", "realised_profit", "realised_profit_after_fees", "fees")


def totals_of(positions: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The sums of positions in each currency, never across: `{"currency"}` and each of SUMMED."""
    sums: dict[str, dict[str, Fraction]] = defaultdict(lambda: dict.fromkeys(SUMMED, Fraction(0)))
    for one in positions:
        own = sums[one["currency"]]
        for name in SUMMED:
            own[name] += Fraction(one[name])
    return [
        {"currency": currency, **{name: decimal_text(value) for name, value in own.items()}}
        for currency, own in sorted(sums.items())
    ]
