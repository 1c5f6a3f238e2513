"""Files that tests read, made of what they are about."""

import io
import zipfile
from typing import Any, BinaryIO

from trades.files.cells import Cells, Malformed
from trades.files.opening import look, open_table

SPACE = "http://schemas.openxmlformats.org"
MAIN, OFFICE = f"{SPACE}/spreadsheetml/2006/main", f"{SPACE}/officeDocument/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>'
)


def rows_of(content: bytes | str | BinaryIO, sheet: str | None = None, **said: str) -> list[Cells]:
    """The rows of a file that is looked at first."""
    file = as_file(content)
    found = look(file, **said)
    return list(open_table(file, found, found.sheets[0] if sheet is None else sheet))


def cells_of(content: bytes | str | BinaryIO, **said: str) -> list[list[Any]]:
    """The cells of its rows."""
    return [list(cells) for _, cells in rows_of(content, **said)]


def refusal(content: bytes | str | BinaryIO, **said: str) -> tuple[int, str]:
    """The line and the message with which a file is refused, looked at or read."""
    try:
        rows_of(content, **said)
    except Malformed as error:
        return error.line, error.message
    raise AssertionError("It was read.")


def as_file(content: bytes | str | BinaryIO) -> BinaryIO:
    if isinstance(content, str):
        content = content.encode()
    return io.BytesIO(content) if isinstance(content, bytes) else content


def workbook(
    *sheets: str, names: tuple[str, ...] = (), states: tuple[str, ...] = (), **others: str | bytes
) -> BinaryIO:
    """An .xlsx of sheets given as the XML of their rows; other members by name, with `__` for a slash."""
    names = names or tuple(f"Sheet {number}" for number in range(1, len(sheets) + 1))
    states = states or ("visible",) * len(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="r{number}"/>'
        for number, (name, state) in enumerate(zip(names, states, strict=True), 1)
    )
    related = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    relations = f"{SPACE}/package/2006/relationships"
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{SPACE}/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">{related}</Relationships>',
        "xl/styles.xml": STYLES,
    }
    for number, rows in enumerate(sheets, 1):
        members[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    members |= {name.replace("__", "/"): content for name, content in others.items()}
    return zipped(members)


def zipped(members: dict[str, str | bytes]) -> BinaryIO:
    """A zip file with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def row(number: int, *cells: str | float) -> str:
    """The XML of a row: texts and numbers."""
    written = "".join(
        f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        if isinstance(value, str)
        else f'<c r="{chr(65 + column)}{number}"><v>{value}</v></c>'
        for column, value in enumerate(cells)
    )
    return f'<row r="{number}">{written}</row>'
