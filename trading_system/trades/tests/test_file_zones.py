"""Instants of the local times of files."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.files.zones import instant, is_repeated, is_skipped, offset_of_day, settle_night, zone_of

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = [
    BERLIN,
    NEW_YORK,
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Africa/Cairo"),
    ZoneInfo("America/Sao_Paulo"),
    ZoneInfo("UTC"),
]
AUTUMN = date(2024, 10, 27)  # clocks of Berlin go back from 3:00 to 2:00


def autumn(time: str) -> datetime:
    return datetime.fromisoformat(f"{AUTUMN} {time}")


def instants(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """Slow and obvious: the instants at which a clock of that zone shows this time."""
    guess = local.replace(tzinfo=UTC)
    offsets = {(guess + timedelta(days=days)).astimezone(zone).utcoffset() or timedelta() for days in (-2, 0, 2)}
    candidates = [guess - offset for offset in offsets]
    return sorted(at for at in candidates if at.astimezone(zone).replace(tzinfo=None) == local)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2036, 1, 1)), st.sampled_from(ZONES))
def test_a_local_time_is_repeated_or_skipped_as_the_clocks_show_it(local: datetime, zone: ZoneInfo) -> None:
    found = instants(local, zone)
    assert is_repeated(local, zone) == (len(found) == 2)
    assert is_skipped(local, zone) == (not found)
    if found:
        assert instant(local, zone) == found[0]
        assert instant(local, zone, fold=1) == found[-1]


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_each_quarter_of_an_hour_has_the_offset_of_its_day(zone: ZoneInfo) -> None:
    changes = 0
    for day in (date(2024, 1, 1) + timedelta(days=days) for days in range(366)):
        local = datetime.combine(day, datetime.min.time())
        quarters = [local + timedelta(minutes=15 * quarter) for quarter in range(96)]
        found = [instants(quarter, zone) for quarter in quarters]
        offsets = {quarter.replace(tzinfo=UTC) - at for quarter, ats in zip(quarters, found, strict=True) for at in ats}
        if offset := offset_of_day(zone, day):
            assert [datetime.fromisoformat(f"2024-01-01T00:00{offset}").utcoffset()] == list(offsets)
        else:
            changes += 1
            assert len(offsets) == 2 or not all(found)
    assert changes == (2 if zone not in {ZoneInfo("UTC"), ZoneInfo("America/Sao_Paulo")} else 0)


def test_a_day_has_an_offset_unless_clocks_change() -> None:
    assert offset_of_day(BERLIN, date(2025, 1, 1)) == "+01:00"
    assert offset_of_day(BERLIN, date(2025, 7, 1)) == "+02:00"
    assert offset_of_day(NEW_YORK, date(2025, 1, 1)) == "-05:00"
    assert offset_of_day(ZoneInfo("Asia/Kolkata"), date(2025, 1, 1)) == "+05:30"
    assert offset_of_day(UTC, date(2025, 1, 1)) == "+00:00"
    assert offset_of_day(BERLIN, AUTUMN) is None
    assert offset_of_day(ZoneInfo("Africa/Cairo"), date(2025, 4, 25)) is None  # from 0:00 to 1:00


def test_the_hour_that_clocks_repeat_ends_with_the_minute_before_the_next() -> None:
    assert [is_repeated(autumn(time), BERLIN) for time in ("01:59:59", "02:00", "02:59:59", "03:00")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("times", "folds"),
    [
        (["02:40", "02:15"], [0, 1]),
        (["02:10", "02:40", "02:15", "02:20"], [0, 0, 1, 1]),
        (["02:59:59", "02:00"], [0, 1]),
        (["02:10", "02:15"], None),
        (["02:10"], None),
        (["02:10", "02:10"], None),
        (["02:40", "02:15", "02:10"], None),
        ([], []),
    ],
)
def test_a_step_back_settles_which_of_two_times_it_is(times: list[str], folds: list[int] | None) -> None:
    run = [autumn(time) for time in times]
    assert settle_night(run, BERLIN, newest_first=False) == folds
    assert settle_night(run[::-1], BERLIN, newest_first=True) == (folds and folds[::-1])


def test_a_known_instant_beside_the_run_settles_it_too() -> None:
    run = [autumn("02:20"), autumn("02:30")]
    summer, winter = instant(autumn("02:40"), BERLIN, 0), instant(autumn("02:10"), BERLIN, 1)
    assert settle_night(run, BERLIN, newest_first=False, after=summer) == [0, 0]
    assert settle_night(run, BERLIN, newest_first=False, before=winter) == [1, 1]
    assert settle_night(run, BERLIN, newest_first=False, before=summer) == [1, 1]
    assert settle_night(run, BERLIN, newest_first=False, before=winter, after=summer) is None


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=6), st.none() | st.integers(0, 11), st.none() | st.integers(0, 11)
)
def test_a_night_is_settled_if_one_reading_alone_goes_forward(
    tens: list[int], before: int | None, after: int | None
) -> None:
    """`before` and `after` are tens of minutes since the first 2:00."""
    begin = instant(autumn("02:00"), BERLIN, 0)
    run = [autumn(f"02:{10 * ten:02}") for ten in tens]
    first, last = (None if at is None else begin + timedelta(minutes=10 * at) for at in (before, after))

    def forward(folds: tuple[int, ...]) -> bool:
        at = [instant(local, BERLIN, fold) for local, fold in zip(run, folds, strict=True)]
        whole = [*([first] if first else []), *at, *([last] if last else [])]
        return whole == sorted(whole)

    readings = [folds for folds in product((0, 1), repeat=len(run)) if forward(folds)]
    assert settle_night(run, BERLIN, newest_first=False, before=first, after=last) == (
        list(readings[0]) if len(readings) == 1 else None
    )


@pytest.mark.parametrize(
    ("name", "hours"),
    [("UTC", 0), ("gmt", 0), ("Z", 0), ("EST", -5), ("EDT", -4), ("CST", -6), ("PDT", -7), ("CET", 1), ("CEST", 2), ("+02:00", 2), ("-0530", -5.5),
     ("GMT+2", 2), ("UTC-4", -4), ("\u22125", -5), ("[-5:EST]", -5), ("[5.5:IST]", 5.5), ("[-4]", -4)],
)  # fmt: skip
def test_a_word_for_a_zone_is_an_offset(name: str, hours: float) -> None:
    zone = zone_of(name)
    assert zone
    assert zone.utcoffset(None) == timedelta(hours=hours)


def test_some_words_are_zones_with_seasons() -> None:
    assert zone_of("ET") == NEW_YORK
    assert zone_of("Europe/Berlin") == BERLIN


@pytest.mark.parametrize(
    "name",
    ["", "BST", "IST", "EURO", "+25:00", "[99:X]", "America", "America/", "../etc/passwd", "/etc/passwd", "A/" * 50],
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_of(name) is None
