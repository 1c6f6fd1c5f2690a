"""What moderators decide is said: to them at once, to who proposed it, and nothing is decided by a slip."""

import pytest

from disinfo.accounts.models import Role
from disinfo.portal.models import OutboxMessage
from encyclopedia.models import Page, Revision
from encyclopedia.services import discussing, moderating, telling, writing
from tests.encyclopedia.factories import PROPOSES, PUBLISHES, document, page
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
HOME = "/encyclopedia/"


@pytest.fixture
def moderator(client):
    """A moderator, logged in."""
    user = MembershipFactory(role=Role.MODERATOR).user
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def proposal(writer=PROPOSES):
    target = page(body="One")
    text = document(body="One and more")
    return writing.save(page=target, base=target.current, document=text, writer=writer).revision


def decide(client, revision, **said):
    return client.post(f"{HOME}revision/{revision.pk}/decide/", said, follow=True).content.decode()


@pytest.mark.parametrize(
    ("deed", "reason", "told"),
    [
        ("accept", "", "Published."),
        ("reject", "No source", "Rejected."),
        ("reject", "", "Say why"),
    ],
)
def test_a_moderator_is_told_what_was_decided(client, moderator, deed, reason, told):
    assert told in decide(client, proposal(), deed=deed, reason=reason)


def test_a_decision_comes_once_and_the_second_moderator_is_told(client, moderator):
    proposed = proposal()
    writing.accept(proposal=proposed, moderator=UserFactory())
    assert "Somebody has decided on it already." in decide(client, proposed, deed="accept")


def test_nothing_is_undone_without_a_reason(client, moderator):
    vandal = MembershipFactory().user
    target = page(body="rude", writer=writing.Writer(user=vandal, publishes=True))
    assert "Say why" in decide(client, target.current, deed="revert")
    assert not Page.objects.get(pk=target.pk).is_deleted


def test_a_change_that_was_looked_at_leads_back_to_those_that_were_not(client, moderator):
    target = page()
    assert "not looked at" in client.get(f"{HOME}changes/?unpatrolled=1").content.decode()
    told = decide(client, target.current, deed="patrol")
    assert "Everything has been looked at" in told


def test_who_is_no_moderator_sees_no_marks_of_patrol(client):
    page()
    assert "not looked at" not in client.get(f"{HOME}changes/").content.decode()


@pytest.mark.parametrize(
    ("status", "said"),
    [("accepted", "has published this proposal"), ("rejected", "and not published it")],
)
def test_a_visitor_reads_at_the_address_of_the_proposal_what_became_of_it(client, status, said):
    proposed = proposal()
    assert "Keep the address of this page" in client.get(proposed.get_absolute_url()).content.decode()
    decision = writing.accept if status == "accepted" else writing.reject
    decision(proposal=proposed, moderator=UserFactory(), reason="It has a source")
    shown = client.get(proposed.get_absolute_url()).content.decode()
    assert said in shown
    assert "It has a source" in shown
    assert Revision.objects.get(pk=proposed.pk).status == status


@pytest.mark.parametrize("decision", [writing.accept, writing.reject])
def test_who_proposed_with_an_account_gets_one_mail(django_capture_on_commit_callbacks, decision):
    citizen = UserFactory(language="fr")
    proposed = proposal(writing.Writer(user=citizen))
    with django_capture_on_commit_callbacks(execute=True):
        decision(proposal=proposed, moderator=UserFactory(), reason="Une raison")
    telling.tell_proposer(revision=proposed.pk)
    mail = OutboxMessage.objects.get(recipient=citizen.email)
    assert "Hashtag flooding" in mail.subject
    assert "Une raison" in mail.payload["body"]
    assert proposed.get_absolute_url() in mail.payload["body"]


def test_a_proposal_that_waits_is_told_of_to_nobody():
    assert not telling.tell_proposer(revision=proposal(writing.Writer(user=UserFactory())).pk)


def test_a_page_cannot_stand_where_new_pages_are_written(client, moderator):
    target = page()
    with pytest.raises(moderating.AddressTakenError):
        moderating.rename(page=target, slug="new", moderator=moderator)
    form = {"title": "New", "body": "x", "reason": ""}
    client.post(f"{HOME}en/new/?kind=technique&slug=new", form)
    assert Page.objects.get(title="New").slug == "new-2"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"deed": "rename", "slug": "flood"}, "Renamed."),
        ({"deed": "rename", "slug": "hashtag-flooding"}, "Nothing was changed."),
        ({"deed": "rename", "slug": "!"}, "That address is taken"),
        ({"deed": "protect", "level": "editors", "reason": "vandals"}, "Saved."),
        ({"deed": "delete", "reason": "double"}, "Deleted."),
        ({"deed": "undelete", "reason": "no double"}, "The page is back."),
    ],
)
def test_what_was_done_to_a_page_is_said(client, moderator, said, told):
    target = page()
    shown = client.post(f"{target.get_absolute_url()}manage/", said, follow=True).content.decode()
    assert told in shown


def test_a_text_that_was_restored_is_said_so(client, moderator):
    target = page(body="One")
    first = target.current
    writing.save(page=target, base=first, document=document(body="Two"), writer=PUBLISHES)
    shown = client.post(f"{HOME}revision/{first.pk}/restore/", follow=True).content.decode()
    assert "Restored revision 1." in shown


def test_a_moderator_is_told_where_others_wrote_after_a_vandal(client, moderator):
    vandal = writing.Writer(user=MembershipFactory(user__name="Vic").user, publishes=True)
    spoilt, put_back = page("Spoilt", body="Good."), page("Put back", body="Good.")
    for target in (spoilt, put_back):
        add(target, "Good. Bad.", vandal)
    add(spoilt, "Good. Bad. More.", PUBLISHES)
    last = add(spoilt, "Good. Bad. More. Bad.", vandal)
    assert "Changes by Vic" in client.get(last.get_absolute_url()).content.decode()
    told = decide(client, last, deed="revert", reason="vandalism")
    assert "Pages put back: 2." in told
    assert "On 1 page others have written since" in told
    assert "<h1>Changes by Vic</h1>" in told
    add(spoilt, "Good.", PUBLISHES)
    assert moderating.mixed(author=vandal.user) == 0


def add(target, body, writer):
    target = Page.objects.get(pk=target.pk)
    text = document(target.title, body=body)
    return writing.save(page=target, base=target.current, document=text, writer=writer).revision


def test_who_is_no_moderator_is_not_shown_what_one_person_changed(client):
    writer = MembershipFactory(user__name="Vic").user
    page(writer=writing.Writer(user=writer, publishes=True))
    assert "Changes by Vic" not in client.get(f"{HOME}changes/?by={writer.pk}").content.decode()


def test_nothing_waits_is_not_said_while_a_remark_waits(client, moderator):
    assert "Nothing waits" in client.get(f"{HOME}proposals/").content.decode()
    discussing.begin(page=page(), title="Whence", text="Really?", author=None, is_shown=False)
    html = client.get(f"{HOME}proposals/").content.decode()
    assert "Really?" in html
    assert "Nothing waits" not in html


def test_a_draft_leads_to_what_has_changed_since_the_page_was_verified(client, moderator):
    target = page(body="Good.")
    moderating.verify(revision=target.current, moderator=moderator)
    moderating.protect(page=target, level="members", shows_verified=True, reason="x", moderator=moderator)
    draft = add(target, "Good. New.", PUBLISHES)
    changes = f"{HOME}compare/{target.current_id}/{draft.pk}/"
    assert changes in client.get(target.get_absolute_url()).content.decode()
