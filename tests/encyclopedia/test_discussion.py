"""What people say about a page."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disinfo import outbox
from disinfo.accounts.models import AuditEntry, Role
from encyclopedia.models import Remark, Thread
from encyclopedia.services import discussing, telling
from encyclopedia.views import finding
from tests.encyclopedia.factories import page, source
from tests.encyclopedia.test_pages import log_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    """The address of a page's discussion."""
    return page().get_absolute_url() + "discussion/"


def said(client, place, text="Is this still so?"):
    return client.post(place, {"title": "Whence the figure", "text": text})


def test_what_a_member_says_is_shown_at_once_and_counted_on_the_page(client, place):
    log_in(client, Role.MEMBER)
    assert said(client, place).url.endswith(f"#thread-{Thread.objects.get().pk}")
    client.logout()
    assert "Is this still so?" in client.get(place).content.decode()
    assert "Discussion (1)" in client.get(place.replace("discussion/", "")).content.decode()


def test_what_a_visitor_says_waits_for_a_moderator(client, place):
    said(client, place)
    assert "Whence the figure" not in client.get(place).content.decode()
    assert "Discussion (1)" not in client.get(place.replace("discussion/", "")).content.decode()
    log_in(client, Role.MODERATOR)
    assert "Whence the figure" in client.get("/encyclopedia/proposals/").content.decode()
    client.post(f"/encyclopedia/remark/{Remark.objects.get().pk}/", {"deed": "show"})
    client.logout()
    assert "Whence the figure" in client.get(place).content.decode()
    assert AuditEntry.objects.filter(verb="encyclopedia.show_remark").exists()


def test_nobody_answers_in_a_thread_they_cannot_see(client, place):
    said(client, place)
    assert client.post(f"/encyclopedia/thread/{Thread.objects.get().pk}/", {"text": "x"}).status_code == 404


def test_a_hidden_remark_says_why_and_only_moderators_read_it(client, place):
    log_in(client, Role.MODERATOR)
    said(client, place)
    client.post(f"/encyclopedia/thread/{Thread.objects.get().pk}/", {"text": "Jane did it"})
    answer = Remark.objects.get(text="Jane did it")
    client.post(f"/encyclopedia/remark/{answer.pk}/", {"deed": "hide", "reason": "a private person"})
    assert "Jane did it" in client.get(place).content.decode()
    client.logout()
    html = client.get(place).content.decode()
    assert "Jane did it" not in html
    assert "a private person" in html


def test_a_thread_is_resolved_and_opened_again_by_members(client, place):
    log_in(client, Role.MEMBER)
    said(client, place)
    thread = Thread.objects.get()
    for deed, is_resolved in (("resolve", True), ("reopen", False)):
        client.post(f"/encyclopedia/thread/{thread.pk}/", {"deed": deed})
        thread.refresh_from_db()
        assert thread.is_resolved is is_resolved
    client.logout()
    assert client.post(f"/encyclopedia/thread/{thread.pk}/", {"deed": "resolve"}).status_code == 403


def test_an_empty_remark_is_refused_and_an_endless_one_too(client, place):
    log_in(client, Role.MEMBER)
    said(client, place)
    for text in ("", " \n", "x" * 10_001):
        client.post(f"/encyclopedia/thread/{Thread.objects.get().pk}/", {"text": text})
        assert said(client, place, text).status_code == 200
    assert Remark.objects.count() == 1


def test_hostile_words_run_nothing(client, place):
    log_in(client, Role.MEMBER)
    said(client, place, "<script>alert(1)</script> [x](javascript:alert(1)) ![x](https://evil.example/x.png)")
    html = client.get(place).content.decode()
    assert not any(word in html for word in ("<script>alert", 'href="javascript', "<img"))


def test_watchers_are_told_once_and_the_writer_is_not(place):
    watched = page("Another")
    watcher, writer = UserFactory(), UserFactory()
    for user in (watcher, writer):
        telling.set_watch(page=watched, user=user, is_on=True)
    remark = discussing.begin(
        page=watched, title="Whence the figure", text="Really?", author=writer, is_shown=True
    )
    for _again in range(2):
        telling.tell_of_remark(remark=remark.pk)
    outbox.send_due()
    assert [message.to for message in mail.outbox] == [[watcher.email]]
    assert "Really?" in mail.outbox[0].body


def test_the_discussion_of_a_deleted_page_is_closed(client, place):
    from encyclopedia.models import Page

    Page.objects.update(is_deleted=True)
    assert said(client, place).status_code == 302
    assert not Thread.objects.exists()


def test_strangers_of_one_network_cannot_flood_the_moderators_and_members_are_not_held(
    client, place, monkeypatch
):
    monkeypatch.setattr(finding, "MOST_AN_HOUR", 2)
    for number in range(4):
        answer = said(client, place, f"Question {number}?")
    assert Remark.objects.count() == 2
    assert "Keep your text" in answer.content.decode()
    assert "Question 3?" in answer.content.decode(), "the text stays in the form"
    log_in(client, Role.MEMBER)
    for number in range(4):
        said(client, place, f"Ours {number}.")
    assert Remark.objects.count() == 6


def test_a_flood_of_proposals_is_stopped_and_the_text_stays_in_the_form(client, monkeypatch):
    monkeypatch.setattr(finding, "MOST_AN_HOUR", 1)
    written = page()
    values = {"title": written.title, "reason": "better", "base": written.current.pk}
    for number in range(3):
        body = {**values, "body": f"Proposal number {number}."}
        answer = client.post(f"{written.get_absolute_url()}edit/", body, follow=True)
    assert written.revisions.filter(status="proposed").count() == 1
    assert "Proposal number 2." in answer.content.decode()


def test_links_and_citations_in_a_remark_lead_where_those_of_a_page_lead(client, place):
    page("Pre-bunking", kind="countermeasure")
    source("roe-2019")
    log_in(client, Role.MEMBER)
    said(
        client,
        place,
        "See [[countermeasure:Pre-bunking|the film]], [[Astroturfing]], [@roe-2019] and [@lost].",
    )
    html = client.get(place).content.decode()
    assert '<a href="/encyclopedia/en/pre-bunking/"' in html
    assert ">the film</a>" in html
    assert '<a href="/encyclopedia/en/new/?slug=astroturfing" class="is-missing"' in html
    assert '<a href="/encyclopedia/source/roe-2019/"' in html
    assert ">[roe-2019]</a>" in html
    assert "[@lost]" in html, "what is not recorded stays as it was written"


def test_remarks_with_footnotes_and_headings_give_no_two_the_same_name(client, place):
    log_in(client, Role.MEMBER)
    for _again in range(2):
        said(client, place, "# Doubt\n\nIs it so?[^1]\n\n[^1]: Says who?")
    names = re.findall(r' id="([^"]*)"', client.get(place).content.decode())
    assert len(names) == len(set(names))
    assert sum("remark" in name for name in names) == 4, "two footnotes, and the places that call them"


def test_what_many_remarks_name_is_looked_up_at_once(client, place, django_assert_max_num_queries):
    log_in(client, Role.MEMBER)
    said(client, place, "[[Astroturfing]] [@roe-2019]")
    thread = Thread.objects.get()
    with CaptureQueriesContext(connection) as one:
        client.get(place)
    for number in range(10):
        discussing.reply(thread=thread, text=f"[[Page {number}]] [@key-{number}]", author=None, is_shown=True)
    with django_assert_max_num_queries(len(one)):
        client.get(place)


def test_hostile_links_and_citations_in_a_remark_run_nothing(client, place):
    log_in(client, Role.MEMBER)
    said(
        client,
        place,
        '[[x"onmouseover=alert(1)|<img src=x onerror=alert(1)>]] [[a|"><script>alert(1)</script>]]',
    )
    html = client.get(place).content.decode()
    remark = html.partition('<div class="document">')[2].partition("</div>")[0]
    assert re.findall(r"<(\w+)", remark) == ["p", "a", "a"]
    assert set(re.findall(r' (\w+)="', remark)) == {"href", "class", "rel"}
    assert "&lt;script&gt;" in remark
