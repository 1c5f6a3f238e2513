"""The desk as people see it, at three widths, light and dark: pictures for whoever judges them, kept in build/screens/."""

import os

import pytest
from playwright.sync_api import Page, expect

from ..running import ROOT
from .conftest import Visit
from .parts import System

SCREENS = ROOT / "build/screens"
SIZES = {360: 800, 1280: 900, 2560: 1440}
LEAST = 10_000  # bytes; a blank page has fewer


def picture(page: Page, name: str, width: int) -> None:
    """On a telephone, all that one scrolls through."""
    content = page.screenshot(full_page=width < 700)
    assert len(content) > LEAST
    SCREENS.mkdir(parents=True, exist_ok=True)
    (beside := SCREENS / f".{name}-{os.getpid()}").write_bytes(content)
    beside.rename(SCREENS / f"{name}.png")  # whole, also where another run takes the same picture


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_with_the_sample_book(system: System, ledger: str, visit: Visit, scheme: str, width: int) -> None:
    page = visit(system.address, color_scheme=scheme, viewport={"width": width, "height": SIZES[width]})
    expect(page.locator("#status")).to_have_attribute("data-state", "live")
    picture(page, f"empty-{width}-{scheme}", width)
    page.get_by_role("button", name="Load sample data").click()
    expect(page.locator("#book-rows tr[data-id]").first).to_be_visible()
    expect(page.locator("#prices-rows tr")).to_have_count(6)
    picture(page, f"trades-{width}-{scheme}", width)
    page.get_by_role("tab", name="Positions").click()
    page.get_by_role("radio", name="1h").click()
    expect(page.locator("#positions-rows tr").first).to_be_visible()
    expect(page.locator("#chart-summary")).to_contain_text("candle")
    picture(page, f"positions-{width}-{scheme}", width)
    page.keyboard.press("n")
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, f"form-{width}-{scheme}", width)
