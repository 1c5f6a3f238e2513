"""docs/reference/profiles.md against the profiles that ship, and against the keys that there are."""

from typing import get_args

import msgspec
import pytest

from trades.files.catalogue import shipped
from trades.files.profile import FeeRows, LeftOut, Name, Part, Profile, Sentence, Sides, Source

from .documents import first_cells, tables, text


def names_in(first: str) -> list[str]:
    """What the first column of the table with this header names."""
    return [cell.strip("`") for cell in first_cells(text("profiles.md"), first).splitlines()]


@pytest.mark.parametrize(
    "part", [Profile, Source, Sides, LeftOut, Sentence, FeeRows, Part], ids=lambda part: part.__name__
)
def test_every_key_of_a_profile_is_documented(part: type[msgspec.Struct]) -> None:
    assert sorted(names_in(f"`{part.__name__}`")) == sorted(part.__struct_fields__)


def test_every_field_of_a_trade_that_a_column_may_have_is_documented() -> None:
    assert sorted(names_in("field")) == sorted(get_args(Name))


def zone_of(profile: Profile) -> str:
    """As the table has it."""
    told = "the row's" if "zone" in profile.columns else "the file's" if profile.kinds == ["ofx"] else "asked"
    return profile.zone or told


def test_the_table_has_every_profile_that_ships() -> None:
    [table] = tables(text("profiles.md"), "profile")
    assert [row[:5] for row in table] == [
        [f"`{name}`", profile.title, str(profile.seen), ", ".join(profile.kinds), zone_of(profile)]
        for name, profile in shipped().items()
    ]
