import pytest

from terms_tracker.archive import InvalidEntryError, Kind
from terms_tracker.archive.messages import compose, kind_of, snapshot_ids_of, trailers_of
from tests.terms_tracker.archive_examples import make_entry

TEMPLATE = "https://github.com/OpenTermsArchive/dating-snapshots/commit/%SNAPSHOT_ID"
FIRST, SECOND = "d400f36" + "a" * 33, "0" * 40


def test_a_version_names_its_snapshot_as_open_terms_archive_does():
    entry = make_entry(snapshot_ids=(FIRST,), metadata={"x-engine-version": "10.1.2"})
    assert compose(entry, Kind.CHANGE, TEMPLATE) == (
        "Record new changes of Parship Terms of Service\n"
        "\n"
        "This version was recorded after extracting from snapshot "
        f"https://github.com/OpenTermsArchive/dating-snapshots/commit/{FIRST}\n"
        "\n"
        "X-engine-version: 10.1.2\n"
    )


def test_a_version_of_several_documents_lists_their_snapshots():
    entry = make_entry(snapshot_ids=(FIRST, SECOND), metadata={"X-engine-version": "10.1.2"})
    assert compose(entry, Kind.FIRST, "./data/snapshots/%SNAPSHOT_ID") == (
        "First record of Parship Terms of Service\n"
        "\n"
        "This version was recorded after extracting from and assembling the following snapshots "
        "from 2 source documents:\n"
        f"- ./data/snapshots/{FIRST}\n"
        f"- ./data/snapshots/{SECOND}\n"
        "\n"
        "X-engine-version: 10.1.2\n"
    )


def test_a_snapshot_tells_its_document_its_fetcher_and_its_address():
    metadata = {
        "X-engine-version": "14.1.0",
        "X-fetcher": "htmlOnly",
        "X-source-document-location": "https://example.org/legal",
    }
    entry = make_entry(document_id="legal", extension="html", metadata=metadata)
    assert compose(entry, Kind.FIRST, TEMPLATE) == (
        "First record of Parship Terms of Service\n"
        "\n"
        "Document ID legal\n"
        "\n"
        "X-engine-version: 14.1.0\n"
        "X-fetcher: htmlOnly\n"
        "X-source-document-location: https://example.org/legal\n"
    )


def test_a_technical_upgrade_without_anything_else_is_one_line():
    message = compose(make_entry(metadata={"X-fetcher": ""}), Kind.UPGRADE, TEMPLATE)
    assert message == "Apply technical or declaration upgrade on Parship Terms of Service\n"


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("First record of A B", Kind.FIRST),
        ("Record new changes of A B", Kind.CHANGE),
        ("Apply technical or declaration upgrade on A B", Kind.UPGRADE),
        ("Start tracking A B", Kind.FIRST),
        ("Update A B", Kind.CHANGE),
        ("Refilter A B", Kind.UPGRADE),
        ("Updated README", None),
        ("Initial commit", None),
    ],
)
def test_subjects_old_and_new_tell_why_a_commit_was_made(subject, kind):
    assert kind_of(subject) is kind


@pytest.mark.parametrize(
    "paragraph",
    [
        f"This version was recorded after filtering snapshot {FIRST}",
        f"This version was recorded after filtering snapshot https://example.org/s/commit/{FIRST}",
        f"This version was recorded after extracting from snapshot ./data/snapshots/{FIRST}",
        f"This version was recorded after extracting from snapshot https://example.org/commit/{FIRST}?facade=1",
    ],
)
def test_a_snapshot_is_found_in_old_and_new_wording_without_taking_words_for_ids(paragraph):
    message = f"Update facade 123456\n\nDocument ID deadbeef\n\n{paragraph}\n\nX-engine-version: 12345\n"
    assert snapshot_ids_of(message) == (FIRST,)


def test_trailers_are_read_from_the_last_paragraph_only():
    last = "X-Engine-Version: undefined\nnot one: x\nX-empty:\nX-fetcher: fullDom\n"
    message = f"Update A: b\n\nNote: no trailer\n\n{last}"
    assert trailers_of(message) == {"x-engine-version": "undefined", "x-fetcher": "fullDom"}
    assert trailers_of("Update A: b\n") == {}


@pytest.mark.parametrize(
    "metadata", [{"X-a": "b\nX-c: d"}, {"X a": "b"}, {"": "b"}, {"X-a": " b"}, {"X-a": "b\u2028c"}]
)
def test_a_trailer_that_could_forge_another_is_refused(metadata):
    with pytest.raises(InvalidEntryError):
        compose(make_entry(metadata=metadata), Kind.FIRST, TEMPLATE)


@pytest.mark.parametrize("snapshot_id", ["", "HEAD", "abcd", "G" * 40, f"{FIRST}\n"])
def test_what_is_no_hash_is_no_snapshot_id(snapshot_id):
    with pytest.raises(InvalidEntryError):
        compose(make_entry(snapshot_ids=(snapshot_id,)), Kind.FIRST, TEMPLATE)
