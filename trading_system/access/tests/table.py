"""Who may do what, by address, as docs/reference/api.md says."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[3] / "docs/reference/api.md").read_text()
[TABLE] = re.findall(r"^\| address \| reads \| writes \|\n\|[-|]*\|\n((?:\|.*\|\n)+)", PAGE, re.MULTILINE)
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines()]
MAY = {address: (reads, writes) for cell, reads, writes in ROWS for address in re.findall("`([^`]*)`", cell)}
READING, WRITING = ("GET", "HEAD", "OPTIONS"), ("POST", "PUT", "PATCH", "DELETE")
REFUSED = (401, 403)


def is_among(who: str, may: str) -> bool:
    return may == "everybody" or who in may.split(", ")
