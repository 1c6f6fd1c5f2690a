"""The catalogue of declarative filters: each reads its parameters once and gives what it does to a page.

What it gives can be pickled, so that a document can be extracted in another process.
"""

from collections.abc import Callable, Iterable
from functools import partial

import ada_url
from selectolax.lexbor import LexborNode

from terms_tracker.extraction.errors import DeclarationError
from terms_tracker.extraction.links import base_of, replace_content, resolve
from terms_tracker.extraction.page import Page

Deed = Callable[[Page], None]
Reader = Callable[[object, str], Deed]

# What every page has exactly one of.
_FRAME = frozenset({"html", "head", "body"})


def remove_query_params(params: object, field: str) -> Deed:
    """Take query parameters out of links and images: `"gclid"` or `["utm_source", "utm_medium"]`.

    As in the reference engine, an address that has one is written anew, its other parameters encoded as a
    form.
    """
    names = _texts(params, field)
    return partial(_remove_query_params, names)


def remove(params: object, field: str) -> Deed:
    """Take elements out: `".banner"` or `[".banner", "nav"]`."""
    selectors = _texts(params, field)
    return partial(_remove, selectors)


def unwrap(params: object, field: str) -> Deed:
    """Take elements out but leave what they hold: `"font"` or `["font", "center"]`."""
    selectors = _texts(params, field)
    return partial(_unwrap, selectors)


def remove_attribute(params: object, field: str) -> Deed:
    """Take an attribute off elements: `{"select": "a[href='#']", "attribute": "href"}`."""
    values = _object(params, field, ("select", "attribute"))
    return partial(_remove_attribute, values)


def unwrap_redirect(params: object, field: str) -> Deed:
    """Let links lead where a redirection leads: `{"select": "a[href*='l.php']", "param": "u"}`."""
    values = _object(params, field, ("select", "param"))
    return partial(_unwrap_redirect, values)


def replace_href(params: object, field: str) -> Deed:
    """Replace a text inside links: `{"select": "a[href]", "find": "/fr-be/", "replace": "/fr/"}`."""
    values = _object(params, field, ("select", "find", "replace"))
    return partial(_replace_href, values)


def rename_tag(params: object, field: str) -> Deed:
    """Give elements another name, attributes and content kept: `{"select": ".title", "tag": "h2"}`."""
    values = _object(params, field, ("select", "tag"))
    if not (values["tag"].isascii() and values["tag"].isalnum() and values["tag"][0].isalpha()):
        raise DeclarationError(f"{field}.tag", "must be the name of an HTML element")
    return partial(_rename_tag, values)


def text_replace(params: object, field: str) -> Deed:
    """Replace a text inside elements: `{"select": "p", "find": "Today is Monday", "replace": ""}`."""
    values = _object(params, field, ("select", "find", "replace"))
    return partial(_text_replace, values)


def set_text(params: object, field: str) -> Deed:
    """Let elements hold a text and nothing else: `{"select": ".email", "text": "[email protected]"}`."""
    values = _object(params, field, ("select", "text"))
    return partial(_set_text, values)


CATALOGUE: dict[str, Reader] = {
    "remove": remove,
    "removeAttribute": remove_attribute,
    "removeQueryParams": remove_query_params,
    "renameTag": rename_tag,
    "replaceHref": replace_href,
    "setText": set_text,
    "textReplace": text_replace,
    "unwrap": unwrap,
    "unwrapRedirect": unwrap_redirect,
}


def _remove_query_params(names: tuple[str, ...], page: Page) -> None:
    base = base_of(page)
    for node, attribute in _addresses(page):
        url = resolve(node.attributes.get(attribute) or "", base)
        if url is None or "?" not in url:
            continue
        parsed = ada_url.URL(url)
        search = ada_url.URLSearchParams(parsed.search)
        present = [name for name in names if search.has(name)]
        for name in present:
            search.delete(name)
        if present:
            parsed.search = str(search)
            node.attrs[attribute] = parsed.href


def _remove(selectors: tuple[str, ...], page: Page) -> None:
    for node in _found(page, selectors):
        page.remove(node)


def _unwrap(selectors: tuple[str, ...], page: Page) -> None:
    for node in _found(page, selectors):
        if node.tag in _FRAME:
            continue
        for child in list(node.iter(include_text=True)):
            node.insert_before(child, move=True)
        page.remove(node)


def _remove_attribute(values: dict[str, str], page: Page) -> None:
    for node in page.find(values["select"]):
        if values["attribute"] in node.attributes:
            del node.attrs[values["attribute"]]


def _unwrap_redirect(values: dict[str, str], page: Page) -> None:
    base = base_of(page)
    for node in page.find(values["select"]):
        url = resolve(node.attributes.get("href") or "", base)
        search = ada_url.URLSearchParams(ada_url.URL(url).search if url else "")
        if target := search.get(values["param"]):
            node.attrs["href"] = target


def _replace_href(values: dict[str, str], page: Page) -> None:
    for node in page.find(values["select"]):
        href = node.attributes.get("href")
        if href and values["find"] in href:
            node.attrs["href"] = href.replace(values["find"], values["replace"])


def _rename_tag(values: dict[str, str], page: Page) -> None:
    for node in page.find(values["select"]):
        if node.tag in _FRAME:
            continue
        node.insert_before(page.create(values["tag"]), move=True)
        renamed = node.prev
        if renamed is None:
            continue
        for name, value in node.attributes.items():
            renamed.attrs[name] = value
        for child in list(node.iter(include_text=True)):
            renamed.insert_child(child, move=True)
        page.remove(node)


def _text_replace(values: dict[str, str], page: Page) -> None:
    for node in page.find(values["select"]):
        for text in list(node.traverse(include_text=True)):
            content = text.text_content
            if content and values["find"] in content:
                text.replace_with(content.replace(values["find"], values["replace"]))


def _set_text(values: dict[str, str], page: Page) -> None:
    for node in page.find(values["select"]):
        replace_content(node, values["text"])


def _found(page: Page, selectors: Iterable[str]) -> list[LexborNode]:
    return [node for selector in selectors for node in page.find(selector)]


def _addresses(page: Page) -> list[tuple[LexborNode, str]]:
    links = [(node, "href") for node in page.find("a[href]")]
    return links + [(node, "src") for node in page.find("img[src]")]


def _texts(params: object, field: str) -> tuple[str, ...]:
    values = [params] if isinstance(params, str) else params
    if isinstance(values, list) and values and all(isinstance(value, str) and value for value in values):
        return tuple(values)
    raise DeclarationError(field, "needs a text or an array of texts")


def _object(params: object, field: str, names: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(params, dict) or set(params) != set(names):
        raise DeclarationError(field, f"needs an object of {', '.join(names)}")
    for name in names:
        if not isinstance(params[name], str) or not (params[name] or name in {"replace", "text"}):
            raise DeclarationError(f"{field}.{name}", "must be a text")
    return {name: params[name] for name in names}
