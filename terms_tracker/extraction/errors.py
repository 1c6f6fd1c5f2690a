"""What can go wrong, in the words of the reference engine, so that labels made from them still fit."""


class _TravellingError(Exception):
    """An error that can be pickled, whatever it is made from, so that it can come from another process."""

    def __reduce__(self) -> "tuple[object, ...]":
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[Exception], arguments: tuple[object, ...], state: dict[str, object]) -> Exception:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(state)
    return error


class DeclarationError(_TravellingError, ValueError):
    """A declaration is refused; the message names the terms type and the field."""

    def __init__(self, field: str, problem: str) -> None:
        """Say that `field` (a path such as `Terms of Service › select`) is wrong because of `problem`."""
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem

    def under(self, parent: str) -> "DeclarationError":
        """Return the same error, its field named from `parent` down."""
        return DeclarationError(f"{parent} › {self.field}", self.problem)


class UnknownFilterError(DeclarationError):
    """A declaration asks for a filter that is neither in the catalogue nor defined for its service."""

    def __init__(self, field: str, name: str) -> None:
        """Say that no filter is called `name`."""
        super().__init__(field, f"unknown filter “{name}”")
        self.name = name

    def under(self, parent: str) -> "UnknownFilterError":
        """Return the same error, its field named from `parent` down."""
        return UnknownFilterError(f"{parent} › {self.field}", self.name)


class ExtractionError(_TravellingError):
    """A snapshot gives no version; `reason` is the message without its prefix, `code` is short and stable."""

    code = "extraction"

    def __init__(self, reason: str) -> None:
        """Keep `reason`, and show it the way the reference engine does."""
        super().__init__(f"Extract failed: {reason}")
        self.reason = reason


class InvalidSelectorError(ExtractionError):
    """A CSS selector cannot be read."""

    code = "invalid_selector"

    def __init__(self, selector: str) -> None:
        """Name the selector."""
        super().__init__(f"Invalid selector {selector}")
        self.selector = selector


class RangeError(ExtractionError):
    """A range does not start or does not end in this page."""

    code = "no_match"

    def __init__(self, end: str, selector: str) -> None:
        """`end` is `start` or `end`; `selector` is the range as declared, in JSON."""
        super().__init__(f'The "{end}" selector has no match in document in: {selector}')


class NoMatchError(ExtractionError):
    """Nothing of the page is selected."""

    code = "no_match"

    def __init__(self, selector: str, url: str) -> None:
        """Name the selector, as declared, and the page."""
        super().__init__(
            f"The provided selector \"{selector}\" has no match in the web page at '{url}'. "
            "This could be due to elements being removed before content selection "
            'if "remove" and "select" selectors match the same content.'
        )


class EmptyContentError(ExtractionError):
    """What is selected holds no text."""

    code = "empty_selection"

    def __init__(self, selector: str, url: str) -> None:
        """Name the selector, as declared, and the page."""
        super().__init__(
            f"The provided selector \"{selector}\" matches an empty content in the web page at '{url}'"
        )


class FilterError(ExtractionError):
    """A filter could not do its work on this page."""

    code = "filter"

    def __init__(self, name: str, problem: str) -> None:
        """Name the filter and its problem."""
        super().__init__(f'The filter function "{name}" failed: {problem}')


class TooComplexError(ExtractionError):
    """Reading this page would take time or memory out of all proportion to its size."""

    code = "too_complex"


class UnreadablePdfError(ExtractionError):
    """The file is not a PDF, is broken, or needs a password."""

    code = "unreadable_pdf"

    def __init__(self) -> None:
        """Say so in the reference engine's words."""
        super().__init__("Can't parse PDF file")


class PdfWithoutTextError(ExtractionError):
    """The PDF opens, but no page holds text."""

    code = "pdf_without_text"

    def __init__(self, url: str) -> None:
        """Name the file."""
        super().__init__(
            f"The PDF file at '{url}' contains no text, "
            "it might contain scanned images of text instead of actual text"
        )
