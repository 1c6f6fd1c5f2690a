"""The lines of print of a PDF page, with the spaces that a reader sees.

PDFium guesses spaces and lines; where letters stand apart it leaves out spaces that the reference engine
shows, and it puts some where letters touch. So spaces are decided again, from where the letters stand.
Thresholds are those of pdf.js, which the reference engine uses.
"""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

# In the size of the letters: a gap that shows a space (0.102 in pdf.js; PDFium rounds), and one that ends a
# piece.
_SPACE = 0.095
_PIECE = 0.6
# In the height and the size of the letters: how far above a line, and how near its end, its last letters
# may stand.
_RAISED = 0.5
_TOUCHING = 0.3
_HYPHENS = frozenset({"\x02", "\ufffe"})


@dataclass(slots=True)
class Line:
    """A line of print: the pieces of its text, where it stands and how high its letters are."""

    bottom: float
    height: float
    pieces: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Character:
    value: str
    generated: bool
    left: float
    right: float
    bottom: float
    top: float
    size: float


def read_lines(page: pypdfium2.PdfPage) -> list[Line]:
    """Return the lines of `page` that show something, in reading order.

    Raises:
        pypdfium2.PdfiumError: the page is broken.
    """
    text = page.get_textpage()
    try:
        found: list[Line] = []
        line: list[_Character] = []
        ended = False
        for character in _characters(text):
            if character.value in "\r\n":
                ended = True
                continue
            if ended and not _goes_on(line, character):
                found += _set_line(line)
                line = []
            ended = False
            line.append(character)
        return found + _set_line(line)
    finally:
        text.close()


def _characters(text: pypdfium2.PdfTextPage) -> Iterator[_Character]:
    raw, box = text.raw, pdfium.FS_RECTF()
    reference = ctypes.byref(box)
    matrix = pdfium.FS_MATRIX()
    size: float | None = None
    surrogate = ""
    for index in range(text.count_chars()):
        value = surrogate + chr(pdfium.FPDFText_GetUnicode(raw, index))
        surrogate = ""
        if "\ud800" <= value <= "\udbff":
            surrogate = value
            continue
        if len(value) > 1 or "\udc00" <= value <= "\udfff":
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if value in "\r\n":
            size = None
            yield _Character(value, True, 0, 0, 0, 0, 0)
            continue
        if not pdfium.FPDFText_GetLooseCharBox(raw, index, reference):
            continue
        if size is None:
            size = _letter_size(raw, index, matrix, box.top - box.bottom)
        generated = value == " " and pdfium.FPDFText_IsGenerated(raw, index) == 1
        shown = "-" if value in _HYPHENS else value
        yield _Character(shown, generated, box.left, box.right, box.bottom, box.top, size)


def _letter_size(raw: pdfium.FPDF_TEXTPAGE, index: int, matrix: pdfium.FS_MATRIX, height: float) -> float:
    """Return the size of a letter as printed: its font's, scaled as the text is."""
    if pdfium.FPDFText_GetMatrix(raw, index, ctypes.byref(matrix)):
        size = float(pdfium.FPDFText_GetFontSize(raw, index)) * math.hypot(matrix.c, matrix.d)
        if size > 0:
            return size
    return max(height, 1.0)


def _set_line(characters: list[_Character]) -> list[Line]:
    """Return the line that `characters` make, none if they show nothing."""
    visible = next((each for each in characters if each.value.strip()), None)
    if visible is None:
        return []
    line = Line(visible.bottom, visible.top - visible.bottom)
    piece: list[str] = []
    before: _Character | None = None
    guessed = spread = False
    for each in characters:
        if each.generated:
            guessed = True
            continue
        gap = each.left - before.right if before is not None else 0.0
        if _is_apart(gap, each.size, guessed=guessed) and (before is None or before.value != " " or spread):
            if gap > _PIECE * each.size:
                line.pieces += ["".join(piece), " "]
                piece = []
            else:
                piece.append(" ")
            spread = True
        else:
            spread = False
        piece.append(each.value)
        before, guessed = each, False
    line.pieces.append("".join(piece))
    return [line]


def _goes_on(line: list[_Character], character: _Character) -> bool:
    """Tell whether a line that PDFium ended goes on: it breaks before what is only raised, as in “28th”."""
    if not line:
        return True
    last = line[-1]
    raised = abs(character.bottom - last.bottom) < _RAISED * (last.top - last.bottom)
    return raised and abs(character.left - last.right) < _TOUCHING * last.size


def _is_apart(gap: float, size: float, *, guessed: bool) -> bool:
    """Tell whether a space shows between two letters; to the left, only if PDFium guessed one."""
    return gap > _SPACE * size or (guessed and gap < -_SPACE * size)
