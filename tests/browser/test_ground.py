"""The ground that the page's tests stand on: its guards hear what they are to hear, and what is vendored is as it was."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .guards import Guards

VENDOR = Path(__file__).parent / "vendor"


def test_vendored_files_are_those_that_were_published() -> None:
    sums = dict(reversed(line.split()) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    assert sums.keys() == {file.name for file in VENDOR.iterdir()} - {"SHA256SUMS"}
    for name, expected in sums.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name


@pytest.mark.parametrize(
    ("misdeed", "complaint"),
    [
        ("<script>console.warn('hm')</script>", "console warning: hm"),
        ("<script>console.error('oh')</script>", "console error: oh"),
        ("<script>throw new Error('fell')</script>", "uncaught: Error: fell"),
        ("<script>Promise.reject(new Error('later'))</script>", "uncaught: Error: later"),
        ("<img src='http://elsewhere.example/pixel.png'>", "asked another machine: http://elsewhere.example/pixel.png"),
        ("<script>new WebSocket('ws://elsewhere.example/')</script>", "asked another machine: ws://elsewhere.example/"),
        (
            "<meta http-equiv='Content-Security-Policy' content=\"style-src 'none'\"><p style='color: red'>",
            "console error: policy violated: style-src-attr",
        ),
    ],
)
def test_the_guards_hear(browser: Browser, misdeed: str, complaint: str) -> None:
    guards = Guards()
    with browser.new_context() as context:
        guards.watch(context)
        context.route("http://localhost/", lambda route: route.fulfill(body=misdeed, content_type="text/html"))
        context.new_page().goto("http://localhost/", wait_until="networkidle")
    assert any(line.startswith(complaint) for line in guards.complaints()), guards.seen


def test_what_a_test_expects_is_no_complaint() -> None:
    guards = Guards()
    guards.seen = ["console error: refused by 127.0.0.1", "console error: other"]
    guards.expect("refused by")
    assert guards.complaints() == ["console error: other"]
