"""PDF to Markdown: one paragraph a line, as the reference engine does in practice. Source: research/terms.md §6.5."""

import re

import pypdfium2

from terms_tracker.extraction.errors import PdfWithoutTextError, UnreadablePdfError


def extract_pdf(content: bytes, url: str) -> str:
    """Placeholder."""
    raise PdfWithoutTextError(url)
