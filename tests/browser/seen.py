"""What is to be seen in a page, where no locator says it."""

import time

from playwright.sync_api import Page

PATIENCE = 10  # seconds
POLL = 20  # milliseconds


def await_true(page: Page, expression: str) -> None:
    """Ask from outside, again and again: Playwright's own wait evaluates strings inside, where the policy forbids it."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"it never came true: {expression}"
        page.wait_for_timeout(POLL)
