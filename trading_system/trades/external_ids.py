"""Rows that have an external_id: one name is one trade, in a file as in the ledger.

Of a file, rows with one name are one trade if they are equal in all fields, and else all of them are refused. A row
whose name a trade has is a duplicate if the trade is as the row says; fields that it leaves out are not compared.
"""

from collections.abc import Sequence

import pghistory

from rest import instants

from .author import USER
from .report import Report
from .staged import FILLED, GIVEN, Staged
from .staging import Errors

IMPORT = "import"  # the key of the context of the events that corrections write
COMPARED = tuple(name for name in GIVEN if name != "external_id")
DIFFERS = " OR ".join(f"same.{name} <> first.{name}" for name in COMPARED)
FIELDS = ", ".join(
    f"CASE WHEN CASE WHEN {DIFFERS} THEN same.{name} ELSE other.{name} END <> first.{name} THEN '{name}' END"
    for name in COMPARED
)
# Of rows with one external_id, each names one that differs: the first names the second kind, and the others the first.
CONFLICTS = f"""{FILLED}, several AS (
        SELECT account_id, external_id FROM filled WHERE external_id IS NOT NULL GROUP BY 1, 2 HAVING COUNT(*) > 1
    ), same AS (
        SELECT filled.*, ROW_NUMBER() OVER (PARTITION BY account_id, external_id ORDER BY line, place) AS nth
        FROM filled JOIN several USING (account_id, external_id)
    ), first AS (SELECT * FROM same WHERE nth = 1), other AS (
        SELECT DISTINCT ON (account_id, external_id) same.* FROM same JOIN first USING (account_id, external_id)
        WHERE {DIFFERS} ORDER BY account_id, external_id, same.nth
    )
    SELECT same.line, CASE WHEN {DIFFERS} THEN first.line ELSE other.line END AS named,
        ARRAY_REMOVE(ARRAY[{FIELDS}], NULL) AS fields
    FROM same JOIN first USING (account_id, external_id) JOIN other USING (account_id, external_id)"""  # noqa: S608
EQUAL_NAMES = """DELETE FROM staged USING (
        SELECT place, ROW_NUMBER() OVER (PARTITION BY account_id, external_id ORDER BY line, place) AS nth
        FROM ({rows}) row WHERE external_id IS NOT NULL
    ) same WHERE staged.ctid = place AND nth > 1"""


def difference(name: str) -> str:
    """In words, how a trade differs from a row in this field; NULL if it does not, or if the row does not give it."""
    was, given = f"trade.{name}", f"row.{name}"
    differs = f"{was} <> {given}"
    if name == "note":
        return f"CASE WHEN {differs} THEN 'another note' END"
    if name == "timestamp":
        was, given = instants.sql(was), instants.sql(given)
    return f"CASE WHEN {differs} THEN '{name} ' || {was} || ' instead of ' || {given} END"


KNOW = f"""INSERT INTO known
    SELECT place, line, row.account_id, trade.id, ARRAY_REMOVE(ARRAY[{", ".join(map(difference, COMPARED))}], NULL)
    FROM ({{rows}}) row CROSS JOIN LATERAL (
        SELECT * FROM trades_trade WHERE account_id = row.account_id AND external_id = row.external_id LIMIT 1
    ) trade"""  # noqa: S608
DIFFERENT = """SELECT known.line, trade, differences FROM known JOIN staged ON staged.ctid = place
    WHERE differences <> '{}'"""
AS_IT_IS = "DELETE FROM staged USING known WHERE staged.ctid = place"
SAID = ", ".join(f"{name} = COALESCE(row.{name}, trade.{name})" for name in COMPARED)
CORRECT = f"""UPDATE trades_trade trade SET {SAID}
    FROM ({{rows}}) row JOIN known USING (place) WHERE trade.id = known.trade AND differences <> '{{}}'"""  # noqa: S608


def leave_out_named(staged: Staged, report: Report) -> None:
    """Remove the rows whose external_id is known, or is that of an equal row before; refuse those that contradict.

    A trade of the ledger settles which of several rows of its name are right.
    """
    staged.execute(KNOW)
    staged.refuse(DIFFERENT, report, in_ledger)
    report.duplicates += staged.remove(AS_IT_IS)
    staged.refuse(CONFLICTS, report, in_file)
    report.duplicates += staged.remove(EQUAL_NAMES)


def correct_named(staged: Staged, report: Report, import_: int) -> None:
    """The same, but a row that contradicts a trade of the ledger changes it; its author is that of the import."""
    staged.refuse(CONFLICTS, report, in_file)
    staged.execute(KNOW)
    with pghistory.context(**{USER: staged.booking.by, IMPORT: import_}):
        staged.execute(CORRECT)
    corrected = staged.cursor.rowcount
    report.corrected += corrected
    report.duplicates += staged.remove(AS_IT_IS) - corrected + staged.remove(EQUAL_NAMES)


def in_file(named: int, fields: Sequence[str]) -> Errors:
    """Why a row is refused whose external_id another line has."""
    return {"external_id": [f"Line {named} has the same external_id, with another {' and '.join(fields)}."]}


def in_ledger(trade: int, differences: Sequence[str]) -> Errors:
    """Why a row is refused whose external_id a trade has."""
    return {"external_id": [f"Trade {trade} has this external_id, with {', '.join(differences)}."]}
