"""From a server to a diff: fetching, recording, scheduling."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from disinfo import fetcher
from disinfo.leases import Hold
from disinfo.portal.models import Job, OutboxMessage, Webhook
from terms_tracker import archives
from terms_tracker.fetching.outcomes import Failed
from terms_tracker.models import Collection, Snapshot, SourceDocument, Terms, Version
from terms_tracker.services import indexing, reading, recording, tracking
from tests.servers import Answer
from tests.terms_tracker.conftest import check, declare, page

pytestmark = pytest.mark.django_db


def change(site, text, etag='"2"'):
    site.answers["/terms"] = Answer(page(text), etag=etag)


def test_the_first_check_records_a_first_version(terms):
    summary = check()
    assert (summary.checked, summary.changed, summary.failed) == (1, 1, 0)
    version = Version.objects.get()
    assert version.kind == "first"
    assert archives.text_of(version) == "Terms\n=====\n\nYou may appeal within six months."
    assert version.snapshot_commits == [Snapshot.objects.get().commit]


def test_an_unchanged_page_is_not_even_sent_again(site, terms):
    check()
    summary = check()
    assert (summary.changed, summary.failed) == (0, 0)
    assert site.requests[-1].headers["If-None-Match"] == '"1"'
    assert Version.objects.count() == Snapshot.objects.count() == 1


def test_a_change_is_recorded_told_and_found(site, terms):
    Webhook.objects.create(url="https://partner.example/hook")
    check()
    change(site, "You may appeal within fourteen days.")
    check()
    version = Version.objects.first()
    assert (version.kind, version.words_added, version.words_removed) == ("change", 2, 2)
    (message,) = OutboxMessage.objects.all()
    assert message.payload["data"]["commit"] == version.commit
    assert message.payload["data"]["url"] == version.get_change_url()


def test_a_page_that_changed_outside_its_terms_gives_a_snapshot_and_no_version(site, terms):
    check()
    site.answers["/terms"] = Answer(page("You may appeal within six months.").replace("menu", "new menu"))
    assert check().changed == 0
    assert (Snapshot.objects.count(), Version.objects.count()) == (2, 1)


def test_commits_say_what_open_terms_archive_says(terms):
    check()
    collection = Collection.objects.get()
    snapshot = archives.archive_of(collection, archives.SNAPSHOTS).show(Snapshot.objects.get().commit)
    assert snapshot.trailers["x-fetcher"] == "htmlOnly"
    assert snapshot.trailers["x-source-document-location"] == SourceDocument.objects.get().location
    version = archives.archive_of(collection, archives.VERSIONS).show(Version.objects.get().commit)
    assert version.snapshot_ids == (snapshot.sha,)
    assert version.path == "Chirper/Terms of Service.md"


def test_a_page_that_is_gone_is_failing_and_its_past_stays(site, terms):
    check()
    site.answers["/terms"] = Answer("gone", status=404)
    assert check().failed == 1
    terms.refresh_from_db()
    assert (terms.error_code, terms.failures, terms.health) == ("http_404", 1, "failing")
    assert Version.objects.count() == 1


def test_it_is_well_again_after_a_success(site, terms):
    site.answers["/terms"] = Answer("gone", status=503)
    check()
    change(site, "Back")
    fetcher.close()
    cache.clear()
    check()
    terms.refresh_from_db()
    assert (terms.error_code, terms.failures, terms.failing_since) == ("", 0, None)


def test_a_server_that_asks_for_a_pause_gets_it(site, terms):
    site.answers["/terms"] = Answer("slow down", status=429, headers={"Retry-After": "1800"})
    check()
    terms.refresh_from_db()
    assert terms.error_code == "http_429"
    assert terms.next_check_at >= timezone.now() + timedelta(seconds=1700)
    asked = len(site.requests)
    check()
    assert len(site.requests) == asked


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'></script>", "challenge"),
        ("<html><head><title>404 Not Found</title></head><body>Nothing here</body></html>", "error_page"),
        ("", "empty"),
        ("<html><body><p>No main at all</p></body></html>", "no_match"),
    ],
)
def test_what_is_no_document_is_never_recorded_as_a_change(site, terms, body, code):
    check()
    site.answers["/terms"] = Answer(body)
    assert check().failed == 1
    terms.refresh_from_db()
    assert terms.error_code == code
    assert Version.objects.count() == 1


def test_real_terms_that_speak_of_captchas_are_recorded(site, terms):
    words = " ".join(
        f"Clause {n} says that a captcha or a security check may be asked of you." for n in range(60)
    )
    site.answers["/terms"] = Answer(page(words))
    assert check().changed == 1


def test_several_documents_make_one_version(site):
    site.answers["/a"] = Answer(page("Part one."))
    site.answers["/b"] = Answer(page("Part two."))
    combine = [{"fetch": site.url("/a")}, {"fetch": site.url("/b")}]
    declare(site, **{"Terms of Service": {"select": "main", "combine": combine}})
    check()
    version = Version.objects.get()
    assert archives.text_of(version) == "Terms\n=====\n\nPart one.\n\n- - -\n\nTerms\n=====\n\nPart two."
    assert len(version.snapshot_commits) == 2
    site.answers["/b"] = Answer("gone", status=500)
    site.answers["/a"] = Answer(page("Part one, changed."))
    assert check().failed == 1
    assert Version.objects.count() == 1
    fetcher.close()
    site.answers["/b"] = Answer(page("Part two."))
    assert check().changed == 1


def test_a_new_declaration_is_a_technical_upgrade_that_nobody_is_told_of(site, terms):
    Webhook.objects.create(url="https://partner.example/hook")
    check()
    declare(site, **{"Terms of Service": {"fetch": site.url("/terms"), "select": "p"}})
    check()
    assert [version.kind for version in Version.objects.all()] == ["upgrade", "first"]
    assert not OutboxMessage.objects.exists()
    change(site, "Other words.")
    check()
    assert Version.objects.filter(kind="change").count() == 1


def test_what_the_service_changed_while_it_could_not_be_read_is_told(site, terms):
    check()
    site.answers["/terms"] = Answer("<html><body><article><p>You may not appeal.</p></article></body></html>")
    assert check().failed == 1
    declare(site, **{"Terms of Service": {"fetch": site.url("/terms"), "select": "article"}})
    check()
    assert [version.kind for version in Version.objects.all()] == ["change", "first"]


def test_terms_that_are_fewer_documents_than_before_go_on_being_read(site):
    site.answers["/a"], site.answers["/b"] = Answer(page("Part one.")), Answer(page("Part two."))
    combine = [{"fetch": site.url("/a")}, {"fetch": site.url("/b")}]
    declare(site, **{"Terms of Service": {"select": "main", "combine": combine}})
    check()
    declare(site, **{"Terms of Service": {"fetch": site.url("/a"), "select": "main"}})
    assert check().failed == 0
    assert Terms.objects.get().versions.count() == 2


def test_a_new_extraction_reads_the_last_snapshots_anew_and_nobody_is_told(site, terms, monkeypatch):
    Webhook.objects.create(url="https://hook.example/", events=["terms.change"])
    check()
    original = reading.extract
    monkeypatch.setattr(recording, "ENGINE", "disinfo-next")
    monkeypatch.setattr(reading, "extract", lambda documents: original(documents).replace("six", "6"))
    check()
    check()
    latest, first = terms.versions.all()
    assert (first.kind, latest.kind) == ("first", "upgrade")
    assert "6 months" in archives.text_of(latest)
    assert not OutboxMessage.objects.exists()


def test_a_declaration_changed_during_a_check_is_read_at_the_next(site, terms, monkeypatch):
    check()
    change(site, "Other words.")
    original = reading.extract

    def extract_slowly(documents):
        text = original(documents)
        declare(site, **{"Terms of Service": {"fetch": site.url("/terms"), "select": "p"}})
        return text

    monkeypatch.setattr(reading, "extract", extract_slowly)
    check()
    monkeypatch.undo()
    terms.refresh_from_db()
    assert (terms.extracted_from, Terms.objects.due().count()) == ([], 1)
    check()
    assert [version.kind for version in Version.objects.all()] == ["upgrade", "change", "first"]


def test_terms_deleted_during_a_check_break_nothing(terms):
    seen = Terms.objects.get()
    Terms.objects.all().delete()
    failure = Failed("internal", "its rows are gone", is_transient=True)
    assert recording.keep_failure(seen, failure, timezone.now()).word == "failed"


def test_an_address_inside_is_refused(settings, terms):
    settings.FETCH_ALLOW = []
    assert check().failed == 1
    terms.refresh_from_db()
    assert terms.error_code == "refused_address"


def test_a_page_that_needs_a_browser_says_so_where_there_is_none(site, settings):
    settings.CHROMIUM = "/nowhere/chromium"
    declare(
        site,
        **{"Terms of Service": {"fetch": site.url("/terms"), "select": "main", "executeClientScripts": True}},
    )
    check()
    assert Terms.objects.get().error_code == "no_browser"


def test_pages_in_old_encodings_are_kept_in_utf_8(site, terms):
    body = page("Vie privée").encode("latin-1")
    site.answers["/terms"] = Answer(body, headers={"Content-Type": "text/html; charset=iso-8859-1"})
    check()
    assert "Vie privée" in archives.text_of(Version.objects.get())


class TestScheduling:
    """What is due, and who takes it."""

    def test_what_was_checked_is_not_due_until_its_time(self, terms):
        assert Terms.objects.due().count() == 1
        check()
        assert Terms.objects.due().count() == 0
        assert Terms.objects.due(timezone.now() + timedelta(hours=13)).count() == 1

    def test_a_host_that_another_worker_is_on_is_left_to_it(self, terms):
        held = Hold(f"terms-host:{terms.host}", seconds=60)
        assert tracking.check_hosts([terms.host]).checked == 0
        held.release()
        assert tracking.check_hosts([terms.host]).checked == 1

    def test_a_sweep_hands_each_due_host_over_once(self, terms):
        assert tracking.sweep() == 1
        assert tracking.sweep() == 0

    def test_paused_terms_are_never_due(self, terms):
        Terms.objects.update(is_active=False)
        assert Terms.objects.due().count() == 0
        assert tracking.sweep() == 0

    def test_a_pass_that_runs_out_of_time_leaves_the_rest_due(self, terms):
        assert tracking.run_pass(Terms.objects.due(), budget=-1).checked == 0
        assert Terms.objects.due().count() == 1

    def test_one_that_breaks_does_not_stop_the_others(self, site, terms, monkeypatch):
        declare(
            site,
            **{
                "Terms of Service": {"fetch": site.url("/terms"), "select": "main"},
                "Privacy Policy": {"fetch": site.url("/terms"), "select": "main"},
            },
        )
        original = indexing.add_snapshot
        monkeypatch.setattr(
            indexing, "add_snapshot", lambda t, r: 1 / 0 if t.type == "Privacy Policy" else original(t, r)
        )
        summary = check()
        assert (summary.checked, summary.failed) == (2, 1)
        assert Terms.objects.get(type="Privacy Policy").error_code == "internal"


class TestJobs:
    """A pass that an administrator asks for and watches."""

    def test_an_administrator_checks_what_is_chosen_and_sees_how_far_it_is(self, site, terms, as_):
        data = {"action": "check_now", "_selected_action": [terms.pk]}
        answer = as_("ada").post("/admin/terms_tracker/terms/", data)
        job = Job.objects.get()
        assert answer.url == job.get_absolute_url()
        tracking.run_chosen(job=job, keys=[terms.pk])
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == ("done", 1, 1)
        assert job.result == {"checked": 1, "changed": 1, "failed": 0}
        assert as_("ada").get(job.get_absolute_url()).status_code == 200

    def test_a_job_given_to_two_workers_is_done_once(self, site, terms, people):
        job = tracking.ask_for_pass(chosen=Terms.objects.all(), actor=people["ada"])
        tracking.run_chosen(job=job, keys=[terms.pk])
        asked = len(site.requests)
        tracking.run_chosen(job=Job.objects.get(), keys=[terms.pk])
        assert len(site.requests) == asked


class TestKilledHalfWay:
    """What the next pass does after a process died between two steps."""

    def test_a_snapshot_without_its_row_is_found_again(self, terms):
        check()
        Snapshot.objects.all().delete()
        Terms.objects.update(extracted_from=[])
        SourceDocument.objects.update(etag="", snapshot=None)
        check()
        assert Snapshot.objects.count() == 1
        assert archives.archive_of(Collection.objects.get(), archives.SNAPSHOTS).count() == 1

    def test_a_version_without_its_row_is_indexed_and_told_by_the_next_sweep(self, site, terms):
        Webhook.objects.create(url="https://partner.example/hook")
        check()
        tip = Collection.objects.get().versions_indexed
        change(site, "Other words.")
        check()
        OutboxMessage.objects.all().delete()
        Version.objects.filter(kind="change").delete()
        Collection.objects.update(versions_indexed=tip)
        tracking.sweep()
        assert Version.objects.filter(kind="change").count() == 1
        assert OutboxMessage.objects.count() == 1
        tracking.sweep()
        assert OutboxMessage.objects.count() == 1

    def test_everything_can_be_indexed_anew_from_the_archives(self, site, terms, capsys):
        check()
        change(site, "Other words.")
        check()
        before = list(
            Version.objects.order_by("fetched_at", "pk").values_list("commit", "kind", "fetched_at")
        )
        Version.objects.all().delete()
        Snapshot.objects.all().delete()
        Terms.objects.all().delete()
        call_command("terms_reindex")
        assert (
            list(Version.objects.order_by("fetched_at", "pk").values_list("commit", "kind", "fetched_at"))
            == before
        )
        assert "demo: 2 versions" in capsys.readouterr().out


def test_the_command_checks_now_and_says_what_came_of_it(site, terms, capsys):
    check()
    change(site, "Other words.")
    call_command("terms_track", "--service", "Chirper")
    out = capsys.readouterr().out
    assert "change: Chirper · Terms of Service" in out
    assert "1 checked, 1 changed, 0 failed" in out
    call_command("terms_track", "--service", "Nobody")
    assert "0 checked" in capsys.readouterr().out
    site.answers["/terms"] = Answer("gone", status=410)
    with pytest.raises(SystemExit):
        call_command("terms_track")
    assert "http_410" in capsys.readouterr().out
