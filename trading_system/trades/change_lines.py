"""How PostgreSQL finds the changes behind a place, and writes each as JSON.

The statement has one row or more; the first of them also has what holds for its moment, HEAD.
"""

from rest import instants
from rest.commits import BOUND
from rest.tables import escaped, json_object, quoted

from .places import PRESENT
from .selection import AS_JSON, COLUMNS, FIELDS

SCANNED = 50_000  # changes of all accounts that a page looks through

# The version that an update ended with which this one began; none before an insertion or a restoration. By the index of
# moments it is one of few; that of trades would find all versions of the trade.
BEFORE = """SELECT account_id AS account_before, external_id AS external_id_before FROM trades_tradeevent
    WHERE change.deletion = 0 AND change.created_at < change.updated_at
        AND pgh_created_at = change.updated_at AND pgh_obj_id + 0 = change.id AND pgh_label = 'update'"""
KEY = "xid, id, event, deletion"
ROW = ", ".join(COLUMNS)
OF_EVENT = ", ".join({"id": "pgh_obj_id"}.get(column, column) for column in COLUMNS)  # by which its indexes are sorted
DELETED = "GREATEST(pgh_xid, xid)"  # never before the version that it ended
# Each is sorted by an index already, and they are merged.
CHANGES = f"""
    (SELECT xid, {PRESENT} AS event, 0 AS deletion, {ROW}, NULL::timestamptz AS ended_at FROM trades_trade
        WHERE (xid, id, {PRESENT}, 0) > %s AND xid < bound.xid ORDER BY xid, id LIMIT {SCANNED})
    UNION ALL (SELECT xid, pgh_id, 0, {OF_EVENT}, NULL FROM trades_tradeevent
        WHERE (xid, pgh_obj_id, pgh_id, 0) > %s AND xid < bound.xid ORDER BY xid, pgh_obj_id, pgh_id LIMIT {SCANNED})
    UNION ALL (SELECT {DELETED}, pgh_id, 1, {OF_EVENT}, pgh_created_at FROM trades_tradeevent
        WHERE ({DELETED}, pgh_obj_id, pgh_id, 1) > %s AND {DELETED} < bound.xid AND pgh_label = 'delete'
        ORDER BY {DELETED}, pgh_obj_id, pgh_id LIMIT {SCANNED})
    ORDER BY {KEY} LIMIT {SCANNED}"""  # noqa: S608
SEEN, WAS_SEEN = "names ? account_id::text", "COALESCE(names ? account_before::text, FALSE)"


def name(account: str) -> str:
    """The name of a seen account, as JSON."""
    return f"(names->{account}::text)::text"


def change(kind: str, at: str, trade: str) -> str:
    return json_object({"change": quoted(kind), "at": quoted(instants.sql(at)), "trade": trade})


def gone(at: str, suffix: str = "") -> str:
    """A trade that is not there any more."""
    named = {"external_id": escaped(f"external_id{suffix}"), "account": name(f"account{suffix or '_id'}")}
    return change("'delete'", at, json_object({"id": "id", **named}))


KIND = (
    """CASE WHEN created_at = updated_at THEN 'insert' WHEN account_before IS NULL THEN 'restore' ELSE 'update' END"""
)
TRADE = json_object({**{field: AS_JSON[field] for field in FIELDS}, "account": name("account_id")})
LINE = f"""CASE WHEN deletion = 1 THEN {gone("ended_at")} WHEN NOT {SEEN} THEN {gone("updated_at", "_before")}
    ELSE {change(KIND, "updated_at", TRADE)} END"""
HEAD = """json_build_object('xid', bound.xid, 'lag', bound.lag, 'is_standby', bound.is_standby, 'system', bound.system,
    'ledger', CONCAT_WS('/', ledger.uuid, bound.system, bound.timeline), 'own', ledger.system,
    'accounts', ids, 'highest', (SELECT MAX(id) FROM reference_account))"""
# All of a statement but the accounts that are seen, which come before it.
BEHIND = f"""bound AS MATERIALIZED ({BOUND}), seen AS MATERIALIZED (
        SELECT COALESCE(jsonb_object_agg(id, name), '{{}}') AS names, COALESCE(array_agg(id ORDER BY id), '{{}}') AS ids
        FROM account
    )
    SELECT CASE WHEN place IS NULL OR place = 1 THEN {HEAD} END, line, number, found.xid::text::bigint, found.id,
        event, deletion
    FROM bound CROSS JOIN seen LEFT JOIN trades_ledger ledger ON TRUE LEFT JOIN LATERAL (
        SELECT {KEY}, number, row_number() OVER (ORDER BY {KEY}) AS place, CASE WHEN wanted THEN {LINE} END AS line
        FROM (
            SELECT *, {SEEN} OR {WAS_SEEN} AS wanted, row_number() OVER (ORDER BY {KEY}) AS number
            FROM ({CHANGES}) change LEFT JOIN LATERAL ({BEFORE}) before ON TRUE
        ) told
        WHERE wanted OR number = {SCANNED} ORDER BY {KEY} LIMIT %s
    ) found ON TRUE"""  # noqa: S608
