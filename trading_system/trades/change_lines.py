"""How PostgreSQL finds the changes behind a place, and writes each as JSON.

The statement has one row: what holds for its moment, and a page of changes as one text, a line for each. To fetch them
one by one would take Python longer than PostgreSQL needs to write them.
"""

from collections.abc import Iterable

from rest import instants
from rest.commits import BOUND
from rest.tables import escaped

from .places import PRESENT
from .selection import AS_JSON, COLUMNS, FIELDS

SCANNED = 50_000  # changes of all accounts that a page looks through

KEY = "xid, id, event, deletion"
PLACE = "(place.xid, place.trade, place.event, place.deletion)"
ROW = ", ".join(COLUMNS)
OF_EVENT = ", ".join({"id": "pgh_obj_id"}.get(column, column) for column in COLUMNS)  # by which its indexes are sorted
DELETED = "GREATEST(pgh_xid, xid)"  # never before the version that it ended
# Each is sorted by an index already, and they are merged.
CHANGES = f"""
    (SELECT xid, {PRESENT} AS event, 0 AS deletion, {ROW}, NULL::timestamptz AS ended_at FROM trades_trade
        WHERE (xid, id, {PRESENT}, 0) > {PLACE} AND xid < bound.xid ORDER BY xid, id LIMIT {SCANNED})
    UNION ALL (SELECT xid, pgh_id, 0, {OF_EVENT}, NULL FROM trades_tradeevent
        WHERE (xid, pgh_obj_id, pgh_id, 0) > {PLACE} AND xid < bound.xid
        ORDER BY xid, pgh_obj_id, pgh_id LIMIT {SCANNED})
    UNION ALL (SELECT {DELETED}, pgh_id, 1, {OF_EVENT}, pgh_created_at FROM trades_tradeevent
        WHERE ({DELETED}, pgh_obj_id, pgh_id, 1) > {PLACE} AND {DELETED} < bound.xid AND pgh_label = 'delete'
        ORDER BY {DELETED}, pgh_obj_id, pgh_id LIMIT {SCANNED})
    ORDER BY {KEY} LIMIT {SCANNED}"""  # noqa: S608
# The version that an update ended with which this one began; none before an insertion or a restoration. By the index of
# moments it is one of few; that of trades would find all versions of the trade.
BEFORE = """SELECT account_id AS account_before, external_id AS external_id_before FROM trades_tradeevent
    WHERE change.deletion = 0 AND change.created_at < change.updated_at
        AND pgh_created_at = change.updated_at AND pgh_obj_id + 0 = change.id AND pgh_label = 'update' LIMIT 1"""
SEEN, WAS_SEEN = "names ? account_id::text", "COALESCE(names ? account_before::text, FALSE)"
TOLD = f"""SELECT *, {instants.sql("COALESCE(ended_at, updated_at)")} AS at, {SEEN} AS is_seen,
    {SEEN} OR {WAS_SEEN} AS wanted, row_number() OVER (ORDER BY {KEY}) AS number
    FROM ({CHANGES}) change LEFT JOIN LATERAL ({BEFORE}) before ON TRUE"""  # noqa: S608

Member = tuple[str, str, str]  # a name, what is before and behind the value, and an expression for the value


def text(name: str, expression: str) -> Member:
    """A member whose value needs no escaping."""
    return name, '"', expression


def json(name: str, expression: str) -> Member:
    """A member whose value is JSON already."""
    return name, "", expression


def pieces(members: Iterable[Member]) -> str:
    """Arguments of CONCAT for a JSON object. It joins them all at once, which is faster than one by one."""
    found, before = [], "{"
    for name, mark, expression in members:
        found += [f"""'{before}"{name}":{mark}'""", expression]
        before = f"{mark},"
    return ", ".join([*found, f"'{before[:-1]}}}'"])


def member(field: str) -> Member:
    """A field of a version. Most versions are as they were created: their instants are written once."""
    match field:
        case "account":
            return json(field, name_of("account_id"))
        case "updated_at":
            return text(field, "at")
        case "created_at":
            return text(field, f"CASE WHEN created_at = updated_at THEN at ELSE {instants.sql(field)} END")
        case "ticker" | "price" | "quantity" | "side" | "fee" | "currency" | "fee_currency":
            return text(field, field)
    return json(field, AS_JSON[field])


def name_of(account: str) -> str:
    """The name of a seen account, as JSON."""
    return f"names->{account}::text"


def change(kind: str, trade: Iterable[Member]) -> str:
    """The expression that writes a change of this kind."""
    return f"""CONCAT('{{"change":"', {kind}, '","at":"', at, '","trade":', {pieces(trade)}, '}}')"""


def gone(suffix: str = "") -> str:
    """The expression that writes that a trade is not there any more."""
    external_id, account = f"external_id{suffix}", f"account{suffix or '_id'}"
    named = json("external_id", escaped(external_id)), json("account", name_of(account))
    return change("'delete'", [json("id", "id"), *named])


KIND = "CASE WHEN created_at = updated_at THEN 'insert' WHEN account_before IS NULL THEN 'restore' ELSE 'update' END"
LINE = f"""CASE WHEN deletion = 1 THEN {gone()} WHEN NOT is_seen THEN {gone("_before")}
    ELSE {change(KIND, map(member, FIELDS))} END"""
# Of one change more than the page may have, to know whether there are more. string_agg takes them as they are sorted.
PAGE = f"""SELECT string_agg(line, E'\\n') FILTER (WHERE place <= %s) AS lines,
        MAX(ARRAY[xid::text::bigint, id, event, deletion]) FILTER (WHERE place <= %s) AS last,
        COALESCE(MAX(place) > %s OR MAX(number) = {SCANNED}, FALSE) AS more
    FROM (
        SELECT {KEY}, number, row_number() OVER (ORDER BY {KEY}) AS place, CASE WHEN wanted THEN {LINE} END AS line
        FROM ({TOLD}) told WHERE wanted OR number = {SCANNED} ORDER BY {KEY} LIMIT %s
    ) found"""  # noqa: S608
# All of a statement but the accounts that are seen, which come before it.
BEHIND = f"""bound AS MATERIALIZED ({BOUND}), seen AS MATERIALIZED (
        SELECT COALESCE(jsonb_object_agg(id, name), '{{}}') AS names, COALESCE(array_agg(id ORDER BY id), '{{}}') AS ids
        FROM account
    ), place AS MATERIALIZED (SELECT %s::xid8 AS xid, %s::bigint AS trade, %s::bigint AS event, %s AS deletion)
    SELECT bound.xid::text::bigint AS bound, lag, is_standby, bound.system, ledger.system AS own,
        CONCAT_WS('/', ledger.uuid, bound.system, bound.timeline) AS ledger, ids AS accounts,
        (SELECT MAX(id) FROM reference_account) AS highest, page.*
    FROM bound CROSS JOIN seen CROSS JOIN place LEFT JOIN trades_ledger ledger ON TRUE
        CROSS JOIN LATERAL ({PAGE}) page"""  # noqa: S608
