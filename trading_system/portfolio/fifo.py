"""First in, first out, in SQL: of trades one by one, and of months, days, and the trades of one day.

What is held are the newest units of the side that has more, as positions.py says. So months are taken wholly, from the
newest on, while all of their units are held; then days of the month in which units of both kinds were bought, those
that are held and those that are not; then trades of that day.
"""

from trades.rollups.sums import DAY_OF

from .in_turn import Names
from .lots import FEE_DECIMALS, VALUE_DECIMALS
from .rollups import RolledUp

# Of the heavier side, `left_of` is how much of a trade is held: all that came after it is held before it. Where nothing
# is held, neither are trades of which a fee in kind has left nothing.
QUEUE = """SELECT {key}, quantity, value, fee, net - SUM(quantity) OVER (
        PARTITION BY {key} ORDER BY timestamp DESC, id DESC ROWS UNBOUNDED PRECEDING) + quantity AS left_of
    FROM {trades} JOIN ({held}) held USING ({key}) WHERE net <> 0 AND SIGN(quantity) = SIGN(net) AND {within}"""


def left_of(column: str, decimals: int) -> str:
    """What a trade's column is for the part of it that is held."""
    part = f"portfolio_share({column}, left_of, quantity, 1e-{decimals})"
    return f"SUM(CASE WHEN ABS(left_of) >= ABS(quantity) THEN {column} ELSE {part} END)"


BASES = f"""SELECT {{key}}, {left_of("value", VALUE_DECIMALS)} AS basis, {left_of("fee", FEE_DECIMALS)} AS open_fees
    FROM ({QUEUE}) queue WHERE SIGN(left_of) = SIGN(quantity) GROUP BY {{key}}"""  # noqa: S608

# The units of parts that are on the side which is held, `net` of them, and which of them are held: from the newest
# period on. Of whole periods the value and the fee; `edge` is the period of which a part is held, `net` of its units.
HEAVY = """SELECT {key}, {period} AS period, net,
        SUM(CASE WHEN net > 0 THEN long_quantity ELSE -short_quantity END) AS quantity,
        SUM(CASE WHEN net > 0 THEN long_value ELSE short_value END) AS value,
        SUM(CASE WHEN net > 0 THEN long_fee ELSE short_fee END) AS fee
    FROM {parts} JOIN {held} USING ({key}) WHERE net <> 0 AND {within} GROUP BY {key}, {period}, net"""
NEWEST = f"""SELECT *, COALESCE(SUM(quantity) OVER (
        PARTITION BY {{key}} ORDER BY period DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer
    FROM ({HEAVY}) heavy"""  # noqa: S608
WHOLE, PART = "newer + quantity <= ABS(net)", "newer + quantity > ABS(net)"
WALK = f"""SELECT {{key}}, SUM(value) FILTER (WHERE {WHOLE}) AS value, SUM(fee) FILTER (WHERE {WHOLE}) AS fee,
        MIN(period) FILTER (WHERE {PART}) AS edge, MIN(net - SIGN(net) * newer) FILTER (WHERE {PART}) AS net
    FROM ({NEWEST}) newest WHERE newer < ABS(net) GROUP BY {{key}}"""  # noqa: S608
# What a key's position is made of in the period that is held in part.
IN_PART = (
    "SELECT DISTINCT of_account AS account_id, of_ticker AS ticker, {day} AS day FROM {parts} JOIN {held} USING ({key})"
)
TOGETHER = """SELECT {key},
        COALESCE(months.value, 0) + COALESCE(days.value, 0) + COALESCE(lots.basis, 0) AS basis,
        COALESCE(months.fee, 0) + COALESCE(days.fee, 0) + COALESCE(lots.open_fees, 0) AS open_fees
    FROM months LEFT JOIN days USING ({key}) LEFT JOIN lots USING ({key})"""


def bases(key: str, trades: str, held: str, within: str = "TRUE") -> str:
    """The basis and open fees of each key, of its trades; `held` has the key and `net`."""
    return BASES.format(key=key, trades=trades, held=held, within=within)


def bases_of(trades: RolledUp, key: Names) -> dict[str, str]:
    """Relations behind `totals`, of which the last, `bases`, has the key, its basis and its open fees."""
    names = ", ".join(key)
    months = WALK.format(key=names, period="month", parts="moved", held="totals", within="TRUE")
    in_part = IN_PART.format(key=names, day="month", parts="moved", held="months")
    finer = trades.by_now(trades.pieces.days_of("split_months month"))
    days = WALK.format(key=names, period="day", parts="finer", held="months", within="month = edge")
    on_days = IN_PART.format(key=names, day="finer.day", parts="finer", held="days")
    return {
        "months": months,
        "split_months": f"{in_part} WHERE is_month = 1 AND month = edge",
        "finer": f"{finer} UNION ALL SELECT * FROM moved WHERE is_month = 0",  # noqa: S608
        "days": days,
        "split_days": f"{on_days} WHERE finer.day = edge",
        "single": trades.trades_on("split_days AS of_day"),
        "lots": bases(names, "single", f"SELECT {names}, net, edge FROM days", f"{DAY_OF} = edge"),  # noqa: S608
        "bases": TOGETHER.format(key=names),
    }
