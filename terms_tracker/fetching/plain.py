"""One document over plain HTTP, through the portal's safe client."""

from collections.abc import Mapping

from disinfo import fetcher
from disinfo.safe_http import FetchError, HttpStatusError, Response
from terms_tracker.fetching import challenges
from terms_tracker.fetching.outcomes import Failed, Fetched, Outcome, Unchanged, Wanted

FETCHER = "htmlOnly"
"""The name of this way in commits, as Open Terms Archive has it."""
_HEADERS = ("date", "content-type", "content-length", "last-modified", "etag", "server", "content-language")


def fetch(wanted: Wanted) -> Outcome:
    """Ask for the document, only if it changed when we have it already."""
    try:
        response = fetcher.client().get(
            wanted.url, etag=wanted.etag or None, last_modified=wanted.last_modified or None
        )
    except FetchError as error:
        code = f"http_{error.status}" if isinstance(error, HttpStatusError) else error.code
        return Failed(code, str(error), is_transient=error.is_transient, retry_after=error.retry_after)
    if response.is_not_modified:
        return Unchanged()
    return accepted(
        _as_utf8(response),
        response.mime_type,
        FETCHER,
        etag=response.etag or "",
        last_modified=response.last_modified or "",
        said=said_by(response.status, response.url, response.headers, response.remote_address),
    )


def said_by(status: int, url: str, headers: Mapping[str, str], address: str | None) -> dict[str, str]:
    """What is kept as evidence of a fetch, in trailers of its commit: status, address, and the headers that matter."""
    said = {"X-http-status": str(status), "X-http-location": url, "X-server-address": address or ""}
    said |= {f"X-http-{name}": headers.get(name, "") for name in _HEADERS}
    return {name: "".join(filter(str.isprintable, value)).strip()[:500] for name, value in said.items()}


def accepted(
    content: bytes,
    mime_type: str,
    name: str,
    *,
    etag: str = "",
    last_modified: str = "",
    said: Mapping[str, str] | None = None,
) -> Fetched | Failed:
    """The document, unless it is empty or no document at all: a bot challenge or an error page served with 200."""
    if not content.strip():
        return Failed("empty", "The server answered with an empty page.", is_transient=True)
    if mime_type != "application/pdf":
        if found := challenges.recognise(content.decode("utf-8", errors="replace")):
            code = "challenge" if found.startswith("bot") else "error_page"
            return Failed(
                code, f"The server answered 200 with what is no document: {found}.", is_transient=True
            )
        mime_type = "text/html"
    return Fetched(content, mime_type, name, etag, last_modified, said or {})


def _as_utf8(response: Response) -> bytes:
    """A page in UTF-8, as archives keep them, whatever it was sent in; a PDF as it is."""
    if response.mime_type == "application/pdf" or response.content.startswith(b"%PDF-"):
        return response.content
    return response.text.encode("utf-8", errors="replace")
