#!/usr/bin/env python3
"""`make screenshot`: docs/desk.png, the page that the README opens with, as it is an honest minute after `make run`."""

import sys
from pathlib import Path

from chromium import launched, why_not
from playwright.sync_api import Browser, ViewportSize
from started import ROOT, running_system

PICTURE = ROOT / "docs/desk.png"
VIEWPORT = ViewportSize(width=1440, height=900)
LARGEST = 300_000  # bytes
SEED = 7  # of a market whose first spike comes early
ENOUGH = 45_000  # milliseconds of prices, so that there is a line to look at
SPIKE = 60_000  # milliseconds in which the first spike comes


def photograph(browser: Browser, address: str) -> bytes:
    """Load the sample book with a click, wait for a spike, and for the chart to have a past."""
    context = browser.new_context(
        viewport=VIEWPORT, locale="en-GB", timezone_id="Europe/Berlin", color_scheme="light", reduced_motion="reduce"
    )
    with context, context.new_page() as page:
        page.goto(address)
        page.get_by_role("button", name="Load sample data").click()
        page.locator("#book-rows tr[data-id]").first.wait_for()
        page.locator("#alerts-list li").first.wait_for(timeout=SPIKE)
        page.wait_for_timeout(ENOUGH)
        page.locator("#alerts-list li .ticker").first.click()
        page.mouse.move(0, 0)
        page.locator(".toast").first.wait_for(state="hidden")
        return page.screenshot()


def main(picture: Path) -> int:
    """Write the picture, and return the exit status."""
    if reason := why_not():
        sys.exit(f"error: {reason}")
    with launched() as browser, running_system(f"--seed {SEED}") as address:
        content = photograph(browser, address)
    if len(content) > LARGEST:
        sys.exit(f"error: the picture has {len(content)} bytes, and is to have {LARGEST} at most")
    picture.write_bytes(content)
    print(f"{picture}: {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(PICTURE))
