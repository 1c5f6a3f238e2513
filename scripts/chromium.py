"""Chromium as it is installed: CHROMIUM in the environment names one, else it is Debian's.

Its headless shell is the same engine without the parts of a window, and takes a quarter less time.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# Whatever a page asks of another machine has no address, so that no test depends on one.
THIS_MACHINE_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

# A window of Chromium 156 loads two pages of its address bar, which nobody sees here and which take more time than most
# of ours. It also keeps a process for a page to come, of which a context has none. A second --disable-features replaces
# Playwright's own, which are therefore repeated.
WITHOUT = "--disable-features=" + ",".join((
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
))  # fmt: skip


NAMES = ("chromium-headless-shell", "chromium")


def executable() -> str | None:
    """Where Chromium is, if it is installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = (shutil.which(name, path=path) for name in NAMES for path in (None, "/usr/bin"))
    return next(filter(None, found), None)


def why_not() -> str | None:
    """The reason why nothing can be looked at in a browser here, if there is one."""
    if executable():
        return None
    if named := os.environ.get("CHROMIUM"):
        return f"CHROMIUM={named} is no program"
    return "there is no Chromium (apt install chromium-headless-shell, or chromium)"


@contextmanager
def launched(*arguments: str) -> Iterator[Browser]:
    """A browser without a window, gone in the end. Chromium has no sandbox for root."""
    options = [THIS_MACHINE_ONLY, WITHOUT, *(["--no-sandbox"] if os.geteuid() == 0 else []), *arguments]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=options)
        yield browser
        browser.close()
