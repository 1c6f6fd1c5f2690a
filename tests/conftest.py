"""A suite that distrusts itself: what is left to chance is made random, what must not happen fails the test."""

import asyncio
import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client, TransactionTestCase
from django.utils import translation

from tests.factories import CollectionFactory, MembershipFactory, OrganisationFactory, UserFactory

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.", "::1", "localhost")


# A busy machine is slow by chance: what a test may take is said where it matters, in tests of time. What refuses a
# change must refuse it again when it is asked again: new examples are looked for where somebody works.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suite")


def pytest_configure() -> None:
    """No broker and no shared cache in the ordinary suite; chaos tests start their own."""
    django_settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    django_settings.CELERY_BROKER_URL = "memory://"
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    django_settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
    django_settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable("%s")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Playwright, started once a process: its synchronous interface cannot run twice in one thread."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not on this machine")
    # It keeps an event loop in this thread, which Django takes for its own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with api.sync_playwright() as started:
        yield started


class UnknownVariable(str):
    """What an unknown variable of one of our templates becomes: an error. Other packages' templates are theirs."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, variable: object) -> str:  # type: ignore[override]
        origin = self._origin()
        if origin and Path(origin).is_relative_to(ROOT / "templates"):
            pytest.fail(f"unknown template variable {variable} in {origin}")
        return ""

    @staticmethod
    def _origin() -> str:
        frame = sys._getframe()
        while frame:
            node = frame.f_locals.get("self")
            origin = getattr(node, "origin", None)
            if frame.f_code.co_name == "render_annotated" and origin:
                return str(origin.name)
            frame = frame.f_back  # type: ignore[assignment]
        return ""


@pytest.fixture(autouse=True, scope="session")
def unordered_queries_are_shuffled() -> Iterator[None]:
    """A query that names no order gives its rows in any order, as a database may one day."""
    original = SQLCompiler.get_order_by

    def get_order_by(self: SQLCompiler) -> Any:
        query = self.query
        has_order = (
            query.extra_order_by or query.order_by or (query.default_ordering and query.get_meta().ordering)
        )
        is_plain = not (query.distinct or query.combinator or query.group_by is not None or query.subquery)
        if has_order or not is_plain or not query.default_ordering:
            return original(self)
        query.order_by = ("?",)
        try:
            return original(self)
        finally:
            query.order_by = ()

    SQLCompiler.get_order_by = get_order_by
    yield
    SQLCompiler.get_order_by = original


@pytest.fixture(autouse=True, scope="session")
def nothing_leaves_this_machine() -> Iterator[None]:
    """Connecting anywhere but to the loopback or a local socket fails."""
    original = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            pytest.fail(f"a test tried to reach {address[0]}")
        original(self, address)

    socket.socket.connect = connect
    yield
    socket.socket.connect = original


@pytest.fixture(autouse=True, scope="session")
def audit_entries_may_be_emptied_between_tests() -> Iterator[None]:
    """Tests that commit are followed by an emptying of all tables, which the trail's own triggers refuse."""
    migration = import_module("disinfo.accounts.migrations.0002_audit_append_only")
    original = TransactionTestCase._fixture_teardown

    def empty(self: TransactionTestCase) -> None:
        with connection.schema_editor() as editor:
            migration.unprotect(None, editor)
        try:
            original(self)
        finally:
            with connection.schema_editor() as editor:
                migration.protect(None, editor)

    TransactionTestCase._fixture_teardown = empty
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language of a page that a test asked for is not that of the next test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Each test has its own var/ and an empty cache."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ARCHIVES_DIR = tmp_path / "archives"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    settings.EMAIL_BACKEND = "disinfo.outbox.OutboxEmailBackend"
    settings.OUTBOX_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()


@pytest.fixture
def organisation(db: None) -> Any:
    """A vetted organisation."""
    return OrganisationFactory()


@pytest.fixture
def people(organisation: Any) -> dict[str, Any]:
    """Alice edits for the organisation, Rita is its regulator, Oscar runs it; Charlie is a stranger; Ada is staff."""
    alice, rita, oscar = (
        MembershipFactory(organisation=organisation, role=role, user__name=name).user
        for name, role in (("Alice", "editor"), ("Rita", "regulator"), ("Oscar", "admin"))
    )
    charlie = UserFactory(name="Charlie")
    ada = UserFactory(name="Ada", is_staff=True, is_superuser=True)
    return {"alice": alice, "rita": rita, "oscar": oscar, "charlie": charlie, "ada": ada}


@pytest.fixture
def sent_twice() -> Any:
    """Send a form as a page shows it, then load the answer again, which sends it again; gives both answers."""

    def send(client: Client, page: str, asked: dict[str, Any]) -> Any:
        token = str(client.get(page).context["csrf_token"])
        form = {**asked, "csrfmiddlewaretoken": token}
        return client.post(page, form), client.post(page, form, follow=True)

    return send


@pytest.fixture
def as_(people: dict[str, Any]) -> Any:
    """Give a browser logged in as one of the people; "anonymous" is nobody."""

    def client_of(name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


@pytest.fixture
def private_collection(organisation: Any) -> Any:
    """A collection that only its organisation may read."""
    return CollectionFactory(key="inquiry", name="Inquiry", is_public=False, organisation=organisation)


@pytest.fixture
def loop_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run coroutines in a thread of their own: browser tests keep an event loop running in this one."""
    run = asyncio.run

    def run_apart(coroutine: Any) -> Any:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run, coroutine).result()

    monkeypatch.setattr(asyncio, "run", run_apart)
