"""Pages come in and go out whole: twice the same import changes nothing, and an export is read back as it was."""

import contextlib
import json
import subprocess
import threading
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from encyclopedia.document import Document
from encyclopedia.formats import Incoming, IncomingRevision, original
from encyclopedia.models import Page, Redirect, Revision
from encyclopedia.services import importing, writing
from tests.encyclopedia.factories import PROPOSES, PUBLISHES, document, page
from tests.factories import UserFactory
from tests.shared_data import need_shared_data
from tests.together import own_connections, together

pytestmark = pytest.mark.django_db
HISTORY = [
    IncomingRevision(document("Flood", body="One."), "Ann", datetime(2019, 4, 24, tzinfo=UTC), "first"),
    IncomingRevision(document("Flood", body="One. Two."), "Bob", datetime(2019, 5, 1, tzinfo=UTC), "more"),
]


def take_in(*incoming):
    return dict(importing.take_in(incoming, say=lambda _line: None))


def state():
    """Every page with the hashes of its published revisions."""
    return {
        (each.language, each.slug): list(
            each.revisions.published().order_by("number").values_list("sha256", flat=True)
        )
        for each in Page.objects.live()
    }


def wipe():
    Page.objects.update(current=None, verified=None)
    Revision.objects.update(base=None, keyframe=None)
    Page.objects.all().delete()


def test_a_history_comes_with_its_dates_and_its_writers():
    assert take_in(Incoming("x:1", "en", "flood", HISTORY, others=["t0046"])) == {"created": 1}
    rows = Revision.objects.order_by("number")
    assert [(row.writer, row.saved_at.year, row.reason) for row in rows] == [
        ("Ann", 2019, "first"),
        ("Bob", 2019, "more"),
    ]
    assert Redirect.objects.get().slug == "t0046"


def test_the_same_import_twice_changes_nothing():
    take_in(Incoming("x:1", "en", "flood", HISTORY))
    before = state()
    assert take_in(Incoming("x:1", "en", "flood", HISTORY)) == {"unchanged": 1}
    assert state() == before


def test_an_import_never_overwrites_what_somebody_edited_here():
    take_in(Incoming("x:1", "en", "flood", HISTORY))
    target = Page.objects.get()
    newer = [*HISTORY, IncomingRevision(document("Flood", body="Three."), "Ann")]
    assert take_in(Incoming("x:1", "en", "flood", newer)) == {"updated": 1}
    target.refresh_from_db()
    writing.save(page=target, base=target.current, document=document("Flood", body="Ours"), writer=PUBLISHES)
    last = [*newer, IncomingRevision(document("Flood", body="Theirs"), "Ann")]
    assert take_in(Incoming("x:1", "en", "flood", last)) == {"kept": 1}
    target.refresh_from_db()
    assert target.current.document.body == "Ours"


def test_two_things_of_one_name_are_two_pages():
    page("Flood")
    take_in(Incoming("x:1", "en", "flood", HISTORY))
    assert sorted(Page.objects.values_list("slug", flat=True)) == ["flood", "flood-2"]


@pytest.fixture
def library():
    """Pages with a history, links, fields of every type, a proposal that is not exported."""
    first = page(
        "Bot or not", kind="tool", fields={"link": "https://x.example/", "by_whom": "Us"}, body="[[Flood]]"
    )
    writing.save(
        page=first,
        base=first.current,
        document=document("Bot or not", kind="tool", body="Ünïcode — “quotes”\n\n    code\n\ntrailing  \n"),
        writer=PUBLISHES,
        reason="a reason\nof <two> lines",
    )
    page("Flood", kind="technique", fields={"framework_id": "T0046"}, tags=("a", "b"))
    page("Inondation", kind="technique", language="fr", summary="Un résumé")
    page("Answer", kind="countermeasure", fields={"techniques": ["Flood", "Nowhere"]})
    writing.save(
        page=first, base=None, document=document("Spam", kind="tool"), writer=writing.Writer(name="x")
    )


@pytest.mark.parametrize("kind", ["git", "markdown"])
def test_an_export_is_read_back_as_it_was(library, tmp_path, kind):
    before = state()
    call_command("encyclopedia_export", kind, str(tmp_path / "out"), verbosity=0)
    wipe()
    call_command("encyclopedia_import", kind, str(tmp_path / "out"))
    after = state()
    if kind == "markdown":  # a folder holds what pages say now
        before = {address: hashes[-1:] for address, hashes in before.items()}
    assert after == before


@pytest.mark.parametrize("kind", ["markdown", "git"])
def test_an_export_that_comes_back_to_its_own_portal_makes_nothing_twice(library, tmp_path, kind):
    before = state()
    call_command("encyclopedia_export", kind, str(tmp_path / "out"))
    call_command("encyclopedia_import", kind, str(tmp_path / "out"))
    assert state() == before


def test_the_repository_has_one_commit_a_revision(library, tmp_path):
    call_command("encyclopedia_export", "git", str(tmp_path / "out"))
    log = subprocess.run(
        ["git", "log", "--format=%an", "main"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=True,
    )
    assert log.stdout.split("\n")[:-1] == ["A writer"] * 5
    with pytest.raises(CommandError):
        call_command("encyclopedia_export", "git", str(tmp_path / "out"))


def test_a_bundle_names_what_a_countermeasure_is_against(library, tmp_path):
    call_command("encyclopedia_export", "stix", str(tmp_path / "x.json"))
    bundle = json.loads((tmp_path / "x.json").read_text())
    kinds = sorted(each["type"] for each in bundle["objects"])
    assert kinds == ["attack-pattern", "attack-pattern", "course-of-action", "relationship", "tool"]
    relation = next(each for each in bundle["objects"] if each["type"] == "relationship")
    assert relation["relationship_type"] == "mitigates"
    call_command("encyclopedia_export", "stix", str(tmp_path / "y.json"))
    assert (tmp_path / "x.json").read_bytes() == (tmp_path / "y.json").read_bytes()


def test_the_table_has_a_row_a_page(library, tmp_path):
    call_command("encyclopedia_export", "csv", str(tmp_path / "x.csv"))
    assert len((tmp_path / "x.csv").read_text().splitlines()) == 5


def test_a_file_that_is_no_page_is_refused_and_the_others_come(tmp_path, capsys):
    (tmp_path / "good.md").write_text(Document(title="Good", kind="tool").text)
    (tmp_path / "bad.md").write_text("no front matter")
    (tmp_path / "worse.md").write_bytes(b"\xff\xfe")
    call_command("encyclopedia_import", "markdown", str(tmp_path))
    out = capsys.readouterr()
    assert "1 created, 2 refused" in out.out
    assert "bad.md" in out.err


def test_a_path_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError):
        call_command("encyclopedia_import", "markdown", str(tmp_path / "nothing"))


@pytest.mark.data
def test_the_original_comes_with_all_its_revisions():
    path = need_shared_data("wiki/encyclopedia")
    incoming = list(original.read(path))
    assert (
        sum(len(each.revisions) for each in incoming if not each.key.startswith("original:glossary")) >= 514
    )
    assert len({each.key for each in incoming}) == len(incoming)


def test_a_page_written_here_is_joined_by_its_number_in_the_framework_and_not_doubled():
    ours = page("Our flood", body="Ours.", fields={"framework_id": "T0049"})
    other = page("Of another kind", kind="concept", fields={"framework_id": "T0050"})
    theirs = [IncomingRevision(document("T0049 Flood", body="Theirs."))]
    flood = Incoming("disarm:T0049", "en", "t0049-flood", theirs, ["t0049"], framework_id="T0049")
    links = Incoming("disarm:C1", "en", "answer", [IncomingRevision(document("Answer", body="[[T0049]]"))])
    of_a_kind = [IncomingRevision(document("T0050"))]
    assert take_in(
        links, flood, Incoming("disarm:T0050", "en", "t0050", of_a_kind, framework_id="T0050")
    ) == {"created": 2, "joined": 1}
    ours.refresh_from_db()
    assert ours.current.document.body == "Ours."
    assert Page.objects.filter(fields__framework_id="T0049").count() == 1
    assert set(ours.redirects.values_list("slug", flat=True)) == {"t0049", "t0049-flood"}
    assert ours.get_absolute_url() in str(Page.objects.get(slug="answer").parts)
    assert not other.redirects.exists()
    assert take_in(flood) == {"joined": 1}


@pytest.mark.parametrize(
    ("form", "content", "more", "said"),
    [
        ("git", None, [], "no git repository"),
        ("markdown", "x", [], "a folder of Markdown files"),
        ("disarm", "disarm_id,name\n", [], "it is no sheet of the framework: phases, tactics"),
        (
            "table",
            "name\nA\n",
            ["--kind=tool", "--map=title=name", "--map=fields.lien=name"],
            "no field lien; it has",
        ),
        ("table", "name\nA\n", ["--kind=tool", "--map=title=name", "--language=xx"], "“xx” is no language"),
    ],
)
def test_what_cannot_be_taken_in_is_said_with_what_can_be(tmp_path, form, content, more, said):
    path = tmp_path
    if content is not None:
        path = tmp_path / "a-file.csv"
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("encyclopedia_import", form, str(path), *more)
    assert not Page.objects.exists()


def test_what_an_import_brings_drowns_neither_the_changes_nor_the_news_and_waits_for_no_patrol(client):
    page("Written here")
    take_in(Incoming("x:1", "en", "flood", HISTORY))
    newer = [*HISTORY, IncomingRevision(document("Flood", body="Three."), "Ann")]
    take_in(Incoming("x:1", "en", "flood", newer))
    changes = client.get("/encyclopedia/changes/").content.decode()
    assert "Written here" in changes
    assert ">Flood<" not in changes
    assert ">Flood<" in client.get("/encyclopedia/changes/?imports=1").content.decode()
    assert ">Flood<" not in client.get("/encyclopedia/changes/?unpatrolled=1&imports=1").content.decode()
    for news in ("/encyclopedia/changes/feed/", "/activity/"):
        told = client.get(news).content.decode()
        assert "Written here" in told
        assert "Flood" not in told


def test_older_imports_are_told_from_what_was_written_here():
    page("Written here")
    proposal = page("Proposed", writer=PROPOSES)
    take_in(
        Incoming("x:1", "en", "flood", HISTORY),
        Incoming("x:2", "en", "nameless", [IncomingRevision(document())]),
    )
    Revision.objects.update(is_imported=False, is_patrolled=False)
    Revision.objects.filter(page=proposal).update(author_name="")
    here = Page.objects.get(title="Written here")
    here.revisions.update(author_name="", author=UserFactory())
    import_module("encyclopedia.migrations.0006_revisions_brought_by_imports").mark(apps, None)
    brought = Revision.objects.filter(is_imported=True, is_patrolled=True)
    assert sorted(brought.values_list("page__slug", "number")) == [
        ("flood", 1),
        ("flood", 2),
        ("nameless", 1),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_at_once_give_each_page_once(tmp_path, monkeypatch):
    both, taken = threading.Barrier(2), importing._taken

    def meet(batch):
        # Where a database lets one writer at a time, nobody comes: the other waits before.
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=2)
        return taken(batch)

    monkeypatch.setattr(importing, "_taken", meet)
    incoming = [
        Incoming(f"x:{number}", "en", f"page-{number}", [IncomingRevision(document(f"Page {number}"))])
        for number in range(3)
    ]
    with own_connections(tmp_path):
        outcomes = together(2, lambda _place: take_in(*incoming))
        assert sorted(Page.objects.values_list("slug", flat=True)) == ["page-0", "page-1", "page-2"]
        assert sorted(map(str, outcomes)) == ["{'created': 3}", "{'unchanged': 3}"]


def test_a_link_that_was_red_leads_to_the_page_once_an_import_brings_it():
    waiting = page("Waiting", kind="concept", body="See [[T0046]] and [[Nowhere]].")
    assert waiting.parts[0]["html"].count("is-missing") == 2
    take_in(Incoming("x:1", "en", "flood", HISTORY, others=["t0046"]))
    waiting.refresh_from_db()
    assert waiting.parts[0]["html"].count("is-missing") == 1
    assert 'href="/encyclopedia/en/flood/"' in waiting.parts[0]["html"]


def test_an_import_that_was_killed_half_way_leaves_no_page_without_its_text(monkeypatch):
    monkeypatch.setattr(importing, "_BATCH", 1)
    texts = [IncomingRevision(document(f"Page {n}", body=f"Text {n}. [[Page {1 - n}]]")) for n in range(2)]
    incoming = [Incoming(f"x:{n}", "en", f"page-{n}", [text]) for n, text in enumerate(texts)]

    def killed_after_the_second():
        yield from incoming
        raise SystemExit

    with pytest.raises(SystemExit):
        importing.take_in(killed_after_the_second(), say=lambda _line: None)
    said = [each.parts[0]["html"] for each in Page.objects.order_by("slug")]
    assert ["Text 0." in said[0], "Text 1." in said[1]] == [True, True]
    assert take_in(*incoming) == {"unchanged": 2}
    again = [each.parts[0]["html"] for each in Page.objects.order_by("slug")]
    assert not any("is-missing" in html for html in again)
