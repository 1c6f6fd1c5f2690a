"""One Chromium for whoever needs a page as a browser shows it.

Everything Chromium asks for goes through our egress proxy, which checks each address as it connects: a page's scripts
reach no more of the inside than a plain fetch would.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings

from disinfo import fetcher
from disinfo.egress_proxy import EgressProxy

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

T = TypeVar("T")
NAVIGATION_MS = 30_000
"""How long a page may take to load."""
_MOST_BYTES = 2_000_000_000
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


class Chromium:
    """One browser, started when first needed, in a thread of its own; a fresh context for every page."""

    def __init__(self) -> None:
        # Playwright's objects belong to the thread that made them.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chromium")
        self._stack = ExitStack()
        self._browser: Browser | None = None

    def close(self) -> None:
        """End it, if it was started."""
        self._thread.submit(self._stack.close).result()
        self._thread.shutdown()

    def run(self, work: "Callable[[Page], T]", *, width: int = 1920, height: int = 1080) -> T:
        """What `work` makes of an empty page; it runs in the browser's thread, and raises what Playwright raises."""
        return self._thread.submit(self._run, work, width, height).result()

    def _run(self, work: "Callable[[Page], T]", width: int, height: int) -> T:
        context = self._started().new_context(user_agent=None, viewport={"width": width, "height": height})
        try:
            return work(context.new_page())
        finally:
            context.close()

    def _started(self) -> "Browser":
        from playwright.sync_api import sync_playwright

        if self._browser is None or not self._browser.is_connected():
            self._stack.close()
            proxy: Any = self._stack.enter_context(EgressProxy(fetcher.policy(), max_bytes=_MOST_BYTES))
            playwright = self._stack.enter_context(sync_playwright())
            self._browser = playwright.chromium.launch(
                executable_path=settings.CHROMIUM,
                args=[*_ARGUMENTS, *(["--no-sandbox"] if _is_root() else [])],
                proxy={"server": proxy.url},
            )
            self._stack.callback(self._browser.close)
        return self._browser


def _is_root() -> bool:
    """Chromium's own sandbox does not start for root, as which containers and test machines often run."""
    return os.geteuid() == 0
