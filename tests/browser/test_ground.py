"""The ground that the page's tests stand on: its guards hear what they are to hear, and what is vendored is as it was."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Route

from .guards import Guards

VENDOR = Path(__file__).parent / "vendor"


def test_vendored_files_are_those_that_were_published() -> None:
    sums = dict(reversed(line.split()) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    assert sums.keys() == {file.name for file in VENDOR.iterdir()} - {"SHA256SUMS"}
    for name, expected in sums.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name


MISDEEDS = {
    "<script>console.warn('hm')</script>": "console warning: hm",
    "<script>console.error('oh')</script>": "console error: oh",
    "<script>throw new Error('fell')</script>": "uncaught: Error: fell",
    "<script>Promise.reject(new Error('later'))</script>": "uncaught: Error: later",
    "<img src='http://elsewhere.example/pixel.png'>": "asked another machine: http://elsewhere.example/pixel.png",
    "<script>new WebSocket('ws://elsewhere.example/')</script>": "asked another machine: ws://elsewhere.example/",
    "<meta http-equiv='Content-Security-Policy' content=\"style-src 'none'\"><p style='color: red'>": (
        "console error: policy violated: style-src-attr"
    ),
}


def serving(body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=body, content_type="text/html")


def test_the_guards_hear_every_misdeed(browser: Browser) -> None:
    guards = Guards()
    with browser.new_context() as context:
        guards.watch(context)
        page = context.new_page()
        for misdeed, complaint in MISDEEDS.items():
            guards.forget()
            page.route("http://localhost/", serving(misdeed), times=1)
            page.goto("http://localhost/", wait_until="networkidle")
            assert any(line.startswith(complaint) for line in guards.complaints()), (misdeed, guards.seen)


def test_what_a_test_expects_is_no_complaint() -> None:
    guards = Guards()
    guards.seen = ["console error: refused by 127.0.0.1", "console error: other"]
    guards.expect("refused by")
    assert guards.complaints() == ["console error: other"]
