"""Two that work on the same terms, one of them late: nothing goes back to what it was."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from disinfo.leases import Hold
from terms_tracker import archives
from terms_tracker.archive import Entry
from terms_tracker.fetching.outcomes import Fetched
from terms_tracker.models import Collection, Snapshot, Terms
from terms_tracker.services import indexing, tracking
from tests.factories import SourceDocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return SourceDocumentFactory()


def record(terms, day):
    """A snapshot in the archive, of which no row knows."""
    entry = Entry(
        service=terms.service.key,
        terms_type=terms.type,
        content=f"<main>{day}</main>",
        fetched_at=datetime(2026, 1, day, tzinfo=UTC),
        extension="html",
    )
    return archives.archive_of(terms.service.collection, archives.SNAPSHOTS).record(entry)


def test_a_sweep_that_finds_a_lost_snapshot_does_not_undo_a_later_one(document):
    lost, later = record(document.terms, 1), record(document.terms, 2)
    indexing.add_snapshot(document.terms, later)
    indexing.catch_up(Collection.objects.get())
    document.refresh_from_db()
    assert document.snapshot.commit == later.sha
    assert set(Snapshot.objects.values_list("commit", flat=True)) == {lost.sha, later.sha}


def test_a_sweep_that_finds_the_last_snapshot_makes_it_the_documents_own(document):
    indexing.add_snapshot(document.terms, record(document.terms, 1))
    lost = record(document.terms, 2)
    indexing.catch_up(Collection.objects.get())
    document.refresh_from_db()
    assert document.snapshot.commit == lost.sha


@pytest.mark.parametrize("is_taken_over", [True, False])
def test_a_worker_held_up_until_another_took_its_host_over_records_nothing(
    document, monkeypatch, settings, is_taken_over
):
    terms = document.terms
    settings.TERMS_LEASE_SECONDS = 0  # over as soon as it is taken, as after a long stop

    def arrive_late(*_args):
        if is_taken_over:
            with time_machine.travel(timezone.now() + timedelta(seconds=1)):
                assert Hold(f"terms-host:{terms.host}", seconds=30)
        page = Fetched(b"<main><p>Old.</p></main>", "text/html", "htmlOnly")
        yield Terms.objects.get(pk=terms.pk), {document.pk: page}

    monkeypatch.setattr(tracking, "_fetched", arrive_late)
    assert tracking.check_hosts([terms.host]).checked == (0 if is_taken_over else 1)
    assert Snapshot.objects.exists() is not is_taken_over
