import csv
import io

from .cells import Found


def look(file, *, charset=None, separator=None):
    data = file.read()
    file.seek(0)
    cs = charset or ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    try:
        t = data.decode(cs)
    except UnicodeDecodeError:
        cs = "cp1252"
        t = data.decode(cs)
    sep = separator or max(",;\t", key=lambda s: t[:3000].count(s))
    return Found("csv", cs, sep)


def open_table(file, found, sheet):
    file.seek(0)
    t = io.TextIOWrapper(io.BytesIO(file.read()), found.charset, newline="")
    r = csv.reader(t, delimiter=found.separator)
    n = 1
    for row in r:
        if not (n == 1 and row and row[0].startswith("sep=")):
            yield n, row
        n = r.line_num + 1
