"""How PostgreSQL finds the changes behind a place, and writes each as JSON.

The statement has one row: what holds for its moment, and a page of changes as one text, a line for each. To fetch them
one by one would take Python longer than PostgreSQL needs to write them.
"""

from collections.abc import Iterable, Sequence

from rest import instants
from rest.commits import BOUND
from rest.tables import escaped

from .places import PRESENT
from .selection import AS_JSON, COLUMNS, FIELDS

SCANNED = 50_000  # changes of all accounts that a page looks through
SEPARATOR = ",\n"  # in an array; and no JSON text that PostgreSQL writes has a line break in it

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
# With the names of the accounts as JSON, NULL if they are not seen. Sorted as it is already, so that PostgreSQL
# knows it, and does not write a value anew wherever it is used.
FOUND = f"""SELECT *, {instants.sql("COALESCE(ended_at, updated_at)")} AS at, names->>account_id::text AS account,
    names->>account_before::text AS was FROM ({CHANGES}) change LEFT JOIN LATERAL ({BEFORE}) before ON TRUE
    ORDER BY {KEY}"""  # noqa: S608

Member = tuple[str, str, str]  # a name, what is before and behind the value, and an expression for the value


def text(name: str, expression: str) -> Member:
    """A member whose value needs no escaping."""
    return name, '"', expression


def json(name: str, expression: str) -> Member:
    """A member whose value is JSON already."""
    return name, "", expression


def pieces(members: Iterable[Member]) -> list[str]:
    """Texts, none of them NULL, that a JSON object consists of."""
    found, before = [], "{"
    for name, mark, expression in members:
        found += [f"""'{before}"{name}":{mark}'""", expression]
        before = f"{mark},"
    return [*found, f"'{before[:-1]}}}'"]


def joined(texts: Sequence[str]) -> str:
    """One text of them all, by halves of halves, so that few bytes are copied often. CONCAT would take longer."""
    if len(texts) == 1:
        return texts[0]
    middle = len(texts) // 2
    return f"({joined(texts[:middle])} || {joined(texts[middle:])})"


def member(field: str) -> Member:
    """A field of a version. Most versions are as they were created: their instants are written once."""
    match field:
        case "account":
            return json(field, field)
        case "updated_at":
            return text(field, "at")
        case "created_at":
            return text(field, f"CASE WHEN created_at = updated_at THEN at ELSE {instants.sql(field)} END")
        case "ticker" | "price" | "quantity" | "side" | "fee" | "currency" | "fee_currency":
            return text(field, f"{field}::text")
        case "id":
            return json(field, "id::text")
    return json(field, AS_JSON[field])


def change(kind: str, trade: Iterable[Member]) -> str:
    """The expression that writes a change of this kind."""
    return joined(["""'{"change":"'""", kind, """'","at":"'""", "at", """'","trade":'""", *pieces(trade), "'}'"])


def gone(external_id: str, account: str) -> str:
    """The expression that writes that a trade is not there any more."""
    named = json("external_id", escaped(external_id)), json("account", account)
    return change("'delete'", [json("id", "id::text"), *named])


KIND = "CASE WHEN created_at = updated_at THEN 'insert' WHEN account_before IS NULL THEN 'restore' ELSE 'update' END"
LINE = f"""CASE WHEN account IS NULL AND was IS NULL THEN NULL
    WHEN deletion = 1 THEN {gone("external_id", "account")}
    WHEN account IS NULL THEN {gone("external_id_before", "was")}
    ELSE {change(KIND, map(member, FIELDS))} END"""
NUMBERED = f"""SELECT *, row_number() OVER walk AS number, count(line) OVER walk AS place
    FROM (SELECT {KEY}, {LINE} AS line FROM ({FOUND}) found ORDER BY {KEY}) told
    WINDOW walk AS (ORDER BY {KEY} ROWS UNBOUNDED PRECEDING)"""  # noqa: S608
# Of one change more than the page may have, to know whether there are more. string_agg takes them as they are sorted.
# `last` is where the page ends if there are.
PAGE = f"""SELECT string_agg(line, '{SEPARATOR}') FILTER (WHERE place <= size) AS text,
        MAX(ARRAY[xid::text::bigint, id, event, deletion])
            FILTER (WHERE place = size OR number = {SCANNED} AND place < size) AS last,
        COALESCE(MAX(place) > size OR MAX(number) = {SCANNED}, FALSE) AS more
    FROM (
        SELECT * FROM ({NUMBERED}) numbered WHERE line IS NOT NULL OR number = {SCANNED} LIMIT size + 1
    ) page"""  # noqa: S608
# All of a statement but the accounts that are seen, which come before it.
BEHIND = f"""bound AS MATERIALIZED ({BOUND}), seen AS MATERIALIZED (
        SELECT COALESCE(jsonb_object_agg(id, to_json(name)::text), '{{}}') AS names,
            COALESCE(array_agg(id ORDER BY id), '{{}}') AS ids
        FROM account
    ), place AS MATERIALIZED (
        SELECT %s::xid8 AS xid, %s::bigint AS trade, %s::bigint AS event, %s AS deletion, %s AS size
    )
    SELECT bound.xid::text::bigint AS bound, lag, is_standby, bound.system, ledger.system AS own,
        CONCAT_WS('/', ledger.uuid, bound.system, bound.timeline) AS ledger, ids AS accounts,
        (SELECT MAX(id) FROM reference_account) AS highest, page.*
    FROM bound CROSS JOIN seen CROSS JOIN place LEFT JOIN trades_ledger ledger ON TRUE
        CROSS JOIN LATERAL ({PAGE}) page"""  # noqa: S608
