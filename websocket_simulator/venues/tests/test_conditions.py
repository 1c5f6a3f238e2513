"""Which trades set the last price, by conditions that each source has."""

import pytest

from venues.conditions import CTA, POLYGON, UNKNOWN, UTP, Effect, Verdict, verdict_of, verdict_of_polygon

REGULAR = Verdict(None, None)


@pytest.mark.parametrize("tape", ["A", "B", "C"])
@pytest.mark.parametrize("codes", [(), ("@",), (" ",), ("@", "F"), (" ", "X")])
def test_regular_sales_set_it(tape: str, codes: tuple[str, ...]) -> None:
    assert verdict_of(tape, codes) == REGULAR


def test_one_condition_that_does_not_is_enough() -> None:
    assert verdict_of("C", ("@", "F", "I")).passed == "odd lot"
    assert verdict_of("A", (" ", "O", "V")).passed == "contingent"


@pytest.mark.parametrize(("tape", "code"), [("A", "J"), ("A", "S"), ("C", "J"), ("C", ""), ("C", "@@")])
def test_a_condition_that_nobody_knows_does_not(tape: str, code: str) -> None:
    assert verdict_of(tape, ("@", code)).passed == UNKNOWN


def test_a_known_reason_is_told_before_an_unknown_one() -> None:
    assert verdict_of("C", ("J", "I")).passed == "odd lot"


@pytest.mark.parametrize("tape", ["A", "C"])
def test_extended_hours_set_it_and_are_said(tape: str) -> None:
    assert verdict_of(tape, ("@", "T")) == Verdict(None, True)


@pytest.mark.parametrize("tape", ["A", "C"])
def test_extended_hours_that_are_told_late_do_not(tape: str) -> None:
    assert verdict_of(tape, ("@", "U")).passed == "extended hours, sold out of sequence"


@pytest.mark.parametrize("tape", ["A", "C"])
@pytest.mark.parametrize("code", ["O", "5", "6"])
def test_auctions_are_in_the_regular_session_whatever_the_clock_says(tape: str, code: str) -> None:
    assert verdict_of(tape, ("@", code)) == Verdict(None, False)


@pytest.mark.parametrize("tape", ["A", "C"])
@pytest.mark.parametrize("code", ["P", "Z", "4"])
def test_what_sets_it_only_as_the_first_of_the_day_does_not(tape: str, code: str) -> None:
    assert verdict_of(tape, (code,)).passed


@pytest.mark.parametrize("tape", ["A", "C"])
@pytest.mark.parametrize("code", ["M", "Q", "9"])
def test_reports_of_prices_are_no_trades(tape: str, code: str) -> None:
    assert verdict_of(tape, (code,)).passed


def test_numbers_of_polygon_say_the_same() -> None:
    assert verdict_of_polygon(()) == REGULAR
    assert verdict_of_polygon((14, 41)) == REGULAR
    assert verdict_of_polygon((14, 37)).passed == "odd lot"
    assert verdict_of_polygon((12,)) == Verdict(None, True)
    assert verdict_of_polygon((8,)) == Verdict(None, False)
    assert verdict_of_polygon((999,)).passed == UNKNOWN


def test_tables_agree_where_they_have_the_same_condition() -> None:
    effects: dict[str, set[Effect]] = {}
    for table in (CTA, UTP, POLYGON):
        for name, effect in table.values():
            effects.setdefault(name, set()).add(effect)
    differing = {name for name, found in effects.items() if len(found) > 1}
    assert differing == {"sold last"}  # of CTA it depends on who made the last trade
