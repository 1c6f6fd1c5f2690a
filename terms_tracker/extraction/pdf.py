"""PDF to Markdown, one paragraph a line of print. Source: research/terms.md §6.5."""

import re
import threading
from collections.abc import Iterator

import pypdfium2

from terms_tracker.extraction.errors import PdfWithoutTextError, TooComplexError, UnreadablePdfError
from terms_tracker.extraction.javascript import WHITE_SPACE
from terms_tracker.extraction.pdf_lines import Line, read_lines

# Far above any terms of service; what passes them is made to hold the machine up.
MOST_PAGES = 3_000
MOST_LINES = 300_000
# Lines further apart than this many times the higher one have an empty paragraph between them: measured on
# the reference engine's versions, where 1.59 still has none and 1.69 has one.
_APART = 1.65

# PDFium must not be entered twice at a time.
_ALONE = threading.Lock()

_ANYWHERE = re.compile(r"[*`&>]")
_LEADING = re.compile(r"(?:\#+|-)(?=[ ])|_|(?P<number>[0-9]+)(?=\.[ ])")


def extract_pdf(content: bytes, url: str) -> str:
    """Turn a PDF into Markdown.

    Args:
        content: the file.
        url: where it was fetched, for messages.

    Returns:
        The text, each line of print a paragraph, without a newline at its end.

    Raises:
        UnreadablePdfError: the file is no PDF, is broken, or needs a password.
        PdfWithoutTextError: the file holds no text, only images perhaps.
        TooComplexError: the file is far longer than terms can be.
    """
    with _ALONE:
        markdown = _read(content).strip(WHITE_SPACE)
    if not markdown:
        raise PdfWithoutTextError(url)
    return markdown


def _read(content: bytes) -> str:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError from error
    try:
        if len(document) > MOST_PAGES:
            raise TooComplexError(f"The PDF file has more than {MOST_PAGES} pages")
        return "".join(_paragraphs(document))
    finally:
        document.close()


def _paragraphs(document: pypdfium2.PdfDocument) -> Iterator[str]:
    """Give each line and the newlines before it."""
    count = 0
    for number in range(len(document)):
        above: Line | None = None
        for line in _lines_of(document, number):
            count += 1
            if count > MOST_LINES:
                raise TooComplexError(f"The PDF file has more than {MOST_LINES} lines")
            yield "\n\n\n\n" if above is not None and _is_apart(above, line) else "\n\n"
            yield "".join(map(_escape, line.pieces)).strip(" ")
            above = line


def _is_apart(above: Line, line: Line) -> bool:
    """Tell whether an empty paragraph stands between two lines; columns may lead up as well as down."""
    return abs(above.bottom - line.bottom) > _APART * max(above.height, line.height)


def _lines_of(document: pypdfium2.PdfDocument, number: int) -> list[Line]:
    """Return the lines of a page, none if it is broken: the others may still be read."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []
    try:
        return read_lines(page)
    except pypdfium2.PdfiumError:
        return []
    finally:
        page.close()


def _escape(piece: str) -> str:
    r"""Return a piece of a line, with a backslash before what Markdown would read as markup."""
    found = _LEADING.match(piece)
    if found is None:
        return _ANYWHERE.sub(r"\\\g<0>", piece)
    lead = f"{found[0]}\\" if found["number"] else f"\\{found[0]}"
    return lead + _ANYWHERE.sub(r"\\\g<0>", piece[found.end() :])
