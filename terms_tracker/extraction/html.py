"""The steps from a page to its Markdown, in order. Source: research/terms.md §6.1."""

from collections.abc import Sequence

from terms_tracker.extraction import filters as catalogue
from terms_tracker.extraction import links, selection
from terms_tracker.extraction.errors import EmptyContentError
from terms_tracker.extraction.markdown import to_markdown
from terms_tracker.extraction.page import Page
from terms_tracker.extraction.selectors import Selection, SelectorValue, parse_selection


def extract_html(
    content: str | bytes,
    url: str,
    *,
    select: Selection | SelectorValue,
    remove: Selection | SelectorValue | None = None,
    filters: Sequence[catalogue.Filter] = (),
) -> str:
    """Turn a page into Markdown, byte for byte as the reference engine does.

    Args:
        content: the page; bytes are read as UTF-8, what is no UTF-8 shows as U+FFFD.
        url: where it was fetched; links are relative to it.
        select: what to keep: a selection, or its value in a declaration.
        remove: what to take away first, likewise.
        filters: what `parse_filters` made of the declaration's filters; they run before everything else.

    Returns:
        The Markdown, without a newline at its end.

    Raises:
        ExtractionError: the page gives no version; the class and the message say why.
        DeclarationError: `select` or `remove` is given as a value that is none.
    """
    selected = select if isinstance(select, Selection) else parse_selection(select, "select", lenient=True)
    removed = remove or None
    if not isinstance(removed, Selection | None):
        removed = parse_selection(removed, "remove", lenient=True)
    page = Page(content.decode("utf-8", "replace") if isinstance(content, bytes) else content, url)
    catalogue.apply(filters, page)
    links.make_absolute(page)
    for node in page.find("script, style"):
        page.remove(node)
    links.hide_protected_addresses(page)
    if removed is not None:
        selection.remove(page, removed)
    gathered = selection.gather(page, selected)
    markdown = to_markdown(gathered.elements, gathered.size)
    if not markdown:
        raise EmptyContentError(selected.shown, url)
    return markdown
