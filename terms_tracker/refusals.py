"""What the extraction says is wrong, in the reader's language.

It knows no Django and says it in the English of the reference engine, which rows and reports keep: found back here.
"""

import re

from django.utils.translation import gettext, gettext_noop

_ENGINE = "Extract failed: "
_SAID = (
    # Declarations.
    gettext_noop("unknown property"),
    gettext_noop("unknown property “%(name)s” in a range"),
    gettext_noop("unknown filter “%(name)s”"),
    gettext_noop("unknown filter “%(name)s”; it is left out."),
    gettext_noop("is the old name of terms; there cannot be both"),
    gettext_noop("is needed"),
    gettext_noop("is needed: a text"),
    gettext_noop("is needed: the URL of the document"),
    gettext_noop("is needed: an ISO date and time"),
    gettext_noop("is needed, except for a PDF, which has only fetch, ending in .pdf"),
    gettext_noop("goes inside combine when there is one"),
    gettext_noop("must be an object"),
    gettext_noop("must be an array"),
    gettext_noop("must be an array of documents"),
    gettext_noop("must be an array of past declarations"),
    gettext_noop("must be true or false"),
    gettext_noop("must be a text"),
    gettext_noop("must be a CSS selector"),
    gettext_noop("must be a CSS selector or a range"),
    gettext_noop("must be a CSS selector, a range, or an array of both"),
    gettext_noop("must be a filter name, or an object of one filter name and its parameters"),
    gettext_noop("must be the name of an HTML element"),
    gettext_noop("needs a text or an array of texts"),
    gettext_noop("needs an object of %(names)s"),
    gettext_noop("takes no parameters"),
    gettext_noop("a range has either %(one)s or %(other)s, not both"),
    gettext_noop("a range needs %(one)s or %(other)s"),
    gettext_noop("“%(value)s” is there twice"),
    gettext_noop("“%(value)s” is no URL"),
    gettext_noop("“%(value)s” is no web address"),
    gettext_noop("“%(value)s” is no range"),
    gettext_noop("“%(value)s” is no range: %(detail)s"),
    # Documents.
    gettext_noop("Invalid selector %(selector)s"),
    gettext_noop('The "%(end)s" selector has no match in document in: %(selector)s'),
    gettext_noop(
        "The provided selector \"%(selector)s\" has no match in the web page at '%(url)s'. "
        "This could be due to elements being removed before content selection "
        'if "remove" and "select" selectors match the same content.'
    ),
    gettext_noop(
        "The provided selector \"%(selector)s\" matches an empty content in the web page at '%(url)s'"
    ),
    gettext_noop('The filter function "%(name)s" failed: %(problem)s'),
    gettext_noop("Can't parse PDF file"),
    gettext_noop(
        "The PDF file at '%(url)s' contains no text, "
        "it might contain scanned images of text instead of actual text"
    ),
    gettext_noop("'%(url)s' is not a PDF, and no content selector is declared for it"),
    gettext_noop("The page cannot be parsed"),
    gettext_noop("The page is too long or too deep for the selector %(selector)s"),
    gettext_noop("The page has an element with more than %(number)s attributes"),
    gettext_noop("The page nests elements more than %(number)s deep"),
    gettext_noop("The page leaves more than %(number)s formatting elements unclosed"),
    gettext_noop("The page is nested in a way that makes its Markdown explode"),
    gettext_noop("What is selected holds more than %(number)s nodes"),
    gettext_noop("Reading it took more than %(seconds)s seconds"),
    gettext_noop(
        "Reading it took more than %(seconds)s seconds of processor time or %(megabytes)s MB, or broke the parser"
    ),
    gettext_noop("The PDF file has more than %(number)s pages"),
    gettext_noop("The PDF file has more than %(number)s lines"),
)


def in_words(said: str) -> str:
    """What a declaration or a document was refused with, in the reader's language; as it is when it is none of ours."""
    said = said.removeprefix(_ENGINE)
    if found := _translated(said):
        return found
    # A refused declaration is named by its field.
    field, colon, problem = said.partition(": ")
    if colon and (found := _translated(problem)):
        return gettext("%(field)s: %(problem)s") % {"field": field, "problem": found}
    return said


def _translated(said: str) -> str:
    for pattern, template in _PATTERNS:
        if match := pattern.fullmatch(said):
            values = match.groupdict()
            if "problem" in values:
                values["problem"] = in_words(values["problem"])
            return gettext(template) % values
    return ""


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"%\((\w+)\)s", template)
    written = (f"(?P<{piece}>.*)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    return re.compile("".join(written), re.DOTALL)


_PATTERNS = [(_pattern(template), template) for template in _SAID]
