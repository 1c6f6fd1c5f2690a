"""A real Chromium on a live portal. Any error of a page, any word of the CSP, any request elsewhere fails the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Any]:
    """One browser for all tests."""
    if not Path(django_settings.CHROMIUM).exists():
        pytest.skip(f"no browser at {django_settings.CHROMIUM}")
    browser = playwright.chromium.launch(executable_path=django_settings.CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """Open a path as somebody, at a width, in a scheme and a language, and watch the page."""
    contexts, complaints = [], []

    def open_page(
        path: str = "/",
        *,
        width: int = 1280,
        scheme: str = "light",
        language: str = "en",
        javascript: bool = True,
        as_user: Any = None,
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale=language,
            java_script_enabled=javascript,
            base_url=live_server.url,
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        if as_user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(as_user), "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line) else None)
        page.on("request", lambda request: elsewhere(request, live_server.url, complaints))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def is_complaint(line: Any) -> bool:
    """What Chromium says of a page's code or policy; a status such as 404 is not one."""
    return line.type == "error" and "the server responded with a status" not in line.text


def elsewhere(request: Any, home: str, complaints: list[str]) -> None:
    """Note a request that leaves the portal."""
    if not request.url.startswith((home, "data:", "blob:")):
        complaints.append(f"request to {request.url}")


def session_of(user: Any) -> str:
    """A session of somebody who has logged in."""
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value
