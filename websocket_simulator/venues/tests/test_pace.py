from venues.pace import OFTEN, SILENT, Pace


def looked(pace: Pace, counts: list[int], begin: float = 0) -> list[float]:
    """When the symbol was called silent: it was looked at each second, and had these counts."""
    return [begin + i for i, count in enumerate(counts) if pace.look({"A": count}, begin + i)]


def test_one_that_trades_each_second_and_stops_is_silent_after_half_a_minute() -> None:
    found = looked(Pace(), [*range(60), *[59] * 200])
    assert found[0] == 59 + SILENT


def test_it_is_asked_for_again_after_twice_as_long_each_time() -> None:
    found = looked(Pace(), [*range(60), *[59] * 300])
    assert [at - 59 for at in found] == [SILENT, 2 * SILENT, 4 * SILENT, 8 * SILENT]


def test_one_that_trades_again_is_not_silent_any_more() -> None:
    pace = Pace()
    assert looked(pace, [*range(60), *[59] * 31])
    assert not looked(pace, [*range(60, 120)], begin=91)


def test_one_that_never_traded_often_is_never_silent() -> None:
    every = int(2 * OFTEN)
    assert not looked(Pace(), [i // every for i in range(200)] + [200 // every] * 500)


def test_one_that_has_not_traded_twice_is_not_silent() -> None:
    assert not looked(Pace(), [1] * 1000)
