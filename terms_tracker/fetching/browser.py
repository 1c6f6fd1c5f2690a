"""One document as a browser shows it once its scripts have run.

Everything Chromium asks for goes through our egress proxy, which checks each address as it connects: a page's scripts
reach no more of the inside than a plain fetch would.
"""

import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from disinfo import fetcher
from disinfo.egress_proxy import EgressProxy
from terms_tracker.fetching import plain
from terms_tracker.fetching.outcomes import Failed, Outcome, Wanted

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page
    from playwright.sync_api import Response as BrowserResponse

logger = logging.getLogger(__name__)

FETCHER = "fullDom"
"""The name of this way in commits, as Open Terms Archive has it."""
_NAVIGATION_MS, _SELECTORS_MS = 30_000, 10_000
_LARGEST_PAGE = 20_000_000
_MOST_BYTES_A_PASS = 2_000_000_000
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Chromium would otherwise go to loopback addresses directly, past the proxy.
    "--proxy-bypass-list=<-loopback>",
    # And WebRTC would go past it over UDP.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


def is_installed() -> bool:
    """Whether both Playwright and Chromium are here."""
    return find_spec("playwright") is not None and Path(settings.CHROMIUM).exists()


class Browser:
    """One Chromium, started when first needed, in a thread of its own; a fresh context for every page."""

    def __init__(self) -> None:
        # Playwright's objects belong to the thread that made them.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chromium")
        self._stack = ExitStack()
        self._chromium: Chromium | None = None
        self.is_available = is_installed()

    def close(self) -> None:
        """End Chromium, if it was started."""
        self._thread.submit(self._stack.close).result()
        self._thread.shutdown()

    def fetch(self, wanted: Wanted) -> Outcome:
        """The page once it is loaded and what is to be selected is there."""
        if not self.is_available:
            return Failed(
                "no_browser",
                "This page needs its scripts run, and no browser is installed: see `manage.py doctor`.",
                is_transient=False,
            )
        return self._thread.submit(self._fetch, wanted).result()

    def _fetch(self, wanted: Wanted) -> Outcome:
        from playwright.sync_api import Error, TimeoutError  # noqa: A004 (Playwright's own name)

        try:
            context = self._started().new_context(user_agent=None, viewport={"width": 1920, "height": 1080})
            try:
                return self._read(context.new_page(), wanted)
            finally:
                context.close()
        except TimeoutError:
            return Failed(
                "timeout",
                f"The browser waited {_NAVIGATION_MS // 1000} s for {wanted.url}.",
                is_transient=True,
            )
        except Error as error:
            logger.warning("browser failed", extra={"url": wanted.url, "error": str(error)})
            return Failed(
                "browser", f"The browser could not read the page: {error.message}", is_transient=True
            )

    def _read(self, page: "Page", wanted: Wanted) -> Outcome:
        response = page.goto(wanted.url, wait_until="load", timeout=_NAVIGATION_MS)
        status = response.status if response else 0
        if not 200 <= status < 300 and status != 304:
            is_transient = status in {0, 403, 408, 425, 429} or status >= 500
            return Failed(
                f"http_{status}", f"The server answered {status} to the browser.", is_transient=is_transient
            )
        self._wait(page, wanted.selectors)
        content = page.content().encode("utf-8", errors="replace")
        if len(content) > _LARGEST_PAGE:
            return Failed("too_large", "The page is larger than 20 MB.", is_transient=False)
        return plain.accepted(content, "text/html", FETCHER, said=_said_by(response))

    @staticmethod
    def _wait(page: "Page", selectors: tuple[str, ...]) -> None:
        """Until each selector shows text, ten seconds at most in all; what never comes is the extraction's to say."""
        from playwright.sync_api import Error

        deadline = time.monotonic() + _SELECTORS_MS / 1000
        for selector in selectors:
            left = max((deadline - time.monotonic()) * 1000, 1)
            try:
                page.wait_for_function(
                    "selector => document.querySelector(selector)?.textContent.trim()",
                    arg=selector,
                    timeout=left,
                )
            except Error:
                continue

    def _started(self) -> "Chromium":
        from playwright.sync_api import sync_playwright

        if self._chromium is None or not self._chromium.is_connected():
            self._stack.close()
            proxy: Any = self._stack.enter_context(
                EgressProxy(fetcher.policy(), max_bytes=_MOST_BYTES_A_PASS)
            )
            playwright = self._stack.enter_context(sync_playwright())
            self._chromium = playwright.chromium.launch(
                executable_path=settings.CHROMIUM,
                args=[*_ARGUMENTS, *(["--no-sandbox"] if _is_root() else [])],
                proxy={"server": proxy.url},
            )
            self._stack.callback(self._chromium.close)
        return self._chromium


def _said_by(response: "BrowserResponse | None") -> dict[str, str]:
    """What the server said; not its own address, since the browser goes through a proxy."""
    return plain.said_by(response.status, response.url, response.headers, None) if response else {}


def _is_root() -> bool:
    """Chromium's own sandbox does not start for root, as which containers and test machines often run."""
    return os.geteuid() == 0
