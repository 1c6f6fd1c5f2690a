"""How the names of HTML elements bear on each other while a page is parsed.

Source: HTML Standard, "Tree construction" (special elements, scopes, implied end tags).
"""

import re

_SPECIAL_NAMES = """
    address applet area article aside base basefont bgsound blockquote body br button caption center
    col colgroup dd details dir div dl dt embed fieldset figcaption figure footer form frame
    frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input keygen li link listing
    main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre script
    search section select source style summary table tbody td template textarea tfoot th thead title
    tr track ul wbr xmp
"""
_FORMATTING_NAMES = "a b big code em font i nobr s small strike strong tt u"
_VOID_NAMES = """
    area base basefont bgsound br col embed frame hr img input link meta param source track wbr html head body
"""
_RAW_TEXT_NAMES = "script style xmp iframe noembed noframes textarea title plaintext"

_PARAGRAPH_ENDER_NAMES = """
    address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header
    hgroup main menu nav ol p search section summary ul h1 h2 h3 h4 h5 h6 pre listing form li dd dt
    plaintext xmp
"""

SPECIAL = frozenset(_SPECIAL_NAMES.split())
PARAGRAPH_ENDERS = frozenset(_PARAGRAPH_ENDER_NAMES.split())
FORMATTING = frozenset(_FORMATTING_NAMES.split())
# Elements that hold nothing, and those of which there is only one, which nest no deeper when they come again.
VOID = frozenset(_VOID_NAMES.split())
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Elements that end one of their own kind when they start.
UNNESTED = frozenset({"a", "nobr", "button"})
# An end tag does not reach beyond these.
TABLE_BARRIERS = frozenset({"html", "table", "template"})
BARRIERS = TABLE_BARRIERS | {
    "applet", "caption", "td", "th", "marquee", "object", "select", "foreignobject", "desc", "annotation-xml",
    "title", "mi", "mo", "mn", "ms", "mtext",
}  # fmt: skip
TABLE_PARTS = frozenset({"table", "caption", "colgroup", "tbody", "tfoot", "thead", "tr", "td", "th"})

_CELLS = frozenset({"p", "td", "th"})
_ROWS = _CELLS | {"tr"}
_SECTIONS = _ROWS | {"tbody", "thead", "tfoot", "caption", "colgroup"}
# What an element ends by starting, when it is what was opened last.
CLOSED_BY: dict[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "dd": frozenset({"dd", "dt"}),
    "dt": frozenset({"dd", "dt"}),
    "td": _CELLS,
    "th": _CELLS,
    "tr": _ROWS,
    "tbody": _SECTIONS,
    "thead": _SECTIONS,
    "tfoot": _SECTIONS,
    "option": frozenset({"option"}),
    "optgroup": frozenset({"option", "optgroup"}),
    "rt": frozenset({"rt", "rp"}),
    "rp": frozenset({"rt", "rp"}),
    **dict.fromkeys(HEADINGS, HEADINGS),
}
# Elements that hold text up to their end tag, whatever it looks like.
RAW_TEXT = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW_TEXT_NAMES.split()}
