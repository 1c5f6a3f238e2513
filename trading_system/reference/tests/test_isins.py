"""ISINs are held to ISO 6166, and those of coins and of derivatives are ISINs, too."""

import pytest

from reference.isins import isin_mistake, normal_isin

FORM = "Must be two letters, nine letters or digits, and a digit."


@pytest.mark.parametrize(
    "isin",
    [
        "US0378331005", "GB00BH4HKS39", "IE00B4L5Y983", "EU000A1G0AE8", "XS0356705219",
        "XTV15WLZJMF0",  # Bitcoin
        "EZ9PHNGMBR13",
    ],
)  # fmt: skip
def test_what_is_one(isin: str) -> None:
    assert isin_mistake(isin) is None


@pytest.mark.parametrize(
    ("isin", "mistake"),
    [
        ("", FORM),
        ("US037833100", FORM),
        ("US03783310055", FORM),
        ("us0378331005", FORM),
        ("0S0378331005", FORM),
        ("US037833100A", FORM),
        ("US03783310\u0665\u0665", FORM),
        ("US0378331005\n", FORM),
        ("US0378331003", "Its check digit should be 5: one of its characters is wrong."),
        ("XTV15WLZJMF1", "Its check digit should be 0: one of its characters is wrong."),
        ("QQ0378331003", "No ISIN begins with QQ: it is neither a country nor another prefix of ISO 6166."),
    ],
)
def test_what_is_wrong_is_said(isin: str, mistake: str) -> None:
    assert isin_mistake(isin) == mistake


@pytest.mark.parametrize("isin", ["US0378331005", "XTV15WLZJMF0"])
def test_one_wrong_digit_is_always_noticed(isin: str) -> None:
    for place in (place for place, character in enumerate(isin) if character.isdigit()):
        for digit in set("0123456789") - {isin[place]}:
            assert isin_mistake(isin[:place] + digit + isin[place + 1 :])


def test_any_case_is_read_and_spaces_around_it() -> None:
    assert normal_isin(" us0378331005 ") == "US0378331005"
    assert normal_isin("ıs0378331005") == "ıs0378331005"
