"""An existing archive of Open Terms Archive becomes a collection, and may go on growing."""

import subprocess
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from disinfo.portal.models import OutboxMessage, Webhook
from terms_tracker import archives, metadata
from terms_tracker.archive import Archive, Entry
from terms_tracker.models import Collection, Version
from terms_tracker.services import classifying
from tests.factories import recorded

pytestmark = pytest.mark.django_db
TEXTS = ("We keep data for 30 days.", "We keep data for 90 days.", "We keep data for 90 days. Thank you.")


def entry(text, month, **values):
    usual = {"service": "Chirper", "terms_type": "Terms of Service"}
    return Entry(content=text, fetched_at=datetime(2024, month, 1, tzinfo=UTC), **{**usual, **values})


@pytest.fixture
def theirs(tmp_path):
    """Somebody else's versions repository, with three records."""
    with Archive(tmp_path / "pga-versions") as archive:
        archive.init()
        archive.import_entries(entry(text, month) for month, text in enumerate(TEXTS, 1))
        yield archive


def commit_by_hand(repository, subject, text):
    """A commit as older engines and people made them, in a checkout."""
    file = repository / "Chirper" / "Privacy Policy.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    identity = ["-c", "user.name=OTA", "-c", "user.email=bot@ota.example"]
    for arguments in (["add", "."], [*identity, "commit", "-q", "-m", subject]):
        subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True)


def take(path, *arguments):
    call_command("terms_archive_import", str(path), "--collection", "pga", *map(str, arguments), verbosity=0)
    return Collection.objects.get(key="pga")


def test_every_commit_keeps_its_name_date_and_kind(theirs, client):
    collection = take(theirs.path)
    rows = list(Version.objects.order_by("fetched_at"))
    assert [row.commit for row in rows] == [record.sha for record in theirs.log()]
    assert [row.kind for row in rows] == ["first", "change", "change"]
    assert [row.fetched_at.month for row in rows] == [1, 2, 3]
    assert archives.archive_of(collection, archives.VERSIONS).fsck().is_sound
    assert "90 days" in client.get(rows[1].get_absolute_url()).content.decode()


def test_nobody_is_told_of_what_was_there_and_everybody_of_what_comes(
    theirs, django_capture_on_commit_callbacks
):
    Webhook.objects.create(url="https://hook.example/", events=["terms.change"])
    take(theirs.path)
    assert not OutboxMessage.objects.exists()
    theirs.record(entry("We keep nothing.", 4))
    take(theirs.path)
    assert Version.objects.count() == 4
    assert OutboxMessage.objects.count() == 1


def test_importing_again_changes_nothing(theirs):
    take(theirs.path)
    before = list(Version.objects.order_by("pk").values())
    take(theirs.path)
    assert list(Version.objects.order_by("pk").values()) == before


def test_an_import_killed_before_its_rows_were_written_goes_on(theirs):
    collection = take(theirs.path)
    Version.objects.all().delete()
    Collection.objects.update(versions_indexed="")
    take(theirs.path)
    assert collection.services.get().terms.get().versions.count() == 3


def test_a_checkout_with_the_subjects_of_older_engines_is_read(tmp_path):
    repository = tmp_path / "old-versions"
    subprocess.run(["git", "init", "-q", repository], check=True)
    commit_by_hand(repository, "Start tracking Chirper Privacy Policy", "One.")
    commit_by_hand(repository, "Update Chirper Privacy Policy", "Two.")
    commit_by_hand(repository, "Refilter Chirper Privacy Policy", "Two!")
    (repository / "README.md").write_text("About us")
    commit_by_hand(repository, "Say who we are", "Two!")
    take(repository)
    assert [row.kind for row in Version.objects.order_by("pk")] == ["first", "change", "upgrade"]


def test_a_collection_with_records_of_its_own_is_not_overwritten(theirs):
    collection = take(theirs.path)
    terms = collection.services.get().terms.get()
    recorded(terms, "Recorded here.", "2024-05-01")
    theirs.record(entry("Recorded there.", 6))
    with pytest.raises(CommandError, match="a collection of its own"):
        take(theirs.path)
    assert terms.versions.first().fetched_at.month == 5


def test_what_is_no_repository_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError, match="not a git repository"):
        take(tmp_path)


def test_a_mistyped_path_leaves_no_empty_collection_behind(theirs, tmp_path):
    wrong = tmp_path / "wrong"
    for arguments in ([wrong], [theirs.path, "--snapshots", wrong], [theirs.path, "--declarations", wrong]):
        with pytest.raises(CommandError, match="wrong is not"):
            take(*arguments)
    assert not Collection.objects.exists()


def test_a_shallow_clone_is_told_how_to_become_whole(theirs, tmp_path):
    address = f"file://{theirs.git_dir}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", address, tmp_path / "part"], check=True)
    with pytest.raises(CommandError, match="git fetch --unshallow"):
        take(tmp_path / "part")
    assert not Collection.objects.exists()


def test_a_worktree_is_told_to_give_its_repository(tmp_path):
    (tmp_path / ".git").write_text("gitdir: /elsewhere")
    with pytest.raises(CommandError, match="give the repository"):
        take(tmp_path)


def test_a_repository_without_records_is_refused_whether_empty_or_of_something_else(theirs, tmp_path):
    empty, code = tmp_path / "empty", tmp_path / "code"
    for repository in (empty, code):
        subprocess.run(["git", "init", "-q", repository], check=True)
    commit_by_hand(code, "Mend the parser", "One.")
    for arguments in ([empty], [code], [theirs.path, "--snapshots", code]):
        with pytest.raises(CommandError, match="holds no record of terms"):
            take(*arguments)
    assert not Collection.objects.exists()


def test_versions_and_snapshots_given_in_each_others_place_are_refused(theirs, tmp_path):
    with Archive(tmp_path / "fetched") as fetched, Archive(tmp_path / "read") as read:
        fetched.init()
        snapshot = fetched.record(entry("<p>We keep nothing.</p>", 1, extension="html"))
        read.init()
        read.record(entry("We keep nothing.", 1, snapshot_ids=(snapshot.sha,)))
    with pytest.raises(CommandError, match="give it with --snapshots"):
        take(fetched.path, "--snapshots", read.path)
    with pytest.raises(CommandError, match="holds versions, not snapshots"):
        take(read.path, "--snapshots", read.path)
    assert not Collection.objects.exists()


def test_a_damaged_repository_leaves_no_empty_collection_behind(tmp_path):
    repository = tmp_path / "damaged"
    subprocess.run(["git", "init", "-q", repository], check=True)
    for subject in ("First record of", "Record new changes of"):
        commit_by_hand(repository, f"{subject} Chirper Privacy Policy", subject)
    found = subprocess.run(
        ["git", "rev-parse", "HEAD:Chirper/Privacy Policy.md"],
        cwd=repository,
        check=True,
        capture_output=True,
    )
    blob = found.stdout.decode().strip()
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(CommandError, match="cannot be read"):
        take(repository)
    assert not Collection.objects.exists()


def test_an_import_says_how_many_declarations_it_read(theirs, tmp_path, capsys):
    take(theirs.path, "--declarations", tmp_path)
    assert "declared: 0 services, 0 terms, 0 files refused" in capsys.readouterr().out


def test_metadata_that_are_not_there_are_not_called_bad_yaml(theirs, tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        take(theirs.path, "--metadata", tmp_path / "none.yml")


def test_imported_changes_are_classed_in_the_background(theirs):
    take(theirs.path)
    classifying.sweep()
    found = Version.objects.order_by("fetched_at").values_list("change_class", flat=True)
    assert list(found) == ["", "substance", "wording"]


METADATA = """
id: pga
name: Platform Governance Archive
tagline: Policies of large platforms
languages: [en, no]
jurisdictions: [EU, DE]
trackingPeriods:
  - startDate: 2023-03-20
    schedule: 30 */12 * * *
governance:
  hub: {url: https://hub.example, roles: [host]}
"""


def test_a_collection_says_of_itself_what_its_metadata_say(theirs, tmp_path):
    (tmp_path / "metadata.yml").write_text(METADATA)
    collection = take(theirs.path, "--metadata", tmp_path / "metadata.yml")
    assert (collection.name, collection.languages) == ("Platform Governance Archive", ["en", "no"])
    assert collection.metadata["trackingPeriods"][0]["startDate"] == "2023-03-20"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "not a list"),
        ("id: x", "missing: name"),
        ("id: [", "not YAML"),
        (METADATA.replace("[en, no]", "[English]"), "english is no code"),
    ],
)
def test_metadata_that_cannot_be_are_refused_in_words(tmp_path, text, reason):
    (tmp_path / "metadata.yml").write_text(text)
    with pytest.raises(metadata.MetadataError, match=reason):
        metadata.read(tmp_path / "metadata.yml")
