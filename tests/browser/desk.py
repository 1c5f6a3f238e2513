"""The page as a test opens it, before a feed that it drives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from .feeds import ScriptedFeed
from .parts import Api

Visit = Callable[..., Page]


@dataclass
class Scripted:
    """The page's address, its feed, which the test drives, and its API, which the test may kill."""

    feed: ScriptedFeed
    api: Api
    visit: Visit

    def open(self, **options: Any) -> Page:
        """The page, once it listens to the feed."""
        page = self.visit(self.api.address, **options)
        self.feed.await_readers()
        return page
