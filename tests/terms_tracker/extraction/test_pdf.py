"""PDF files, made here by hand so that each holds one thing."""

import contextlib
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terms_tracker.extraction import (
    ExtractionError,
    PdfWithoutTextError,
    UnreadablePdfError,
    extract,
    extract_pdf,
    parse_document,
)

URL = "https://example.org/terms.pdf"


def pdf(*pages):
    """Make a PDF with one content stream a page, in Helvetica (`/F1`)."""
    count = len(pages)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(count)), count),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(pages):
        stream = zlib.compress(content)
        bodies += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number),
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(bodies) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    )


def lines(*texts, step=14):
    return b"BT /F1 12 Tf 50 700 Td %d TL %s ET" % (step, b" ".join(b"(%s) Tj T*" % text for text in texts))


def test_each_line_of_print_is_a_paragraph():
    assert extract_pdf(pdf(lines(b"One", b"Two")), URL) == "One\n\nTwo"


def test_lines_far_apart_have_an_empty_paragraph_between_them():
    assert extract_pdf(pdf(lines(b"One", b"Two", step=40)), URL) == "One\n\n\n\nTwo"


def test_pages_follow_each_other_without_a_break():
    assert extract_pdf(pdf(lines(b"One"), lines(b"Two")), URL) == "One\n\nTwo"


def test_letters_set_apart_are_shown_apart():
    assert extract_pdf(pdf(b"BT /F1 12 Tf 3 Tc 50 700 Td (ABC) Tj ET"), URL) == "A B C"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"1. One", "1\\. One"),
        (b"# One", "\\# One"),
        (b"- One", "\\- One"),
        (b"a * b & c > d", "a \\* b \\& c \\> d"),
    ],
)
def test_text_that_looks_like_markdown_is_escaped(text, expected):
    assert extract_pdf(pdf(lines(text)), URL) == expected


def test_a_numeral_set_apart_from_its_heading_is_not_escaped():
    content = b"BT /F1 12 Tf 50 700 Td (1.) Tj 40 0 Td (One) Tj ET"

    assert extract_pdf(pdf(content), URL) == "1. One"


def test_a_file_without_text_says_so():
    with pytest.raises(PdfWithoutTextError, match="contains no text, it might contain scanned images"):
        extract_pdf(pdf(b""), URL)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.4", pdf(b"")[:200]])
def test_a_broken_file_is_a_clean_error(content):
    with pytest.raises(UnreadablePdfError, match="Can't parse PDF file"):
        extract_pdf(content, URL)


@settings(deadline=None)  # a busy machine is no failure
@given(st.data())
def test_a_damaged_file_gives_text_or_a_clean_error(data):
    whole = bytearray(pdf(lines(b"One", b"Two")))
    for _ in range(data.draw(st.integers(1, 20))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ExtractionError):
        assert extract_pdf(bytes(whole), URL)


def test_the_type_of_a_snapshot_decides_how_it_is_read():
    page = parse_document({"fetch": "https://example.org/a", "select": "p"})
    file = parse_document({"fetch": URL})
    snapshots = [
        (page, b"<p>page</p>", "text/html; charset=utf-8"),
        (file, pdf(lines(b"file")), "application/pdf"),
    ]

    assert extract(snapshots) == "page\n\n- - -\n\nfile"


def test_a_page_where_a_pdf_was_declared_is_a_clean_error():
    with pytest.raises(ExtractionError, match="is not a PDF"):
        extract([(parse_document({"fetch": URL}), b"<p>gone</p>", "text/html")])
