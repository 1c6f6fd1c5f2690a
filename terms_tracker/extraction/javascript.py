"""What JavaScript calls white space and numbers: the text of a version depends on it, and Python differs.

Python's `\\s` has U+0085 and U+001C to U+001F, which JavaScript has not, and lacks U+FEFF.
Source: ECMAScript, WhiteSpace and LineTerminator, StringToNumber, Number::toString.
"""

import math
import re
from decimal import Decimal

WHITE_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_INFINITY = re.compile(r"([+-]?)Infinity")
# A longer numeral than this has no meaning in a list or a table, and Python refuses to read it.
_LONGEST_NUMERAL = 400


def strip(text: str) -> str:
    """Return `text` without white space at either end, as `String.prototype.trim` does."""
    return text.strip(WHITE_SPACE)


def utf16_length(text: str) -> int:
    """Return the length of `text` as JavaScript counts it: an emoji counts for two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def to_number(text: str) -> float:
    """Return the number that `Number(text)` gives, NaN when `text` is none."""
    text = strip(text)
    if not text:
        return 0.0
    if len(text) > _LONGEST_NUMERAL:
        return math.nan
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _OTHER_BASE.fullmatch(text):
        return float(min(int(text, 0), 10**300))
    if found := _INFINITY.fullmatch(text):
        return -math.inf if found[1] == "-" else math.inf
    return math.nan


def show_number(number: float) -> str:
    """Return `number` as `String(number)` writes it."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    size = abs(number)
    if number.is_integer() and size < 1e21:
        return str(int(number))
    if 1e-6 <= size < 1e21:
        return format(Decimal(repr(number)), "f")
    return re.sub(r"e([+-])0+", r"e\1", repr(number))
