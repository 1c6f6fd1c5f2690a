"""Fetching source documents: plain HTTP where it will do, a headless browser where it must."""

from types import TracebackType
from typing import Self

from terms_tracker.fetching import plain
from terms_tracker.fetching.browser import Browser
from terms_tracker.fetching.outcomes import Failed, Outcome, Wanted

# A host that answers so to a program may answer otherwise to a browser (research/terms.md §3).
_MAY_BE_BLOCKING = {"challenge", "http_403", "http_406", "http_502", "connect", "protocol"}


class Fetcher:
    """Fetches documents, from any number of threads; the browser is started when first needed."""

    def __init__(self) -> None:
        self._browser = Browser()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._browser.close()

    def fetch(self, wanted: Wanted) -> Outcome:
        """What came of it; a refusal or an error is an outcome, never an exception."""
        if wanted.scripts:
            return self._browser.fetch(wanted)
        outcome = plain.fetch(wanted)
        is_blocked = isinstance(outcome, Failed) and outcome.code in _MAY_BE_BLOCKING
        if is_blocked and wanted.scripts is None and self._browser.is_available:
            return self._browser.fetch(wanted)
        return outcome
