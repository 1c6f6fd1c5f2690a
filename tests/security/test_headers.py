"""Security headers on every answer, whatever it is."""

import pytest
from django.test import Client

from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded

pytestmark = pytest.mark.django_db

PUBLIC = [
    *(
        "/",
        "/search/?q=x",
        "/activity/",
        "/activity/feed/",
        "/stats/",
        "/stats/?format=csv",
        "/about/",
        "/legal/",
    ),
    *("/privacy/", "/accessibility/", "/health/live", "/health/ready", "/robots.txt", "/sitemap.xml"),
    *("/.well-known/security.txt", "/manifest.webmanifest", "/nothing/", "/admin/login/", "/accounts/login/"),
    *("/accounts/signup/", "/accounts/password/reset/", "/terms/", "/terms/changes/", "/terms/feed/"),
    *("/api/v1/schema/", "/api/v1/docs/", "/api/v1/stats/", "/api/v1/me/", "/api/v1/nothing/"),
]


def directives(response) -> dict[str, str]:
    policy = response["Content-Security-Policy"]
    return {part.split()[0]: " ".join(part.split()[1:]) for part in policy.split(";") if part.strip()}


@pytest.mark.parametrize("path", PUBLIC)
def test_every_public_answer_carries_the_headers(client, path):
    response = client.get(path)
    policy = directives(response)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert "unsafe" not in policy["style-src"] or path == "/api/v1/docs/"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Request-ID"]
    assert "Server" not in response


def test_pages_of_terms_carry_them_too(client):
    terms = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="open")))
    version = recorded(terms, "Words")
    for path in (terms.get_absolute_url(), version.get_absolute_url(), version.get_change_url()):
        assert directives(client.get(path))["default-src"] == "'none'"
    snapshot = client.get(f"/terms/snapshot/{version.snapshot_commits[0]}/")
    assert directives(snapshot) == {"sandbox": ""}


def test_a_request_id_is_taken_from_a_proxy_only_when_it_is_well_formed(client):
    assert client.get("/", headers={"X-Request-ID": "abc-12345678"})["X-Request-ID"] == "abc-12345678"
    assert client.get("/", headers={"X-Request-ID": "x\n{evil}"})["X-Request-ID"] != "x\n{evil}"


@pytest.mark.parametrize("page", ["/", "/accounts/login/", "/terms/"])
def test_no_page_has_inline_code_or_reaches_another_host(client, page):
    import re

    html = client.get(page).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert " style=" not in html
    assert not re.search(r"(?:src|srcset|action)=\"(?:https?:)?//(?!testserver)", html)
    assert not re.search(r"<link[^>]+href=\"https?://(?!testserver|127\.0\.0\.1)", html)


def test_what_a_session_leaves_cannot_be_read_by_scripts(settings):
    client = Client()
    client.get("/accounts/login/")
    assert client.cookies["csrftoken"]["httponly"]
    assert client.cookies["csrftoken"]["samesite"] == "Lax"
