"""From documents as they were fetched to the text of a version."""

from collections.abc import Sequence

from terms_tracker.extraction import ExtractionError, SourceDocument, extract, extract_apart

PDF = "application/pdf"
Content = tuple[SourceDocument, bytes, str]
"""A document as declared, what was fetched, and its MIME type."""


def read(documents: Sequence[Content]) -> str:
    """The text of the documents; PDF files, whose reader is C, in a process of their own with limits.

    Raises:
        ExtractionError: they cannot be read as declared.
    """
    has_pdf = any(mime_type == PDF for _document, _content, mime_type in documents)
    return extract_apart(documents) if has_pdf else extract(documents)


def read_or_say_why(documents: Sequence[Content]) -> str | ExtractionError:
    """The same for a child process: what cannot be read comes back rather than ends everything."""
    try:
        return read(documents)
    except ExtractionError as error:
        return error
