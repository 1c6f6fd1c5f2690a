"""Every address of the URLconf, found by walking it."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# allauth and the admin test their own pages; they are looked at by the browser tests.
OTHERS = ("admin/", "accounts/")


def every_pattern() -> Iterator[tuple[str, str]]:
    """(name with its namespace, route) of each of our own addresses."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[URLPattern | URLResolver], route: str, namespace: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = route + str(pattern.pattern)
        if path.startswith(OTHERS):
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, path, inner)
        else:
            yield f"{namespace}{pattern.name}", path
