"""Versions made anew from snapshots, by the declarations of their time."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from terms_tracker import archives
from terms_tracker.archive import Archive, Entry
from terms_tracker.services import indexing, rebuilding
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory

pytestmark = pytest.mark.django_db


def fetched(terms, html, month, **values):
    """A snapshot of this month."""
    archive = archives.archive_of(terms.service.collection, archives.SNAPSHOTS)
    record = archive.record(
        Entry(
            service=terms.service.key,
            terms_type=terms.type,
            content=html,
            extension="html",
            fetched_at=datetime(2026, month, 1, tzinfo=UTC),
            **values,
        )
    )
    return indexing.add_snapshot(terms, record)


def page(main, side="Menu"):
    return f"<html><body><aside>{side}</aside><main>{main}</main></body></html>"


@pytest.fixture
def terms():
    service = ServiceFactory(collection=CollectionFactory(key="demo"), key="Findly")
    return TermsFactory(
        service=service,
        type="Privacy Policy",
        declaration={"fetch": "https://findly.example/", "select": "main"},
    )


def rebuilt(terms, tmp_path):
    done = rebuilding.rebuild(collection=terms.service.collection, target=tmp_path / "new.git", processes=1)
    with Archive(tmp_path / "new.git") as archive:
        found = [
            (record.kind.value, record.fetched_at.month, archive.read(record.sha, record.path).decode())
            for record in archive.log()
        ]
    return done, found


def test_each_snapshot_that_reads_differently_is_a_version_of_its_own_date(terms, tmp_path):
    first = fetched(terms, page("One."), 1)
    fetched(terms, page("One.", side="Other menu"), 2)
    fetched(terms, page("Two."), 3)
    done, found = rebuilt(terms, tmp_path)
    assert found == [("first", 1, "One."), ("change", 3, "Two.")]
    assert (done.readings, done.versions, done.refused) == (3, 2, [])
    with Archive(tmp_path / "new.git") as archive:
        assert next(archive.log()).snapshot_ids == (first.commit,)


def test_what_an_earlier_declaration_read_is_read_by_it_and_the_change_of_declaration_is_no_change(
    terms, tmp_path
):
    terms.history = [
        {"fetch": "https://findly.example/", "select": "aside", "validUntil": "2026-02-15T00:00:00Z"}
    ]
    terms.save()
    fetched(terms, page("One.", side="Old place."), 1)
    fetched(terms, page("One.", side="Old place!"), 2)
    fetched(terms, page("Two.", side="Old place!"), 3)
    _done, found = rebuilt(terms, tmp_path)
    assert found == [
        ("first", 1, "Old place."),
        ("change", 2, "Old place!"),
        ("upgrade", 2, "One."),
        ("change", 3, "Two."),
    ]


def test_terms_of_two_documents_begin_when_both_are_there(terms, tmp_path):
    terms.declaration = {
        "combine": [{"fetch": "https://findly.example/a"}, {"fetch": "https://findly.example/b"}],
        "select": "main",
    }
    terms.save()
    from terms_tracker.services import declarations

    one, two = (document.id for document in declarations.documents_of(terms))
    fetched(terms, page("A."), 1, document_id=one)
    fetched(terms, page("B."), 2, document_id=two)
    fetched(terms, page("A!"), 3, document_id=one)
    _done, found = rebuilt(terms, tmp_path)
    assert [(kind, month) for kind, month, _text in found] == [("first", 2), ("change", 3)]
    assert "A!" in found[1][2]
    assert "B." in found[1][2]


def test_what_cannot_be_read_is_said_and_the_rest_goes_on(terms, tmp_path):
    fetched(terms, page("One."), 1)
    fetched(terms, "<html><body>Moved.</body></html>", 2)
    fetched(terms, page("Two."), 3)
    done, found = rebuilt(terms, tmp_path)
    assert [month for _kind, month, _text in found] == [1, 3]
    assert [at.month for _terms, at, _reason in done.refused] == [2]


def test_the_command_writes_beside_the_archive_and_not_over_anything(terms, tmp_path, capsys):
    fetched(terms, page("One."), 1)
    call_command("terms_rebuild_versions", "demo", "--out", str(tmp_path / "out"), "--processes", "1")
    assert "1 versions of 1 readings" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not empty"):
        call_command("terms_rebuild_versions", "demo", "--out", str(tmp_path / "out"))
    with pytest.raises(CommandError, match="no collection"):
        call_command("terms_rebuild_versions", "nowhere")


def test_a_collection_without_snapshots_is_refused_before_an_empty_archive_is_made(terms, tmp_path):
    with pytest.raises(CommandError, match="no snapshots"):
        call_command("terms_rebuild_versions", "demo", "--out", str(tmp_path / "new.git"))
    assert not (tmp_path / "new.git").exists()


def test_a_place_that_cannot_be_written_to_is_said_in_words(terms, tmp_path):
    fetched(terms, page("<p>One.</p>"), 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="file"):
        call_command("terms_rebuild_versions", "demo", "--out", str(tmp_path / "file"))
