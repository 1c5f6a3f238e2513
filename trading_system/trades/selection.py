"""The fields of a trade, and how PostgreSQL writes one: as JSON, or as a line of a file."""

from rest import instants
from rest.spreadsheets import instant_cell, number_cell, row_line, text_cell, written
from rest.tables import Table, cell, escaped, json_object, marked, quoted

# What a client gives: all that is exported and imported.
OWN_FIELDS = (
    "ticker", "price", "quantity", "side", "timestamp", "fee", "external_id", "note",
    "account", "currency", "fee_currency",
)  # fmt: skip
FIELDS = ("id", *OWN_FIELDS, "import", "created_by", "created_at", "updated_at")
IDS = {"account": "account_id", "import": "import_id"}  # columns with other names than their fields
COLUMNS = tuple(IDS.get(name, name) for name in FIELDS)  # a selection adds the account's name

# Columns whose constraints leave no character to escape are written as they are.
AS_JSON = {
    "id": "id",
    "import": "COALESCE(import_id::text, 'null')",
    **{name: quoted(name) for name in ("ticker", "price", "quantity", "side", "fee", "currency", "fee_currency")},
    **{name: quoted(instants.sql(name)) for name in ("timestamp", "created_at", "updated_at")},
    **{name: escaped(name) for name in ("external_id", "note", "account", "created_by")},
}
AS_CELL = {
    "ticker": marked("ticker"),
    **{name: name for name in ("price", "quantity", "side", "fee", "currency", "fee_currency")},
    "timestamp": instants.sql_in_files("timestamp"),
    **{name: cell(name) for name in ("external_id", "note", "account")},
}
JSON_LINE = json_object({name: AS_JSON[name] for name in FIELDS})
EXPORT_JSON = {**AS_JSON, "timestamp": quoted(instants.sql_in_files("timestamp"))}
EXPORT_JSON_LINE = json_object({name: EXPORT_JSON[name] for name in OWN_FIELDS})
EXPORT_CSV_LINE = " || ',' || ".join(AS_CELL[name] for name in OWN_FIELDS)
AS_SHEET_CELL = {
    **{name: written(name) for name in ("side", "currency", "fee_currency")},
    **{name: number_cell(name) for name in ("price", "quantity", "fee")},
    "timestamp": instant_cell("timestamp"),
    **{name: text_cell(name) for name in ("ticker", "external_id", "note", "account")},
}
EXPORT_XLSX_ROW = row_line(AS_SHEET_CELL[name] for name in OWN_FIELDS)
TRADES = Table("trades", "trades_trade", COLUMNS, JSON_LINE, events="trades_tradeevent")
