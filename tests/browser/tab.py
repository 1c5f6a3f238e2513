"""The page that one test after the other opens: half of what a page costs is its process, and that stays."""

from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Error, Page

from .guards import Guards

CONTEXT: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "locale": "en-GB",
    "timezone_id": "Europe/Berlin",
    "color_scheme": "light",
    "reduced_motion": "no-preference",
}
MEDIA = {"color_scheme", "reduced_motion"}  # what can be changed of a page that is there
PATIENCE = 10_000  # milliseconds for what a page is expected to show
ELSEWHERE = "/livez"  # on the same host, so that the process stays, and without a script
FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"


def new_page(browser: Browser, guards: Guards, **options: Any) -> Page:
    """A page in a context of its own, where nobody was before."""
    context = browser.new_context(**CONTEXT | options)
    context.set_default_timeout(PATIENCE)
    guards.watch(context)
    return context.new_page()


class Tab:
    """A page that looks to each test as if nobody had been there before."""

    def __init__(self, browser: Browser, guards: Guards) -> None:
        self.browser, self.guards = browser, guards
        self.page: Page | None = None
        self.is_taken = False

    def can_be(self, **options: Any) -> bool:
        """Whether a page of these options is to be had here."""
        asked = CONTEXT | options
        return not self.is_taken and all(name in MEDIA or asked[name] == CONTEXT.get(name) for name in asked)

    def take(self, **options: Any) -> Page:
        self.is_taken = True
        if self.page is None:
            self.page = new_page(self.browser, self.guards)
        self.page.emulate_media(**{name: (CONTEXT | options)[name] for name in MEDIA})
        return self.page

    def give_back(self) -> None:
        """Leave nothing of the test; without an answer from where it was, the page itself goes."""
        if self.page is not None and self.is_taken:
            try:
                self._clear(self.page)
            except Error:
                self.page.context.close()
                self.page = None
        self.is_taken = False

    def _clear(self, page: Page) -> None:
        page.unroute_all()
        page.goto(urljoin(page.url, ELSEWHERE))
        page.evaluate(FORGET)
        page.context.clear_cookies()
        page.set_viewport_size(CONTEXT["viewport"])
        page.mouse.move(0, 0)
