"""What is asked for, and what may come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wanted:
    """One document to fetch, with what its server said last time.

    `scripts` is the declaration's executeClientScripts: True for the browser, False for plain HTTP only, None for
    plain HTTP first and the browser when the host blocks bots. `selectors` are what the browser waits for.
    """

    url: str
    scripts: bool | None = None
    selectors: tuple[str, ...] = ()
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """A document as it came."""

    content: bytes
    mime_type: str
    fetcher: str
    etag: str = ""
    last_modified: str = ""
    # What the server said of it, as the commit will: see `plain.said_by`.
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unchanged:
    """The server says that it is what it was (304)."""


@dataclass(frozen=True)
class Failed:
    """It could not be had: a code for statistics, a sentence for people, and whether it may pass."""

    code: str
    message: str
    is_transient: bool
    retry_after: float | None = None


Outcome = Fetched | Unchanged | Failed
