"""From the snapshots of terms to their version."""

from collections.abc import Iterable

from terms_tracker.extraction.documents import SourceDocument
from terms_tracker.extraction.errors import ExtractionError
from terms_tracker.extraction.html import extract_html
from terms_tracker.extraction.pdf import extract_pdf

SEPARATOR = "\n\n- - -\n\n"
PDF = "application/pdf"


def extract(snapshots: Iterable[tuple[SourceDocument, bytes | str, str]]) -> str:
    """Turn the snapshots of terms into their version.

    Args:
        snapshots: for each source document, in order: the document, then the content and the MIME type
            of its snapshot.

    Returns:
        The Markdown of all, separated by a line; no newline at its end.

    Raises:
        ExtractionError: a document gives no text; the first one that does not is told.
    """
    return SEPARATOR.join(extract_document(*snapshot) for snapshot in snapshots)


def extract_document(document: SourceDocument, content: bytes | str, mime_type: str) -> str:
    """Turn one snapshot into Markdown.

    Args:
        document: how it is declared.
        content: the snapshot as fetched.
        mime_type: its type, parameters such as a charset left on or not; anything but a PDF is read as HTML.

    Returns:
        The Markdown.

    Raises:
        ExtractionError: the snapshot gives no text.
    """
    if mime_type.partition(";")[0].strip().lower() == PDF:
        raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        return extract_pdf(raw, document.fetch)
    if document.select is None:
        raise ExtractionError(f"'{document.fetch}' is not a PDF, and no content selector is declared for it")
    return extract_html(
        content, document.fetch, select=document.select, remove=document.remove, filters=document.filters
    )
