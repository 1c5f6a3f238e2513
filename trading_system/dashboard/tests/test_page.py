"""What is sent as the page: complete, without a line of script or style in its markup, and held to its own files."""

import hashlib
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings

from portfolio.lots import METHODS

STATIC = Path(__file__).parents[1] / "static" / "dashboard"
SCRIPTS = sorted(STATIC.rglob("*.js"))
BADGE = '<span class="badge">'


@pytest.fixture
def page(client: Client) -> str:
    return client.get("/").content.decode()


def policy(client: Client) -> dict[str, str]:
    sent = client.get("/")["Content-Security-Policy"]
    return dict(directive.split(" ", 1) for directive in sent.split("; "))


def test_the_page_asks_the_database_nothing(page: str) -> None:
    """The fixture would fail: no mark lets this test reach the database."""
    assert page.startswith("<!doctype html>")


def test_it_leads_to_the_api(page: str) -> None:
    assert 'href="/api/docs/"' in page


def test_every_method_of_positions_can_be_chosen(page: str) -> None:
    [choice] = re.findall(r'<select id="positions-method">(.*?)</select>', page)
    assert re.findall(r'value="(\w+)"', choice) == list(METHODS)


@pytest.mark.parametrize(("source", "badge"), [("simulated", "simulated market"), ("recording", "recorded market")])
def test_what_is_no_market_says_so_in_its_header_and_at_its_prices(
    client: Client, settings: Settings, source: str, badge: str
) -> None:
    settings.FEED_SOURCE = source
    page = client.get("/").content.decode()
    assert page.count(f"{BADGE}{badge}</span>") == page.count(BADGE) == 2


def test_a_real_market_has_no_badge(client: Client, settings: Settings) -> None:
    settings.FEED_SOURCE = "real"
    assert BADGE not in client.get("/").content.decode()


def test_without_a_feed_it_says_what_to_set(client: Client, settings: Settings, page: str) -> None:
    message = "No price feed is configured: set FEED_URL"
    assert message not in page
    settings.FEED_URL = ""
    page = client.get("/").content.decode()
    assert message in page
    assert 'data-feed=""' in page


def test_nothing_runs_but_its_own_files(client: Client, settings: Settings) -> None:
    sent = policy(client)
    assert sent.pop("connect-src") == f"'self' {settings.FEED_URL}"
    assert set(sent.values()) == {"'none'", "'self'"}
    assert sent["default-src"] == sent["base-uri"] == sent["frame-ancestors"] == "'none'"


def test_there_is_no_script_or_style_in_the_markup(page: str) -> None:
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page, re.IGNORECASE)


def test_every_file_that_it_names_is_there(page: str) -> None:
    named = re.findall(r'(?:src|href)="/static/([^"]*)"', page)
    assert len(named) >= 6
    for name in named:
        assert finders.find(name), name


def test_it_names_no_other_host_but_the_one_that_the_charts_ask_for(page: str) -> None:
    assert re.findall(r'"(https?://[^"]*)"', page) == ["https://www.tradingview.com/"]
    assert "TradingView Lightweight Charts™ © 2026 TradingView, Inc." in page


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.relative_to(STATIC).as_posix())
def test_every_import_is_there(script: Path) -> None:
    for name in re.findall(r'^import .*? from "(.*?)";$', script.read_text(), re.MULTILINE):
        assert (script.parent / name).is_file(), name


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.relative_to(STATIC).as_posix())
def test_no_script_makes_markup_of_text(script: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script.read_text()
    )


def test_what_others_made_is_as_they_made_it() -> None:
    sums = (STATIC / "vendor" / "SHA256SUMS").read_text().split()
    assert sums
    for digest, name in zip(sums[::2], sums[1::2], strict=True):
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
