"""Pages are written together, and nothing that anybody wrote is lost."""

import threading

import pytest
from django.core.cache import cache
from django.db import connection

from disinfo import search
from disinfo.accounts.models import Role
from encyclopedia import counts
from encyclopedia.models import Link, Page, Revision
from encyclopedia.services import moderating, writing
from tests.encyclopedia.factories import PROPOSES, PUBLISHES, document, page
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
BODY = "\n\n".join(f"Paragraph {number}." for number in range(6))


def save(target, body, *, base=None, writer=PUBLISHES, **values):
    base = base or Page.objects.get(pk=target.pk).current
    return writing.save(page=target, base=base, document=document(body=body, **values), writer=writer)


def body_of(target):
    return Page.objects.get(pk=target.pk).current.document.body


def test_every_save_is_a_revision_that_reads_as_it_was_written():
    target = page(body="One")
    for body in ("One two", "One two three", "x" * 5_000, "One two"):
        save(target, body)
    rows = Revision.objects.filter(page=target).order_by("number")
    assert [row.document.body for row in rows] == ["One", "One two", "One two three", "x" * 5_000, "One two"]
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert all(row.document.sha256 == row.sha256 for row in rows)


def test_saving_what_is_there_already_changes_nothing():
    target = page(body="One")
    assert save(target, "One").is_unchanged
    assert target.revisions.count() == 1


def test_two_people_who_change_different_paragraphs_are_both_heard():
    target = page(body=BODY)
    base = target.current
    save(target, BODY.replace("Paragraph 0", "First"), base=base)
    saved = save(target, BODY.replace("Paragraph 5", "Last"), base=base)
    assert saved.was_merged
    assert body_of(target) == BODY.replace("Paragraph 0", "First").replace("Paragraph 5", "Last")


def test_two_people_who_change_one_sentence_both_keep_their_text():
    target = page(body=BODY)
    base = target.current
    save(target, BODY.replace("Paragraph 0", "Theirs"), base=base)
    saved = save(target, BODY.replace("Paragraph 0", "Mine"), base=base)
    assert saved.conflicts == ("body",)
    assert body_of(target) == BODY.replace("Paragraph 0", "Theirs")
    assert saved.revision.status == Revision.Status.CONFLICT
    assert saved.revision.document.body == BODY.replace("Paragraph 0", "Mine")


def test_what_a_visitor_proposes_is_not_shown_before_it_is_accepted():
    target = page(body=BODY)
    proposal = save(target, BODY + "\n\nAdded.", writer=PROPOSES).revision
    assert body_of(target) == BODY
    save(target, BODY.replace("Paragraph 0", "First"))
    writing.accept(proposal=proposal, moderator=UserFactory())
    assert body_of(target) == BODY.replace("Paragraph 0", "First") + "\n\nAdded."
    assert writing.accept(proposal=proposal, moderator=UserFactory()).is_unchanged


def test_a_rejected_proposal_stays_readable_and_is_never_published():
    target = page(body=BODY)
    proposal = save(target, "Spam", writer=PROPOSES).revision
    writing.reject(proposal=proposal, moderator=UserFactory(), reason="spam")
    assert writing.accept(proposal=proposal, moderator=UserFactory()).is_unchanged
    assert body_of(target) == BODY
    assert Revision.objects.get(pk=proposal.pk).document.body == "Spam"


def test_a_red_link_turns_blue_when_its_page_is_written(django_capture_on_commit_callbacks):
    origin = page("Detection", body="See [[Hashtag flooding]] and [[tool:Hashtag flooding|a tool]].")
    assert origin.parts[0]["html"].count('class="is-missing"') == 2
    assert Link.objects.filter(origin=origin).count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        target = page("Hashtag flooding")
    from encyclopedia import tasks

    tasks.render_again([origin.pk])
    html = Page.objects.get(pk=origin.pk).parts[0]["html"]
    assert f'<a href="{target.get_absolute_url()}" rel' in html
    assert html.count('class="is-missing"') == 1


def test_a_renamed_page_is_found_at_its_old_address(client):
    target = page()
    moderator = UserFactory()
    old = target.get_absolute_url()
    moderating.rename(page=target, slug="flooding of hashtags", moderator=moderator)
    assert client.get(old).url.endswith("/flooding-of-hashtags/")
    with pytest.raises(moderating.AddressTakenError):
        moderating.rename(page=page("Other"), slug="hashtag-flooding", moderator=moderator)
    moderating.rename(page=Page.objects.get(pk=target.pk), slug="hashtag-flooding", moderator=moderator)
    assert client.get(old).status_code == 200


def test_links_by_an_old_address_lead_here_and_want_no_page(client, django_capture_on_commit_callbacks):
    cache.clear()
    target = page()
    origin = page("A case", kind="case-study", body="[[hashtag flooding]] and [[Flood]]")
    with django_capture_on_commit_callbacks(execute=True):
        moderating.rename(page=target, slug="flood", moderator=UserFactory())
    target = Page.objects.get(pk=target.pk)
    assert [each.title for each in client.get("/encyclopedia/en/flood/links/").context["origins"]] == [
        "A case"
    ]
    assert client.get("/encyclopedia/en/flood/").context["links_count"] == 1
    assert counts.wanted() == []
    with django_capture_on_commit_callbacks(execute=True):
        moderating.delete(page=target, moderator=UserFactory(), reason="double")
    assert "'/encyclopedia/en/flood/'" not in str(Page.objects.get(pk=origin.pk).parts).replace('"', "'")


def test_a_deleted_page_says_why_and_is_no_longer_found(client):
    target = page(body="A word nobody else uses: abracadabra.")
    moderating.delete(page=target, moderator=UserFactory(), reason="A copy of another page")
    answer = client.get(target.get_absolute_url())
    assert answer.status_code == 410
    assert "A copy of another page" in answer.content.decode()
    assert search.find("abracadabra", UserFactory()) == []


def test_everything_a_vandal_did_is_undone_at_once():
    member = MembershipFactory(role=Role.MEMBER)
    vandal = writing.Writer(user=member.user, publishes=True)
    pages = [page(f"Page {number}", body="Good") for number in range(3)]
    for target in pages:
        writing.save(
            page=target, base=target.current, document=document(target.title, body="Bad"), writer=vandal
        )
    own = page("Spam", writer=vandal)
    assert moderating.revert(author=member.user, moderator=UserFactory(), reason="vandalism") == 4
    assert [body_of(target) for target in pages] == ["Good"] * 3
    assert Page.objects.get(pk=own.pk).is_deleted


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the test database in memory takes one writer at a time"
)
def test_a_hundred_edits_at_once_are_each_a_revision_or_a_conflict():
    target = page(body=BODY)
    base = target.current
    results, errors = [], []

    def edit(number):
        try:
            body = BODY.replace(f"Paragraph {number % 6}.", f"Edit {number}.")
            results.append(save(target, body, base=base))
        except Exception as error:  # noqa: BLE001 (said by the assertion below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(100)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    assert len(results) == 100
    texts = {row.document.body for row in target.revisions.all()}
    for number in range(100):
        assert any(f"Edit {number}." in text for text in texts)
    assert sorted(target.revisions.values_list("number", flat=True)) == list(range(1, 102))
