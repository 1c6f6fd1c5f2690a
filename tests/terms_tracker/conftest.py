"""Archives, and a server with terms on it that the tracker reads."""

import pytest

from disinfo import fetcher
from terms_tracker.archive import Archive
from terms_tracker.models import Collection, Terms
from terms_tracker.services import declarations, tracking
from tests.factories import CollectionFactory
from tests.servers import Answer, serving


@pytest.fixture
def archive(tmp_path):
    with Archive(tmp_path / "versions") as archive:
        archive.init()
        yield archive


def page(text: str) -> str:
    return f"<html><body><nav>menu</nav><main><h1>Terms</h1><p>{text}</p></main></body></html>"


@pytest.fixture
def site(settings):
    """A server on the loopback that may be fetched, with Chirper's terms on it."""
    settings.FETCH_HOST_DELAY_MS = 0
    with serving() as server:
        settings.FETCH_ALLOW = [server.address]
        server.answers["/terms"] = Answer(page("You may appeal within six months."), etag='"1"')
        yield server
        fetcher.close()


@pytest.fixture
def terms(site):
    """Chirper's terms, declared."""
    declaration = {
        "name": "Chirper",
        "terms": {"Terms of Service": {"fetch": site.url("/terms"), "select": "main"}},
    }
    declarations.save_service(
        collection=CollectionFactory(key="demo"), key="Chirper", declaration=declaration, actor=None
    )
    return Terms.objects.get()


def declare(site, **terms):
    """More terms of a service called Chirper."""
    declaration = {"name": "Chirper", "terms": terms}
    declarations.save_service(
        collection=Collection.objects.first() or CollectionFactory(),
        key="Chirper",
        declaration=declaration,
        actor=None,
    )


def check(terms=None):
    """One pass over everything tracked, due or not."""
    return tracking.run_pass(Terms.objects.tracked())
