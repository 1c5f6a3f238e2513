"""The README's table of who may do what, by address."""

import re
from pathlib import Path

README = (Path(__file__).parents[3] / "README.md").read_text()
[TABLE] = re.findall(r"^\| address \| reads \| writes \|\n\|[-|]*\|\n((?:\|.*\|\n)+)", README, re.MULTILINE)
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines()]
MAY = {address: (reads, writes) for cell, reads, writes in ROWS for address in re.findall("`([^`]*)`", cell)}
READING, WRITING = ("GET", "HEAD", "OPTIONS"), ("POST", "PUT", "PATCH", "DELETE")
REFUSED = (401, 403)


def is_among(who: str, may: str) -> bool:
    return may == "everybody" or who in may.split(", ")
