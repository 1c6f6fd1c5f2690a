"""Pages whose terms their own scripts write."""

import pytest

from disinfo import chromium
from terms_tracker import archives
from terms_tracker.models import Snapshot, Version
from tests.servers import Answer, serving
from tests.terms_tracker.conftest import check, declare, page

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


class TestBrowser:
    """Pages whose terms their own scripts write."""

    SCRIPTED = (
        "<html><body><main></main><script>"
        "fetch('/words').then(r => r.text()).then(t => document.querySelector('main').innerHTML = '<p>' + t + '</p>')"
        "</script></body></html>"
    )

    @pytest.fixture
    def scripted(self, site):
        if not chromium.is_installed():
            pytest.skip("Chromium or Playwright is not on this machine")
        site.answers["/app"] = Answer(self.SCRIPTED)
        site.answers["/words"] = Answer("You may appeal within ten days.")
        declare(
            site,
            **{
                "Terms of Service": {
                    "fetch": site.url("/app"),
                    "select": "main",
                    "executeClientScripts": True,
                }
            },
        )
        return site

    def test_what_scripts_write_is_recorded(self, scripted):
        assert check().changed == 1
        assert archives.text_of(Version.objects.get()) == "You may appeal within ten days."
        assert Snapshot.objects.get().metadata["x-fetcher"] == "fullDom"

    def test_scripts_reach_no_more_than_a_plain_fetch_would(self, scripted, settings):
        with serving() as inside:
            scripted.answers["/app"] = Answer(self.SCRIPTED.replace("/words", inside.url("/words")))
            check()
            assert inside.requests == []

    def test_a_host_that_blocks_programs_is_asked_by_a_browser(self, scripted):
        def only_browsers(request):
            is_browser = "Chrome" in request.headers["User-Agent"]
            return Answer(page("For people.")) if is_browser else Answer("no", status=403)

        scripted.answers["/terms"] = only_browsers
        declare(scripted, **{"Terms of Service": {"fetch": scripted.url("/terms"), "select": "main"}})
        assert check().changed == 1
        assert "For people." in archives.text_of(Version.objects.get())
