"""Make links independent of where the page stood, and hide protected e-mail addresses alike at every fetch.

Source: research/terms.md §6.1, steps 3 to 5; URL Standard (through ada).
"""

import ada_url
from selectolax.lexbor import LexborNode

from terms_tracker.extraction.page import Page

_PROTECTED = "[email\u00a0protected]"
_SCHEMES_NOT_FOR_BASES = ("data:", "javascript:")


def resolve(href: str, base: str) -> str | None:
    """Return `href` as an absolute URL, or None if it cannot be one."""
    try:
        return str(ada_url.join_url(base, href))
    except ValueError:
        return None


def base_of(page: Page) -> str:
    """Return the URL that the links of `page` are relative to."""
    for node in page.find("base[href]")[:1]:
        base = resolve(node.attributes.get("href") or "", page.url)
        if base is not None and not base.startswith(_SCHEMES_NOT_FOR_BASES):
            return base
    return page.url


def make_absolute(page: Page) -> None:
    """Write the target of every link as an absolute URL; links inside the page and broken ones stay."""
    base = base_of(page)
    for node in page.find("a[href]"):
        href = node.attributes.get("href")
        if not href or href[0] == "#":
            continue
        absolute = resolve(href, base)
        if absolute is not None and absolute != href:
            node.attrs["href"] = absolute


def hide_protected_addresses(page: Page) -> None:
    """Replace what Cloudflare's e-mail protection writes, for it changes at each fetch."""
    for node in page.find('a[href*="/email-protection"]'):
        node.attrs["href"] = (node.attributes.get("href") or "").partition("#")[0]
        replace_content(node, _PROTECTED)


def replace_content(node: LexborNode, text: str) -> None:
    """Let `node` hold nothing but `text`."""
    for child in list(node.iter(include_text=True)):
        child.decompose(recursive=False)
    node.insert_child(text)
