"""In which order transactions are read, so that whoever follows them misses nothing.

A transaction's id is given when it first writes, and its rows are seen when it commits: of two, the one with the higher
id may be seen first. But of ids below `pg_snapshot_xmin` of a snapshot, all have ended, so no row of theirs will appear
later. What is read up to there, in the order of ids and in the same statement, is complete.
"""

from django.db import connection

# Of others than the one that asks. Their beginnings are known of one's own role, as all of a ledger usually are.
OPEN = """SELECT xact_start AS begun FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
    UNION ALL SELECT prepared FROM pg_prepared_xacts"""
LAG = f"COALESCE((SELECT GREATEST(EXTRACT(EPOCH FROM clock_timestamp() - MIN(begun)), 0) FROM ({OPEN}) open), 0)"  # noqa: S608
# By which transactions of one id are told apart: a server that took over from a lost one counts on from where it was.
# A standby knows its own from its last checkpoint.
TIMELINE = """CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())
    ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END"""
# One row: the first id that may still be open; how many seconds ago the oldest transaction began that writes; of which
# server and timeline the ids are; and whether it is a standby, which may be behind what others have answered.
BOUND = f"""SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid, {LAG} AS lag, {TIMELINE} AS timeline,
    (SELECT system_identifier FROM pg_control_system()) AS system, pg_is_in_recovery() AS is_standby"""  # noqa: S608


def lag() -> float:
    """How many seconds ago the oldest transaction began that still writes; 0 if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {LAG}")
        return float(cursor.fetchone()[0])


def open_since() -> int:
    """The first id that may still be open at this moment: as long as it is the same, there is nothing new to read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
