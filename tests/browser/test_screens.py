"""The desk as people see it, at three widths, light and dark: pictures for whoever judges them, kept in build/screens/."""

import os
from typing import Literal

from playwright.sync_api import Page, expect

from ..running import ROOT
from .desk import Visit
from .parts import System
from .seen import SETTLED

SCREENS = ROOT / "build/screens"
SAMPLE = ROOT / "trading_system/trades/files/tests/samples/schwab.csv"
SIZES = {360: 800, 1280: 900, 2560: 1440}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LEAST = 10_000  # bytes; a blank page has fewer


def take(page: Page, name: str) -> None:
    """In both schemes, at every width; on a telephone, all that one scrolls through."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            content = page.screenshot(full_page=width < 700)
            assert len(content) > LEAST
            (beside := SCREENS / f".{name}-{os.getpid()}").write_bytes(content)
            beside.rename(SCREENS / f"{name}-{width}-{scheme}.png")  # whole, also where another run takes the same


def test_the_desk_with_the_sample_book(system: System, visit: Visit) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page = visit(system.address)
    expect(page.locator("#status")).to_have_attribute("data-state", "live")
    take(page, "empty")
    page.get_by_role("button", name="Load sample data").click()
    expect(page.locator("#book-rows tr[data-id]").first).to_be_visible()
    expect(page.locator("#prices-rows tr")).to_have_count(6)
    take(page, "trades")
    page.get_by_role("tab", name="Positions").click()
    page.get_by_role("radio", name="1h").click()
    expect(page.locator("#positions-rows tr").first).to_be_visible()
    expect(page.locator("#chart-summary")).to_contain_text("candle")
    take(page, "positions")
    page.keyboard.press("n")
    expect(page.get_by_role("dialog")).to_be_visible()
    take(page, "form")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("i")
    page.locator("#import-file").set_input_files(SAMPLE)
    expect(page.locator("#import-review .preview")).to_be_visible()
    take(page, "import")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Alert rules").click()
    page.get_by_role("button", name="Add a rule").click()
    take(page, "rule")
