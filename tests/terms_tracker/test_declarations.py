"""Declarations: what is read, what is refused, and what follows."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from disinfo.accounts.models import AuditEntry
from terms_tracker.extraction import DeclarationError
from terms_tracker.models import Service, Terms
from terms_tracker.services import declarations
from tests.factories import CollectionFactory, recorded

pytestmark = pytest.mark.django_db

SINGLE = {"fetch": "https://chirper.example/terms", "select": "main"}
PDF = {"fetch": "https://chirper.example/terms.pdf"}
COMBINED = {
    "select": "main",
    "combine": [
        {"fetch": "https://chirper.example/a"},
        {"fetch": "https://chirper.example/b", "select": "#b"},
    ],
}


def declared(name="Chirper", **terms):
    return {"name": name, "terms": terms or {"Terms of Service": SINGLE}}


def save(collection, key="Chirper", declaration=None, **options):
    return declarations.save_service(
        collection=collection, key=key, declaration=declaration or declared(), actor=None, **options
    )


@pytest.fixture
def folder(tmp_path):
    """A collection's folder, as Open Terms Archive lays it out."""
    inner = tmp_path / "declarations"
    inner.mkdir()

    def write(name, content):
        (inner / name).write_text(
            content if isinstance(content, str) else json.dumps(content), encoding="utf-8"
        )

    write("Chirper.json", declared())
    write(
        "Chirper.history.json",
        {"Terms of Service": [{**SINGLE, "select": "body", "validUntil": "2025-01-01T00:00:00Z"}]},
    )
    write("My Service!.json", declared("My Service", **{"Privacy Policy": PDF}))
    write("Old.json", {"name": "Old", "documents": {"Terms of Service": SINGLE}})
    write("Odd.json", declared("Odd", **{"Horoscope Policy": SINGLE}))
    write("Broken.json", "{")
    write("NoSelect.json", declared("NoSelect", **{"Terms of Service": {"fetch": "https://x.example/"}}))
    return tmp_path


def test_a_folder_is_read_and_what_is_refused_is_said(folder):
    collection = CollectionFactory()
    report = declarations.import_folder(collection=collection, folder=folder, actor=None)
    assert (report.services, report.terms) == (4, 4)
    refused = dict(report.refused)
    assert set(refused) == {"Broken.json", "NoSelect.json"}
    assert "Terms of Service" in refused["NoSelect.json"]
    assert "select" in refused["NoSelect.json"]
    assert any("Horoscope" in warning for _file, warning in report.warnings)
    assert Terms.objects.get(service__key="Chirper").history[0]["select"] == "body"


def test_importing_again_changes_nothing(folder):
    collection = CollectionFactory()
    for _ in range(2):
        declarations.import_folder(collection=collection, folder=folder, actor=None)
    assert Service.objects.count() == 4
    assert Terms.objects.count() == 4


def test_the_command_prints_the_report(folder, capsys):
    call_command("terms_declarations_import", str(folder), "--collection", "fresh", "--paused")
    out = capsys.readouterr().out
    assert "4 services, 4 terms, 2 files refused" in out
    assert not Terms.objects.filter(is_active=True).exists()
    with pytest.raises(CommandError, match="not a folder"):
        call_command("terms_declarations_import", str(folder / "nowhere"))
    with pytest.raises(CommandError):
        call_command("terms_declarations_import", str(folder), "--collection", "Wrong Key")


def test_combined_documents_have_a_row_each():
    collection = CollectionFactory()
    save(collection, declaration=declared(**{"Terms of Service": COMBINED}))
    rows = Terms.objects.get().documents.all()
    assert [row.location for row in rows] == ["https://chirper.example/a", "https://chirper.example/b"]
    assert [row.document_id for row in rows] == ["a", "b"]


def test_a_document_that_moved_forgets_what_its_old_server_said():
    collection = CollectionFactory()
    save(collection)
    terms = Terms.objects.get()
    terms.documents.update(etag='"old"')
    save(
        collection,
        declaration=declared(**{"Terms of Service": {**SINGLE, "fetch": "https://new.example/terms"}}),
    )
    terms.refresh_from_db()
    assert terms.documents.get().etag == ""
    assert terms.host == "new.example"


def test_terms_no_longer_declared_are_paused_and_keep_their_past():
    collection = CollectionFactory()
    save(collection, declaration=declared(**{"Terms of Service": SINGLE, "Privacy Policy": PDF}))
    terms = Terms.objects.get(type="Privacy Policy")
    recorded(terms, "Once")
    save(collection)
    terms.refresh_from_db()
    assert not terms.is_active
    assert terms.versions.count() == 1


def test_what_an_administrator_paused_stays_paused():
    collection = CollectionFactory()
    save(collection)
    Terms.objects.update(is_active=False)
    save(collection)
    assert not Terms.objects.get().is_active


@pytest.mark.parametrize("key", ["../evil", "a/b", ".git", "", "x" * 300, "nul\0"], ids=repr)
def test_a_name_that_could_leave_its_folder_is_refused(key):
    with pytest.raises(Exception, match="service|value") as caught:
        save(CollectionFactory(), key=key)
    assert "InvalidEntryError" in repr(caught.type)
    assert not Service.objects.exists()


def test_services_whose_names_look_alike_have_addresses_of_their_own():
    collection = CollectionFactory()
    for key in ("X!", "x", "X?"):
        save(collection, key=key)
    assert sorted(Service.objects.values_list("slug", flat=True)) == ["x", "x-2", "x-3"]


class TestAdministration:
    """Declarations in Django's admin."""

    @pytest.fixture
    def terms(self):
        save(CollectionFactory())
        return Terms.objects.get()

    def form(self, terms, declaration):
        return {
            "declaration": declaration,
            "history": "[]",
            "is_active": "on",
            "next_check_at_0": "2026-01-01",
            "next_check_at_1": "00:00:00",
        }

    def test_a_good_declaration_is_saved_with_its_documents(self, as_, terms):
        answer = as_("ada").post(
            f"/admin/terms_tracker/terms/{terms.pk}/change/", self.form(terms, json.dumps(COMBINED))
        )
        assert answer.status_code == 302, answer.context["errors"]
        assert terms.documents.count() == 2

    def test_saving_keeps_what_a_worker_found_meanwhile(self, as_, terms, monkeypatch):
        original = declarations.save_terms

        def save_late(**arguments):
            Terms.objects.update(last_checked_at=timezone.now(), failures=3, error_code="http_404")
            original(**arguments)

        monkeypatch.setattr(declarations, "save_terms", save_late)
        as_("ada").post(
            f"/admin/terms_tracker/terms/{terms.pk}/change/", self.form(terms, json.dumps(COMBINED))
        )
        terms.refresh_from_db()
        assert (terms.failures, terms.error_code, terms.extracted_from) == (3, "http_404", [])
        assert Terms.objects.due().exists()

    def test_the_trail_says_who_paused(self, as_, terms, people):
        data = {"action": "pause_tracking", "_selected_action": [terms.pk]}
        as_("ada").post("/admin/terms_tracker/terms/", data)
        entry = AuditEntry.objects.get(verb="terms.tracking_paused")
        assert (entry.actor, entry.object_id) == (people["ada"].email, str(terms.pk))

    def test_a_wrong_one_says_which_field(self, as_, terms):
        wrong = json.dumps({"fetch": "https://x.example/"})
        answer = as_("ada").post(f"/admin/terms_tracker/terms/{terms.pk}/change/", self.form(terms, wrong))
        assert "select" in str(answer.context["adminform"].form.errors)

    def test_trying_shows_the_error_and_saves_nothing(self, as_, terms):
        answer = as_("ada").post(
            "/admin/terms_tracker/terms/try/", {"type": terms.type, "declaration": '{"fetch": "x"}'}
        )
        assert "fetch" in answer.context["result"].error
        assert as_("alice").post("/admin/terms_tracker/terms/try/").status_code == 302

    def test_only_what_is_declared_can_be_started(self, as_, terms):
        data = {"action": "pause_tracking", "_selected_action": [terms.pk]}
        as_("ada").post("/admin/terms_tracker/terms/", data)
        terms.refresh_from_db()
        assert not terms.is_active
        as_("ada").post("/admin/terms_tracker/terms/", {**data, "action": "start_tracking"})
        terms.refresh_from_db()
        assert terms.is_active


def test_a_declaration_that_cannot_be_read_is_refused_whole():
    with pytest.raises(DeclarationError):
        save(CollectionFactory(), declaration=declared(**{"Terms of Service": {"fetch": "ftp://x.example"}}))
    assert not Service.objects.exists()
