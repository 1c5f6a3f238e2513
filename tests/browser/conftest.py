"""A real browser before the real system; every test begins with an empty ledger and ends without a complaint.

A file is run by one process of the test run, which starts the system once, and the browser for files in a row.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from chromium import launched, why_not
from playwright.sync_api import Browser, Page, expect

from embedded_postgres.server import PostgresServer
from embedded_postgres.tests.servers import wait_until

from ..embedded import copy, server_in
from .desk import Scripted, Visit
from .feeds import ScriptedFeed
from .guards import Guards
from .parts import Api, System, emptied
from .tab import PATIENCE, Tab, new_page

HERE = Path(__file__).parent
AXE = (HERE / "vendor/axe.min.js").read_text()
# Told in the page: all that axe-core finds right as well takes longer to hand over than to find.
VIOLATIONS = """axe.run({resultTypes: ['violations']}).then(({violations}) => violations.flatMap(rule => rule.nodes.map(node =>
    `${rule.id} (${rule.impact}): ${rule.help}: ${node.target}: ${node.failureSummary}`)))"""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if reason := why_not():
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


# For the package: as long as Playwright runs, no other event loop can run in this thread.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def whole_system(tmp_path_factory: pytest.TempPathFactory, template: PostgresServer) -> Iterator[System]:
    """What `make run` would start: most tests need no more of it than its data."""
    with server_in(tmp_path_factory.mktemp("desk") / "data") as postgres:
        copy(template, postgres)
        system = System(postgres.data_dir)
        yield system
        system.kill()


@pytest.fixture
def system(whole_system: System) -> System:
    """What `make run` started, and starts again if the test before ended it, with an empty ledger."""
    if whole_system.running is None:
        whole_system.start()
    emptied(whole_system.postgres)
    return whole_system


@pytest.fixture
def ledger(whole_system: System, scripted_parts: tuple[ScriptedFeed, Api]) -> str:
    """The address of an API, and nothing behind it yet."""
    _, api = scripted_parts
    if api.running is None:
        api.start()
    emptied(whole_system.postgres)
    return f"{api.address}/api"


@pytest.fixture(scope="package")
def listening() -> Guards:
    """What hears every page, from test to test."""
    return Guards()


@pytest.fixture
def guards(listening: Guards) -> Iterator[Guards]:
    """What fails the test in the end; `expect` names what it provokes."""
    listening.forget()
    yield listening
    assert not listening.complaints()


@pytest.fixture(scope="package")
def tab(browser: Browser, listening: Guards) -> Tab:
    return Tab(browser, listening)


@pytest.fixture
def visit(browser: Browser, guards: Guards, tab: Tab) -> Iterator[Visit]:
    """Opens an address as a browser of these options does (`new_context` of Playwright names them).

    With `clock`, the page's time is the test's to move on (Playwright's `page.clock`).
    """
    with ExitStack() as opened:
        opened.callback(tab.give_back)

        def visit(address: str, *, clock: bool = False, **options: Any) -> Page:
            if not clock and tab.can_be(**options):
                page = tab.take(**options)
            else:
                page = new_page(browser, guards, **options)
                opened.callback(page.context.close)
            if clock:
                page.clock.install()
            page.goto(address)
            return page

        yield visit


@pytest.fixture
def desk(system: System, visit: Visit) -> Page:
    """The page of the system, in front of an empty ledger."""
    return visit(system.address)


@pytest.fixture(scope="session")
def scripted_parts(whole_system: System) -> Iterator[tuple[ScriptedFeed, Api]]:
    feed = ScriptedFeed()
    api = Api(whole_system, feed.address)
    yield feed, api
    api.kill()
    feed.stop()


def stopped_between_alerts(watch: psutil.Process, api_port: int) -> bool:
    """Stop the watch; where an alert of it is on its way to the API, let it go on, and return false."""
    watch.suspend()
    unanswered = {psutil.CONN_SYN_SENT, psutil.CONN_ESTABLISHED}
    is_sending = any(
        one.raddr and one.raddr.port == api_port and one.status in unanswered for one in watch.net_connections()
    )
    if is_sending:
        watch.resume()
    return not is_sending


@pytest.fixture
def quiet(whole_system: System) -> Iterator[None]:
    """The system's own watch holds its breath: its alerts are none of the test's."""
    watch = whole_system.part("watch") if whole_system.running else None
    if watch:
        wait_until(lambda: stopped_between_alerts(watch, whole_system.port))
    yield
    if watch:
        with suppress(psutil.NoSuchProcess):
            watch.resume()


@pytest.fixture
def scripted(quiet: None, ledger: str, visit: Visit, scripted_parts: tuple[ScriptedFeed, Api]) -> Scripted:
    """The page in front of a feed that is silent until the test speaks."""
    feed, api = scripted_parts
    feed.close()  # not after the test before: its page is closed after this, and would complain that the feed is gone
    feed.forget()
    feed.open()
    return Scripted(feed, api, visit)


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe-core finds wrong with a page as it is: rule, what to do, and where."""

    def look(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)  # which the page's policy would not let in
        return list(page.evaluate(VIOLATIONS))

    return look
