"""What no page may do, whatever else a test looks at: ask another machine, complain, fail, break its own policy.

A test that provokes complaints says so beforehand, with `expect`.
"""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

THIS_MACHINE = {"127.0.0.1", "localhost"}
WITHOUT_A_HOST = {"data", "blob", "about"}
TELL_VIOLATIONS = """document.addEventListener('securitypolicyviolation', event => console.error(
    `policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`))"""


class Guards:
    """Watches every page of the contexts it is shown."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.expected: list[re.Pattern[str]] = []

    def forget(self) -> None:
        """Begin anew, with another test."""
        self.seen, self.expected = [], []

    def watch(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("request", self.on_request)
        context.on("console", self.on_console)
        context.on("weberror", self.on_error)
        context.on("page", self.on_page)

    def expect(self, *patterns: str) -> None:
        """Complaints that match these regular expressions are what the test provokes."""
        self.expected += map(re.compile, patterns)

    def complaints(self) -> list[str]:
        """What nobody expected."""
        return [line for line in self.seen if not any(pattern.search(line) for pattern in self.expected)]

    def on_request(self, request: Request) -> None:
        self._look_at(request.url)

    def on_page(self, page: Page) -> None:
        page.on("websocket", self.on_socket)

    def on_socket(self, socket: WebSocket) -> None:
        self._look_at(socket.url)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.seen.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def on_error(self, error: WebError) -> None:
        self.seen.append(f"uncaught: {error.error.stack or error.error.message}")

    def _look_at(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in WITHOUT_A_HOST and parts.hostname not in THIS_MACHINE:
            self.seen.append(f"asked another machine: {url}")
