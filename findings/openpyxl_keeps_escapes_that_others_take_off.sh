#!/usr/bin/env bash
# openpyxl 3.1.5, python-calamine 0.9.1 and XlsxWriter 3.3.1: a text with a carriage return is read as another text.
#
# Guess:       a text that one library writes into a workbook comes back as it was from another one.
# Behaviour:   ECMA-376 (22.9.2.19) writes characters that XML would change as _xHHHH_. XlsxWriter does, and
#              python-calamine takes it off again; openpyxl leaves "_x000D_" in the text, without a warning, and so does
#              pandas, whose read_excel reads .xlsx by openpyxl if nothing else is said.
# Consequence: notes that were pasted with Windows' ends of lines have "_x000D_" in them after a round trip, and equal none
#              of the notes that were written. `pandas.read_excel(..., engine="calamine")` reads them right.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1 XlsxWriter==3.3.1
cat >"$folder/again.py" <<'PYTHON'
import sys

import openpyxl
import python_calamine
import xlsxwriter

path, note = sys.argv[1], "bought early\r\nsold late"
book = xlsxwriter.Workbook(path)
book.add_worksheet("trades").write_string(0, 0, note)
book.close()
by_openpyxl = openpyxl.load_workbook(path)["trades"]["A1"].value
by_calamine = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("trades").to_python()[0][0]
print("written:           ", repr(note))
print("by openpyxl:       ", repr(by_openpyxl))
print("by python-calamine:", repr(by_calamine))
sys.exit(0 if by_openpyxl != note and "_x000D_" in by_openpyxl and by_calamine == note else 1)
PYTHON
"$folder/venv/bin/python" "$folder/again.py" "$folder/trades.xlsx"
