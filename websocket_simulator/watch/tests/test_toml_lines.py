"""Lines of a TOML document: against documents of which each line is known, as they are made line by line."""

import tomllib
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch.toml_lines import Place, line_of, lines_of


@dataclass
class Page:
    """A document that is being written, and the lines of what has been."""

    text: str = ""
    lines: dict[Place, int] = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.text.count("\n") + 1

    def note(self, place: Place) -> None:
        self.lines[place] = self.line


NAMES = ["name", "kind", "window", "a-b", "odd name", 'q"uote', "1", "rule.x", "[rule]", "é"]
SCALARS = st.sampled_from([
    "1", "-2.5", "1_000.5", "true", "2026-01-01T00:00:00Z", "2026-01-01 00:00:00.5", "inf",
    '"text"', '""', "''", '"# no comment"', r'"a \" quote ] }"', "'[[rule]]'", '"""\n[[rule]]\nname = 1\n"""', "'''\nx = 3\n]'''",
    '"""a"""""', "''''a'''''", r'"""\""""', '"""\\\n  folded"""',
])  # fmt: skip
SPACES = st.sampled_from(["", " ", "\t"])
ENDS = st.sampled_from(["\n", " # a comment: [[rule]] x = 1 ' \" \n", "\n\n", "\r\n", "\n   # alone\n"])


def quoted(key: str, draw: st.DrawFn) -> str:
    is_bare = all(character.isascii() and (character.isalnum() or character in "-_") for character in key)
    if is_bare and draw(st.booleans()):
        return key
    return '"' + key.replace('"', '\\"') + '"'


def write_value(page: Page, place: Place, draw: st.DrawFn, depth: int = 0) -> None:
    form = draw(st.sampled_from(["scalar", "scalar", "list", "table"] if depth < 2 else ["scalar"]))
    if form == "scalar":
        page.text += draw(SCALARS)
    elif form == "list":
        page.text += "["
        for number in range(draw(st.integers(0, 3))):
            page.text += draw(st.sampled_from(["", "\n", " # ] \n  "]))
            page.note((*place, number))
            write_value(page, (*place, number), draw, depth + 1)
            page.text += draw(SPACES) + "," + draw(st.sampled_from(["", "\n"]))
        page.text += "]"
    else:
        page.text += "{"
        keys = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
        for number, key in enumerate(keys):
            page.text += "," * (number > 0) + draw(SPACES)
            write_pair(page, place, key, draw, depth + 1)
        page.text += draw(SPACES) + "}"


def write_pair(page: Page, table: Place, key: str, draw: st.DrawFn, depth: int = 0) -> None:
    page.note((*table, key))
    page.text += quoted(key, draw)
    if draw(st.integers(0, 4)) == 0:
        page.note((*table, key, "inner"))
        page.text += draw(SPACES) + "." + draw(SPACES) + "inner"
        key_place: Place = (*table, key, "inner")
    else:
        key_place = (*table, key)
    page.text += draw(SPACES) + "=" + draw(SPACES)
    write_value(page, key_place, draw, depth)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    page, counts = Page(), dict[str, int]()
    tables = draw(st.lists(st.sampled_from(["rule", "rule", "mute", "odd name"]), max_size=5))
    for name in ["", *tables]:
        place: Place = ()
        if name:
            counts[name] = counts.get(name, -1) + 1
            place = (name, counts[name])
            page.lines.setdefault((name,), page.line)
            page.note(place)
            page.text += f"[[{draw(SPACES)}{quoted(name, draw)}{draw(SPACES)}]]{draw(ENDS)}"
        keys = [key for key in NAMES if name or key not in tables]
        for key in draw(st.lists(st.sampled_from(keys), max_size=3, unique=True)):
            page.text += draw(SPACES)
            write_pair(page, place, key, draw)
            page.text += draw(ENDS)
        if name and draw(st.integers(0, 3)) == 0:
            page.note((*place, "sub"))
            page.text += f"[{quoted(name, draw)}.sub]{draw(ENDS)}"
            page.note((*place, "sub", "key"))
            page.text += "key = 1" + draw(ENDS)
    return page


def places(value: Any, place: Place = ()) -> set[Place]:
    """All places of what tomllib gives."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return {place} - {()} | {found for key, one in inner for found in places(one, (*place, key))}


@given(pages())
def test_each_place_of_a_document_has_the_line_on_which_it_was_written(page: Page) -> None:
    found = lines_of(page.text)
    assert found == page.lines
    assert set(found) == places(tomllib.loads(page.text))


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("rule",), 1),
        (("rule", 0), 1),
        (("rule", 1), 4),
        (("rule", 1, "name"), 5),
        (("rule", 1, "other"), 4),
        (("x", 0), 1),
    ],
)
def test_what_has_no_line_of_its_own_has_that_of_what_it_is_in(place: Place, line: int) -> None:
    assert line_of(lines_of("[[rule]]\nname = 1\n\n[[rule]]\nname = 2\n"), place) == line


def test_tables_may_be_written_within_a_list() -> None:
    document = 'rule = [\n  { name = "a" },\n  { name = "b", threshold = 2 },\n]\n'
    assert lines_of(document)["rule", 1, "threshold"] == 3


def test_a_plain_table_has_the_line_of_its_header() -> None:
    assert lines_of("\n[rule]\nname = 1\n") == {("rule",): 2, ("rule", "name"): 3}
