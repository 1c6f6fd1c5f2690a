import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terms_tracker.archive import (
    Archive,
    ArchiveError,
    HistoryRewrittenError,
    InvalidEntryError,
    Kind,
    Signature,
    UnknownObjectError,
    locks,
    repository,
)
from tests.terms_tracker.archive_examples import START, make_entry, porcelain


def test_an_empty_archive_is_empty(archive):
    assert archive.head() is None
    assert archive.count() == 0
    assert list(archive.log()) == []
    assert archive.latest("Parship", "Terms of Service") is None
    assert archive.fsck().is_sound


def test_where_there_is_no_archive_nothing_is_recorded_or_read(tmp_path):
    with Archive(tmp_path / "nowhere") as archive:
        for use in (
            archive.head,
            archive.count,
            lambda: archive.record(make_entry()),
            lambda: list(archive.log()),
        ):
            with pytest.raises(ArchiveError):
                use()


def test_a_writer_that_holds_its_turn_for_ever_does_not_stop_the_others(archive, monkeypatch):
    monkeypatch.setattr(repository, "_PATIENCE", 0.1)
    with locks.in_turn(archive.git_dir, 0.1):
        assert archive.record(make_entry()) is not None


def test_making_an_archive_again_changes_nothing(archive):
    record = archive.record(make_entry())
    archive.init()
    assert archive.head() == record.sha


def test_the_first_record_is_followed_by_changes_and_upgrades(archive):
    first = archive.record(make_entry("one", is_upgrade=True))
    change = archive.record(make_entry("two", minutes=1))
    upgrade = archive.record(make_entry("three", minutes=1, is_upgrade=True))
    assert [first.kind, change.kind, upgrade.kind] == [Kind.FIRST, Kind.CHANGE, Kind.UPGRADE]
    assert [first.parent, change.parent, upgrade.parent] == [None, first.sha, change.sha]
    assert archive.head() == upgrade.sha
    assert archive.count() == 3


def test_the_same_content_is_recorded_once(archive):
    archive.record(make_entry("same"))
    assert archive.record(make_entry(b"same", minutes=5)) is None
    assert archive.count() == 1


def test_a_text_that_comes_back_is_recorded_again(archive):
    contents = ["one", "two", "one"]
    records = [archive.record(make_entry(text, minutes=n)) for n, text in enumerate(contents)]
    assert [archive.read(record.sha, record.path).decode() for record in records] == contents


def test_a_new_format_leaves_the_old_file_in_place_and_is_a_change(archive):
    html = archive.record(make_entry("page", extension="html"))
    pdf = archive.record(make_entry(b"%PDF", extension="pdf", minutes=1))
    assert pdf.kind is Kind.CHANGE
    assert archive.read(pdf.sha, html.path) == b"page"
    assert archive.latest("Parship", "Terms of Service") == pdf
    back = archive.record(make_entry("new page", extension="html", minutes=2))
    assert archive.latest("Parship", "Terms of Service") == back


def test_documents_of_one_terms_are_first_records_each(archive):
    kinds = [archive.record(make_entry(document_id=name, extension="html")).kind for name in ("a", "b")]
    assert kinds == [Kind.FIRST, Kind.FIRST]
    assert archive.latest("Parship", "Terms of Service") is None
    assert archive.latest("Parship", "Terms of Service", "b").document_id == "b"


def test_what_is_recorded_is_what_is_shown_and_listed(archive):
    records = [
        archive.record(
            make_entry(metadata={"X-engine-version": "1.2.3", "X-fetcher": ""}, snapshot_ids=("a" * 40,))
        ),
        archive.record(make_entry(service="Yahoo!", document_id="x-y", extension="html")),
        archive.record(make_entry("two", minutes=3, snapshot_ids=("b" * 40, "c" * 40))),
    ]
    assert [archive.show(record.sha) for record in records] == records
    assert list(archive.log()) == records
    assert list(archive.log(since=records[0].sha)) == records[1:]
    assert list(archive.log(since=records[-1].sha)) == []
    assert records[0].trailers == {"x-engine-version": "1.2.3"}


def test_dates_are_kept_in_utc_to_the_second(archive):
    fetched_at = datetime(2024, 3, 1, 0, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    entry = make_entry()
    record = archive.record(type(entry)(**{**_fields(entry), "fetched_at": fetched_at}))
    assert record.fetched_at == START
    assert archive.show(record.sha).fetched_at == START
    commit = porcelain(archive.path, "cat-file", "commit", "HEAD")
    assert f"author Disinfo Bot <bot@disinfo.invalid> {int(START.timestamp())} +0000\n" in commit
    assert f"committer Disinfo Bot <bot@disinfo.invalid> {int(START.timestamp())} +0000\n" in commit


def test_the_signature_can_be_set_and_cannot_forge_a_header(tmp_path):
    with Archive(tmp_path / "a", signature=Signature("Été & Co", "a@b.example")) as archive:
        archive.init()
        archive.record(make_entry())
    assert porcelain(tmp_path / "a", "log", "--format=%an <%ae>") == "Été & Co <a@b.example>\n"
    for name in ("a\nparent x", "a <b>", "", "a\0"):
        with pytest.raises(ArchiveError):
            Signature(name)


@pytest.mark.parametrize(
    "fields",
    [{"service": "../x"}, {"fetched_at": datetime(2024, 1, 1)}, {"content": ""}, {"content": "\ud800"}],  # noqa: DTZ001
)
def test_what_may_not_be_recorded_leaves_nothing(archive, fields):
    entry = make_entry()
    with pytest.raises(InvalidEntryError):
        archive.record(type(entry)(**{**_fields(entry), **fields}))
    assert archive.head() is None


OLD = "b" * 40
NAMES = [
    "Yahoo!",
    "L·été",
    '“Quoted” "twice"',
    "'; rm -rf",
    "-n",
    ":(glob)*",
    "日本語",
    "a  b",
    "$HOME",
    "*",
    "~",
    "e\u0301",
]


@pytest.mark.parametrize("service", NAMES)
def test_unusual_names_survive_recording_reading_and_a_real_clone(archive, tmp_path, service):
    record = archive.record(
        make_entry(service=service, terms_type="--all", document_id="ü", extension="html")
    )
    change = archive.record(
        make_entry("two", service=service, terms_type="--all", document_id="ü", extension="html")
    )
    assert archive.latest(service, "--all", "ü") == change
    assert list(archive.log()) == [record, change]
    porcelain(tmp_path, "clone", "--quiet", str(archive.path), "clone")
    assert (tmp_path / "clone" / service / "--all #ü.html").read_text() == "two"


def test_the_real_git_reads_what_was_recorded(archive, tmp_path):
    archive.record(make_entry("one\r\ntwo\n", metadata={"X-engine-version": "1"}, snapshot_ids=("a" * 40,)))
    archive.record(make_entry("one\r\n2\n", minutes=1))
    porcelain(tmp_path, "clone", "--quiet", str(archive.path), "clone")
    clone = tmp_path / "clone"
    assert (clone / "Parship" / "Terms of Service.md").read_bytes() == b"one\r\n2\n"
    assert porcelain(clone, "status", "--short", "--branch") == "## main...origin/main\n"
    assert porcelain(clone, "log", "--format=%s") == (
        "Record new changes of Parship Terms of Service\nFirst record of Parship Terms of Service\n"
    )
    assert porcelain(clone, "show", "--format=", "--stat").endswith(
        "1 file changed, 1 insertion(+), 1 deletion(-)\n"
    )
    assert porcelain(clone, "log", "-1", "--format=%(trailers)", "HEAD~1") == "X-engine-version: 1\n\n"


def test_an_archive_that_ordinary_git_wrote_is_continued_and_read(tmp_path):
    checkout = tmp_path / "checkout"
    (checkout / "Été !").mkdir(parents=True)
    porcelain(tmp_path, "init", "--quiet", "--initial-branch=trunk", "checkout")
    (checkout / "README.md").write_text("about")
    _commit(checkout, "Update README")
    (checkout / "Été !" / "Privacy Policy.md").write_text("one")
    _commit(
        checkout,
        f"Start tracking Été ! Privacy Policy\n\nThis version was recorded after filtering snapshot {OLD}",
    )
    with Archive(checkout) as archive:
        [old] = archive.log()
        assert (old.kind, old.service, old.snapshot_ids) == (Kind.FIRST, "Été !", (OLD,))
        record = archive.record(make_entry("two", service="Été !", terms_type="Privacy Policy"))
        assert record.kind is Kind.CHANGE
        assert archive.record(make_entry("new")).kind is Kind.FIRST
    porcelain(checkout, "reset", "--hard", "--quiet")
    assert porcelain(checkout, "branch", "--show-current") == "trunk\n"
    assert (checkout / "README.md").read_text() == "about"
    (checkout / "Été !" / "Privacy Policy.md").write_text("three")
    _commit(checkout, "Record new changes of Été ! Privacy Policy")
    with Archive(checkout) as archive:
        assert [r.kind for r in archive.log()] == [Kind.FIRST, Kind.CHANGE, Kind.FIRST, Kind.CHANGE]
        assert archive.latest("Été !", "Privacy Policy").parent == archive.show(archive.head()).parent
        assert archive.fsck().is_sound


def test_merges_deletions_and_commits_of_many_files_are_no_records(tmp_path, caplog):
    porcelain(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "S").mkdir()
    for name in ("A", "B"):
        (tmp_path / "S" / f"{name}.md").write_text(name)
    _commit(tmp_path, "First record of S A")
    (tmp_path / "S" / "A.md").unlink()
    _commit(tmp_path, "Update S A")
    porcelain(tmp_path, "commit", "--quiet", "--allow-empty", "-m", "Update nothing at all")
    with Archive(tmp_path) as archive:
        assert list(archive.log()) == []
    assert "does not change exactly one record" in caplog.text


def test_a_file_where_the_folder_of_a_service_should_be_is_left_alone(tmp_path):
    porcelain(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "README.md").write_text("about")
    _commit(tmp_path, "about")
    with Archive(tmp_path) as archive, pytest.raises(ArchiveError, match="not the folder of a service"):
        archive.record(make_entry(service="README.md"))


@pytest.mark.parametrize("sha", ["HEAD", "--help", "main", "", "0" * 40, "abc", "a" * 41, "HEAD:Parship"])
def test_only_ids_of_commits_are_looked_up(archive, sha):
    archive.record(make_entry())
    for look in (lambda: archive.read(sha, "Parship/Terms of Service.md"), lambda: archive.show(sha)):
        with pytest.raises(UnknownObjectError):
            look()


@pytest.mark.parametrize(
    "path", ["", "x", "Parship", "Parship/x", "../x", "Parship/Terms of Service.md/x", "/"]
)
def test_only_recorded_files_are_read(archive, path):
    record = archive.record(make_entry())
    with pytest.raises((UnknownObjectError, ArchiveError)):
        archive.read(record.sha, path)


def test_a_history_that_was_rewritten_is_noticed(archive):
    first = archive.record(make_entry("one"))
    second = archive.record(make_entry("two"))
    porcelain(archive.path, "update-ref", "refs/heads/main", first.sha)
    for since in (second.sha, "1" * 40):
        with pytest.raises(HistoryRewrittenError):
            list(archive.log(since=since))


def test_commits_whose_dates_go_back_are_still_listed_in_order(archive):
    records = [archive.record(make_entry(str(n), minutes=-n * 10_000, is_upgrade=n > 0)) for n in range(30)]
    assert list(archive.log()) == records
    assert list(archive.log(since=records[12].sha)) == records[13:]


def test_reading_stops_cleanly_when_the_reader_loses_interest(archive):
    for n in range(5):
        archive.record(make_entry(str(n)))
    log = archive.log()
    next(log)
    log.close()


def test_hooks_and_the_users_configuration_are_ignored(archive, tmp_path, monkeypatch):
    marker = tmp_path / "ran"
    hooks = archive.path / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "update", "post-update"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{marker}'\n")
        (hooks / name).chmod(0o755)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "broken"))
    (tmp_path / "broken").write_text("[nonsense")
    with Archive(archive.path) as again:
        again.record(make_entry())
        assert again.fsck().is_sound
    assert not marker.exists()


def test_packing_keeps_everything_and_recording_goes_on(archive):
    records = [archive.record(make_entry(f"text {n}")) for n in range(20)]
    archive.maintain()
    assert archive.fsck() == (True, "")
    assert archive.read(records[3].sha, records[3].path) == b"text 3"
    assert archive.record(make_entry("after")).parent == records[-1].sha
    assert archive.count() == 21


def test_a_bundle_brings_everything_back(archive, tmp_path):
    for n in range(5):
        archive.record(make_entry(f"text {n}"))
    head = archive.bundle(tmp_path / "-backup.bundle")
    with Archive.restore_bundle(tmp_path / "-backup.bundle", tmp_path / "restored") as restored:
        assert restored.head() == head == archive.head()
        assert list(restored.log()) == list(archive.log())
        assert restored.record(make_entry("more")).parent == head
    with pytest.raises(ArchiveError, match="not empty"):
        Archive.restore_bundle(tmp_path / "-backup.bundle", tmp_path / "restored")


def test_a_damaged_bundle_is_refused_and_an_empty_archive_has_none(archive, tmp_path):
    assert archive.bundle(tmp_path / "none") is None
    assert not (tmp_path / "none").exists()
    archive.record(make_entry(os.urandom(5000)))
    archive.bundle(tmp_path / "damaged")
    data = bytearray((tmp_path / "damaged").read_bytes())
    data[-100] ^= 255
    (tmp_path / "damaged").write_bytes(data)
    with pytest.raises(ArchiveError):
        Archive.restore_bundle(tmp_path / "damaged", tmp_path / "restored")


def test_damage_is_found(archive):
    record = archive.record(make_entry())
    blob = archive.git_dir / "objects" / record.blob[:2] / record.blob[2:]
    blob.unlink()
    health = archive.fsck()
    assert not health.is_sound
    assert record.blob in health.report


services = st.sampled_from(["A", "A b", "Été !", "a.b", "A-b", "a"])
steps = st.lists(
    st.tuples(services, st.sampled_from(["T", "T u"]), st.sampled_from(["md", "html"]), st.binary(min_size=1))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_any_sequence_of_records_reads_back(tmp_path_factory, sequence):
    expected, shown = {}, []
    with Archive(tmp_path_factory.mktemp("any") / "archive") as archive:
        archive.init()
        for n, (service, terms_type, extension, content) in enumerate(sequence):
            entry = make_entry(
                content, service=service, terms_type=terms_type, extension=extension, minutes=n
            )
            record = archive.record(entry)
            assert (record is None) == (expected.get(entry.place.path) == content)
            expected[entry.place.path] = content
            shown += [(record, content)] if record else []
        assert list(archive.log()) == [record for record, _ in shown]
        assert all(archive.read(record.sha, record.path) == content for record, content in shown)
        assert {path: archive.read(archive.head(), path) for path in expected} == expected
        assert archive.fsck().is_sound


def _commit(folder: Path, message: str) -> None:
    porcelain(folder, "add", "--all")
    porcelain(folder, "commit", "--quiet", "-m", message)


def _fields(entry) -> dict:
    return {name: getattr(entry, name) for name in entry.__slots__}


def test_dates_come_back_in_utc(archive):
    assert archive.record(make_entry()).fetched_at.tzinfo is UTC
