"""What is to be seen in a page, where no locator says it."""

import time

from playwright.sync_api import Page

PATIENCE = 10  # seconds
POLL = 20  # milliseconds
# JavaScript: the pixels of a canvas, of a copy, as Chromium warns of those that are read themselves.
PIXELS = """(canvas => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
    copy.drawImage(canvas, 0, 0);
    return copy.getImageData(0, 0, canvas.width, canvas.height).data;
})"""
# JavaScript: once colours have stopped changing.
SETTLED = """Promise.all(document.getAnimations().filter(one => one instanceof CSSTransition)
    .map(one => one.finished.catch(() => null)))"""
# JavaScript: `leave(true)` makes the page think that it is hidden, and `leave(false)` that it is shown.
HIDE = """Object.defineProperty(document, 'hidden', {get: () => window.away ?? false})
window.leave = (away) => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); }"""


def await_true(page: Page, expression: str) -> None:
    """Ask from outside, again and again: Playwright's own wait evaluates strings inside, where the policy forbids it."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"it never came true: {expression}"
        page.wait_for_timeout(POLL)
