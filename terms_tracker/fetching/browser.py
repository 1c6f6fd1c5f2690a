"""One document as a browser shows it once its scripts have run, see disinfo/chromium.py."""

import logging
import time
from typing import TYPE_CHECKING

from disinfo import chromium
from disinfo.chromium import NAVIGATION_MS, Chromium
from terms_tracker.fetching import plain
from terms_tracker.fetching.outcomes import Failed, Outcome, Wanted

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from playwright.sync_api import Response as BrowserResponse

logger = logging.getLogger(__name__)

FETCHER = "fullDom"
"""The name of this way in commits, as Open Terms Archive has it."""
_SELECTORS_MS = 10_000
_LARGEST_PAGE = 20_000_000


class Browser:
    """Fetches documents with one Chromium, which is started when first needed."""

    def __init__(self) -> None:
        self._chromium = Chromium()
        self.is_available = chromium.is_installed()

    def close(self) -> None:
        """End Chromium, if it was started."""
        self._chromium.close()

    def fetch(self, wanted: Wanted) -> Outcome:
        """The page once it is loaded and what is to be selected is there."""
        if not self.is_available:
            return Failed(
                "no_browser",
                "This page needs its scripts run, and no browser is installed: see `manage.py doctor`.",
                is_transient=False,
            )
        from playwright.sync_api import Error, TimeoutError  # noqa: A004 (Playwright's own name)

        try:
            return self._chromium.run(lambda page: self._read(page, wanted))
        except TimeoutError:
            return Failed(
                "timeout",
                f"The browser waited {NAVIGATION_MS // 1000} s for {wanted.url}.",
                is_transient=True,
            )
        except Error as error:
            logger.warning("browser failed", extra={"url": wanted.url, "error": str(error)})
            return Failed(
                "browser", f"The browser could not read the page: {error.message}", is_transient=True
            )

    def _read(self, page: "Page", wanted: Wanted) -> Outcome:
        response = page.goto(wanted.url, wait_until="load", timeout=NAVIGATION_MS)
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


def _said_by(response: "BrowserResponse | None") -> dict[str, str]:
    """What the server said; not its own address, since the browser goes through a proxy."""
    return plain.said_by(response.status, response.url, response.headers, None) if response else {}
