"""Read the declaration of a service: its terms, each with its source documents. Source: research/terms.md §1.

Refused files are refused with an error that names the terms type and the field; what is only unusual is a
warning.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from terms_tracker.extraction.documents import PROPERTIES, SourceDocument, parse_document
from terms_tracker.extraction.errors import DeclarationError, UnknownFilterError
from terms_tracker.extraction.filters import NamedFilters, Report
from terms_tracker.extraction.terms_types import KNOWN_TERMS_TYPES

_TOP_LEVEL = ("name", "terms", "documents", "importedFrom")
_DEFAULTS = tuple(name for name in PROPERTIES if name != "fetch")


@dataclass(frozen=True)
class TermsDeclaration:
    """Terms of one type and the documents they are made of, in order."""

    type: str
    documents: tuple[SourceDocument, ...]


@dataclass(frozen=True)
class ServiceDeclaration:
    """A service as declared; `warnings` are plain sentences about what is unusual but read."""

    name: str
    terms: Mapping[str, TermsDeclaration]
    imported_from: str | None = None
    warnings: tuple[str, ...] = ()


def parse_service(
    value: object, *, named_filters: NamedFilters | None = None, skip_unknown_filters: bool = False
) -> ServiceDeclaration:
    """Read a whole declaration file, present format or that of before 2023.

    Args:
        value: what `json.loads` made of `<serviceId>.json`.
        named_filters: the service's own filters, see `parse_filters`.
        skip_unknown_filters: leave unknown filters out with a warning instead of refusing the file, as an
            import of a foreign collection must.

    Returns:
        The declaration, with its warnings.

    Raises:
        DeclarationError: the file is refused; UnknownFilterError when only a filter is missing.
    """
    value = _mapping(value, "declaration")
    for name in value:
        if name not in _TOP_LEVEL:
            raise DeclarationError(str(name), "unknown property")
    warnings: list[str] = []

    def skip(error: UnknownFilterError) -> None:
        warnings.append(f"{error}; it is left out.")

    terms = {
        terms_type: parse_terms(
            terms_type,
            declared,
            named_filters=named_filters,
            on_unknown_filter=skip if skip_unknown_filters else None,
        )
        for terms_type, declared in _terms_of(value, warnings).items()
    }
    warnings += [
        f"{terms_type}: not one of the {len(KNOWN_TERMS_TYPES)} known terms types."
        for terms_type in terms
        if terms_type not in KNOWN_TERMS_TYPES
    ]
    return ServiceDeclaration(
        name=_text(value.get("name"), "name"),
        terms=terms,
        imported_from=_text(value["importedFrom"], "importedFrom") if "importedFrom" in value else None,
        warnings=tuple(warnings),
    )


def parse_terms(
    terms_type: str,
    value: object,
    *,
    named_filters: NamedFilters | None = None,
    on_unknown_filter: Report | None = None,
) -> TermsDeclaration:
    """Read the declaration of one terms: a document, a PDF, or documents to combine.

    Args:
        terms_type: their type, for messages too.
        value: their declaration.
        named_filters: the service's own filters, see `parse_filters`.
        on_unknown_filter: likewise; the error it is told of names the terms type.

    Returns:
        The terms with their documents, defaults filled in.

    Raises:
        DeclarationError: the declaration is refused.
    """

    def report(error: UnknownFilterError) -> None:
        if on_unknown_filter is not None:
            on_unknown_filter(error.under(terms_type))

    try:
        declared = _mapping(value, "declaration")
        documents = tuple(
            _parse_one(
                properties,
                place,
                named_filters=named_filters,
                on_unknown_filter=None if on_unknown_filter is None else report,
            )
            for place, properties in _documents_of(declared)
        )
    except DeclarationError as error:
        # A refusal names the terms as well as the field.
        raise error.under(terms_type) from None
    return TermsDeclaration(terms_type, documents)


def _terms_of(value: Mapping[str, object], warnings: list[str]) -> Mapping[str, object]:
    if "terms" in value and "documents" in value:
        raise DeclarationError("documents", "is the old name of terms; there cannot be both")
    if "documents" in value:
        warnings.append("documents: the old name of terms, as before 2023.")
        return _mapping(value["documents"], "documents")
    if "terms" not in value:
        raise DeclarationError("terms", "is needed")
    return _mapping(value["terms"], "terms")


def _documents_of(declared: Mapping[str, object]) -> list[tuple[int | None, Mapping[str, object]]]:
    """Give the properties of each document, with its place when there are several to combine."""
    if "combine" not in declared:
        return [(None, declared)]
    if "fetch" in declared:
        raise DeclarationError("fetch", "goes inside combine when there is one")
    for name in declared:
        if name != "combine" and name not in _DEFAULTS:
            raise DeclarationError(name, "unknown property")
    parts = declared["combine"]
    if not isinstance(parts, list) or not parts:
        raise DeclarationError("combine", "must be an array of documents")
    defaults = {name: declared[name] for name in _DEFAULTS if name in declared}
    found: list[tuple[int | None, Mapping[str, object]]] = []
    addresses: set[object] = set()
    for place, part in enumerate(parts):
        own = _mapping(part, f"combine[{place}]")
        address = own.get("fetch")
        if isinstance(address, str) and address in addresses:
            raise DeclarationError(f"combine[{place}] › fetch", f"“{address}” is there twice")
        addresses.add(address if isinstance(address, str) else None)
        found.append((place, defaults | {name: item for name, item in own.items() if item is not None}))
    return found


def _parse_one(
    properties: Mapping[str, object],
    place: int | None,
    *,
    named_filters: NamedFilters | None,
    on_unknown_filter: Report | None,
) -> SourceDocument:
    where = f"combine[{place}]"

    def report(error: UnknownFilterError) -> None:
        if on_unknown_filter is not None:
            on_unknown_filter(error if place is None else error.under(where))

    try:
        return parse_document(
            properties,
            combined=place is not None,
            named_filters=named_filters,
            on_unknown_filter=None if on_unknown_filter is None else report,
        )
    except DeclarationError as error:
        raise error if place is None else error.under(where) from None


def _mapping(value: object, field: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise DeclarationError(field, "must be an object")
    return value


def _text(value: object, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise DeclarationError(field, "is needed: a text")
    return value
