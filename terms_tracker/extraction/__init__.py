"""From a snapshot of terms and its declaration to Markdown, byte for byte as the Open Terms Archive engine.

Pure: no Django, no network, no files. `python -m terms_tracker.extraction CASES.json OUT_DIR` runs it on
files.

- A service: `parse_service(json.loads(file))` gives its terms, each with its source documents and their
selectors. - A version: `extract([(document, content, mime_type), …])` gives the Markdown of terms. - A page
or a file alone: `extract_html(…)`, `extract_pdf(…)`.

Everything that can go wrong with a snapshot is an `ExtractionError`, with a declaration a `DeclarationError`.
Source: research/terms.md §0, §1 and §6.
"""

from terms_tracker.extraction.apart import extract_apart
from terms_tracker.extraction.declaration import (
    ServiceDeclaration,
    TermsDeclaration,
    parse_service,
    parse_terms,
)
from terms_tracker.extraction.documents import SourceDocument, document_id, parse_document
from terms_tracker.extraction.errors import (
    DeclarationError,
    EmptyContentError,
    ExtractionError,
    FilterError,
    InvalidSelectorError,
    NoMatchError,
    PdfWithoutTextError,
    RangeError,
    TooComplexError,
    UnknownFilterError,
    UnreadablePdfError,
)
from terms_tracker.extraction.filters import Filter, parse_filters
from terms_tracker.extraction.history import PastDeclaration, declared_at, parse_history
from terms_tracker.extraction.html import extract_html
from terms_tracker.extraction.pdf import extract_pdf
from terms_tracker.extraction.selectors import Range, Selection, parse_selection
from terms_tracker.extraction.terms_types import KNOWN_TERMS_TYPES
from terms_tracker.extraction.version import SEPARATOR, extract, extract_document

__all__ = [
    "KNOWN_TERMS_TYPES",
    "SEPARATOR",
    "DeclarationError",
    "EmptyContentError",
    "ExtractionError",
    "Filter",
    "FilterError",
    "InvalidSelectorError",
    "NoMatchError",
    "PastDeclaration",
    "PdfWithoutTextError",
    "Range",
    "RangeError",
    "Selection",
    "ServiceDeclaration",
    "SourceDocument",
    "TermsDeclaration",
    "TooComplexError",
    "UnknownFilterError",
    "UnreadablePdfError",
    "declared_at",
    "document_id",
    "extract",
    "extract_apart",
    "extract_document",
    "extract_html",
    "extract_pdf",
    "parse_document",
    "parse_filters",
    "parse_history",
    "parse_selection",
    "parse_service",
    "parse_terms",
]
