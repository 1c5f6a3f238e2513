"""The page in a browser: when it shows the first prices, what it weighs, and whether it keeps up with a busy market.

Frames are counted by requestAnimationFrame. Chromium without a window draws in software, on the same processors as the
system that it looks at; with a graphics card there is more room.
"""

import gzip
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from chromium import launched
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from started import running_system

from report import ROUNDS, Row

TICKERS, RATE = 200, 5  # ticks a second for each
SECONDS = int(os.environ.get("PAGE_SECONDS", "120"))  # of the busy market; a quarter warms up
FIRST_PRICES = 1.0  # second
WEIGHT = 250.0  # kB compressed
FRAMES = 50.0  # a second
FLAT = 1.1  # times the memory of before
VIEWPORT = ViewportSize(width=1440, height=900)
WARM_UP = 3.0  # seconds that the feed has run before somebody looks
TELL_FIRST_PRICES = """new MutationObserver((changes, observer) => {
    if (!document.querySelector('#prices-rows .price:not(:empty)')) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.firstPrices = performance.now(); }));
}).observe(document, {childList: true, subtree: true, characterData: true})"""
COUNT_FRAMES = """() => {
    window.frames_ = [];
    window.longTasks = [];
    const note = list => longTasks.push(...list.getEntries().map(entry => entry.duration));
    new PerformanceObserver(note).observe({type: 'longtask'});
    const count = now => { frames_.push(now); requestAnimationFrame(count); };
    requestAnimationFrame(count);
}"""


@dataclass(frozen=True)
class Heap:
    at: float  # seconds since the measurement began
    used: float  # MB


def rows() -> Iterator[Row]:
    with launched("--enable-precise-memory-info") as browser:
        with running_system("--seed 1") as address:
            yield from opening(browser, address)
        names = ",".join(f"A{number:03}" for number in range(1, TICKERS + 1))
        with running_system(f"--seed 1 --tickers {names} --rate {RATE}") as address:
            yield from busy(browser, address)


def opening(browser: Browser, address: str) -> Iterator[Row]:
    time.sleep(WARM_UP)
    with browser.new_context(viewport=VIEWPORT) as context:
        context.add_init_script(TELL_FIRST_PRICES)
        plain, compressed = weight(context, address)
        seconds = statistics.median(first_prices(context, address) for _ in range(ROUNDS))
    yield Row(
        "first prices on screen, of one second", f"{seconds * 1000:.0f} ms after navigation, with a warm cache",
        seconds / FIRST_PRICES, 1, at_most=True,
    )  # fmt: skip
    yield Row(
        f"page weight, of {WEIGHT:.0f} kB",
        f"{compressed:.0f} kB with gzip -6, {plain:.0f} kB without: all until the first prices are there",
        compressed / WEIGHT, 1, at_most=True,
    )  # fmt: skip


def weight(context: BrowserContext, address: str) -> tuple[float, float]:
    """The kB of everything that a first visit loads: as it is, and compressed file by file."""
    responses: list[Any] = []
    with context.new_page() as page:
        page.on("response", lambda response: responses.append(response))
        page.goto(address)
        await_first_prices(page)
        bodies = [response.body() for response in responses if response.ok]
    return sum(map(len, bodies)) / 1000, sum(len(gzip.compress(body, 6)) for body in bodies) / 1000


def first_prices(context: BrowserContext, address: str) -> float:
    """Seconds from the navigation until prices were drawn."""
    with context.new_page() as page:
        page.goto(address)
        return await_first_prices(page) / 1000


def await_first_prices(page: Page) -> float:
    while not (when := page.evaluate("window.firstPrices")):
        page.wait_for_timeout(10)
    return float(when)


def busy(browser: Browser, address: str) -> Iterator[Row]:
    with browser.new_context(viewport=VIEWPORT) as context, context.new_page() as page:
        page.goto(address)
        page.locator("#prices-rows tr").nth(TICKERS - 1).wait_for(state="attached")
        page.evaluate(COUNT_FRAMES)
        heaps = list(watched(page))
        shown = page.locator("#status-rate").inner_text().strip("· ")
        yield smoothness(page, shown)
        yield flatness(heaps)
        yield long_tasks(page)


def watched(page: Page) -> Iterator[Heap]:
    begun = time.monotonic()
    while (at := time.monotonic() - begun) < SECONDS:
        yield Heap(at, page.evaluate("performance.memory.usedJSHeapSize") / 1e6)
        page.wait_for_timeout(500)


def smoothness(page: Page, shown: str) -> Row:
    times = page.evaluate("frames_")
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    frames = len(gaps) / (times[-1] - times[0]) * 1000
    detail = (
        f"{frames:.1f} frames/s over {SECONDS} s with {shown}; between two frames {gaps[len(gaps) // 2]:.0f} ms at the "
        f"median, {gaps[int(len(gaps) * 0.99)]:.0f} ms at the 99th percentile, {gaps[-1]:.0f} ms at most"
    )
    return Row(f"frames a second, of {FRAMES:.0f}", detail, frames / FRAMES, 1)


def flatness(heaps: list[Heap]) -> Row:
    """What is left after the collector has run: the least of each quarter."""
    second, last = (
        min(heap.used for heap in heaps if begin <= heap.at / SECONDS < begin + 0.25) for begin in (0.25, 0.75)
    )
    detail = f"{last:.1f} MB in the last quarter, {second:.1f} MB in the second; the least of each"
    return Row("JavaScript heap at the end, of that after warming up", detail, last / second, FLAT, at_most=True)


def long_tasks(page: Page) -> Row:
    tasks = page.evaluate("longTasks")
    longest = f", the longest {max(tasks):.0f} ms" if tasks else ""
    return Row("tasks of more than 50 ms", f"{len(tasks)} in {SECONDS} s{longest}")
