"""Who follows is told, once, of what was committed, and of nothing else."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from disinfo import outbox
from disinfo.portal.models import OutboxMessage, Webhook
from terms_tracker.models import Notice, Subscription, Topic, Version
from terms_tracker.services import following, remembering
from tests.factories import (
    CollectionFactory,
    MembershipFactory,
    ServiceFactory,
    TermsFactory,
    UserFactory,
    recorded,
)
from tests.terms_tracker.factories import FIRST, SECOND, changed, followed, log_in, open_terms

pytestmark = pytest.mark.django_db
Way = Subscription.Way


@pytest.fixture
def reader():
    return UserFactory(language="en")


def mails():
    return list(OutboxMessage.objects.filter(kind="mail").order_by("pk"))


def test_who_follows_everything_by_mail_is_told_once(reader):
    followed(reader, way=Way.MAIL)
    version = changed(open_terms())
    assert following.sweep() == 1
    assert following.sweep() == 0
    (mail,) = mails()
    assert mail.recipient == reader.email
    assert version.get_change_url() in mail.payload["body"]
    assert "substance" in mail.payload["body"]


def test_services_that_a_list_was_narrowed_to_are_followed_together(client, reader):
    named = (("Loopreel", "a"), ("Vidéotour", "b"), ("Findly", "c"))
    one, other, third = (open_terms(service, collection).service for service, collection in named)
    log_in(client, reader)
    page = client.get("/terms/changes/", {"q": "loopreel, vidéotour"})
    address = f"/terms/follow/?{page.context['follow_query']}"
    offered = client.get(address).context["form"]["services"]
    assert set(offered.value()) == {one.pk, other.pk}
    asked = {"way": "mail", "phrase": "political advertising", "services": [one.pk, other.pk]}
    assert client.post(address, asked).status_code == 302
    assert {row.service for row in reader.terms_subscriptions.all()} == {one, other}
    assert {(row.way, row.phrase) for row in reader.terms_subscriptions.all()} == {
        ("mail", "political advertising")
    }
    refused = client.post(address, {**asked, "services": [third.pk]})
    assert refused.status_code == 400
    assert client.post(address, {**asked, "services": [10**30]}).status_code == 400
    assert client.get(f"/terms/follow/?among=x&among={10**30}").status_code == 200


@pytest.mark.parametrize(
    ("fields", "is_told"),
    [
        ({"terms_type": "terms of service"}, True),
        ({"terms_type": "Privacy Policy"}, False),
        ({"phrase": "copy of your passport"}, True),
        ({"phrase": "political advertising"}, False),
        ({"phrase": "unknown words"}, False),
    ],
)
def test_only_what_is_followed_is_told(reader, fields, is_told):
    followed(reader, way=Way.MAIL, **fields)
    changed(open_terms())
    assert following.sweep() == is_told


def test_service_collection_and_topic_narrow(reader):
    mine, other = open_terms(), open_terms("Warbler", "other")
    topic = Topic.objects.create(code="passports", name_en="P", name_fr="P", phrases=["passport"])
    followed(reader, way=Way.MAIL, service=mine.service)
    followed(reader, way=Way.MAIL, collection=other.service.collection)
    followed(reader, way=Way.MAIL, topic=topic)
    changed(mine)
    following.sweep()
    assert [mail.subject.partition(": ")[2] for mail in mails()] == ["Chirper", "P"]


def test_a_change_that_says_nothing_new_is_silent_unless_asked_for(reader):
    followed(reader, way=Way.MAIL)
    loud = followed(reader, way=Way.MAIL, with_folded=True)
    changed(open_terms(), after=FIRST.replace("appeal", "**appeal**"))
    assert following.sweep() == 1
    assert mails()[0].key.startswith(f"terms-followed:{loud.pk}:")


def test_a_technical_upgrade_and_a_first_record_are_silent(reader):
    followed(reader, way=Way.MAIL, with_folded=True)
    terms = open_terms()
    recorded(terms, FIRST, "2026-01-01")
    recorded(terms, SECOND, "2026-01-02", is_upgrade=True)
    assert following.sweep() == 0


def test_a_digest_gathers_and_waits_for_its_day(reader, time_machine):
    subscription = followed(reader, way=Way.DAILY)
    terms = open_terms()
    changed(terms)
    changed(terms, after=SECOND + "\n\nWe may end your account at any time without notice.", day="2026-02-03")
    assert following.sweep() == 0
    assert Notice.objects.filter(subscription=subscription).count() == 2
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
    assert following.sweep() == 1
    (mail,) = mails()
    assert mail.subject.startswith("2 changes of terms")
    changed(terms, after=FIRST + "\n\nAnother whole sentence that was never there.", day="2026-02-05")
    assert following.sweep() == 0, "the next digest is a day later"


def test_killed_between_the_notice_and_the_mail_it_is_told_all_the_same(reader, monkeypatch):
    followed(reader, way=Way.MAIL)
    changed(open_terms())
    monkeypatch.setattr(following, "_mail", lambda *_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit), transaction.atomic():
        following.sweep()
    monkeypatch.undo()
    assert mails() == []
    assert following.sweep() == 1


def test_one_that_cannot_be_told_does_not_keep_the_others_from_it(reader, monkeypatch):
    first, _second = followed(reader, way=Way.MAIL), followed(reader, way=Way.MAIL)
    changed(open_terms())
    whole = following._mail

    def mail(subscription, notices):
        if subscription.pk == first.pk:
            raise RuntimeError
        return whole(subscription, notices)

    monkeypatch.setattr(following, "_mail", mail)
    assert following.sweep() == 1
    monkeypatch.undo()
    assert following.sweep() == 1


def test_a_phrase_waits_until_sentences_are_remembered(reader):
    followed(reader, way=Way.MAIL, phrase="passport")
    terms = open_terms()
    recorded(terms, FIRST, "2026-01-01")
    recorded(terms, SECOND, "2026-01-02")
    assert following.sweep() == 0
    remembering.sweep()
    assert following.sweep() == 1


def test_a_stranger_is_not_told_of_a_private_collection(reader):
    collection = CollectionFactory(
        key="closed", is_public=False, organisation=MembershipFactory().organisation
    )
    member = MembershipFactory(organisation=collection.organisation).user
    followed(reader, way=Way.MAIL)
    followed(member, way=Way.MAIL)
    changed(TermsFactory(service=ServiceFactory(collection=collection)))
    assert following.sweep() == 1
    assert mails()[0].recipient == member.email


def test_what_became_private_before_the_digest_is_not_told(reader):
    subscription = followed(reader, way=Way.DAILY)
    terms = open_terms()
    changed(terms)
    following.sweep()
    terms.service.collection.is_public = False
    terms.service.collection.save()
    Subscription.objects.update(next_at=None)
    assert following.sweep() == 0
    assert not subscription.notices.exists()


def test_a_mail_is_left_in_one_click_without_a_session(reader, client):
    followed(reader, way=Way.MAIL)
    changed(open_terms())
    following.sweep()
    headers = mails()[0].payload["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<https?://[^/]+(/.*)>", headers["List-Unsubscribe"])[1]
    assert "Stop" in client.get(address).content.decode()
    assert Subscription.objects.exists(), "a mail scanner that follows links ends nothing"
    strict = type(client)(enforce_csrf_checks=True)
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert strict.post(address).status_code == 200, "twice is once"
    assert "no further mail" in client.get(address).content.decode(), (
        "who opens the mail again reads that it holds"
    )


def test_a_forged_end_ends_nothing(reader, client):
    subscription = followed(reader, way=Way.MAIL)
    assert client.get(reverse("terms:unfollow", args=[f"{subscription.pk}:forged"])).status_code == 404
    client.post(reverse("terms:unfollow", args=[f"{subscription.pk}:forged"]))
    assert Subscription.objects.exists()


def test_a_webhook_is_called_with_class_and_topics():
    member = MembershipFactory().user
    followed(member, way=Way.WEBHOOK, webhook_url="https://partner.example/hook")
    version = changed(open_terms())
    assert following.sweep() == 1
    call = OutboxMessage.objects.get(kind="webhook")
    assert call.recipient == "https://partner.example/hook"
    assert call.webhook.secret
    assert call.payload["data"]["change_class"] == "substance"
    assert call.payload["data"]["commit"] == version.commit
    assert "topics" in call.payload["data"]


def test_who_follows_by_a_webhook_that_cannot_be_reached_is_told_by_mail_and_nobody_else():
    UserFactory(is_superuser=True)
    member = MembershipFactory(user__language="en").user
    subscription = followed(member, way=Way.WEBHOOK, webhook_url="https://partner.example/hook")
    Webhook.objects.update(url="https://10.0.0.1/hook")
    changed(open_terms())
    assert following.sweep() == 1
    for _ in range(6):
        OutboxMessage.objects.filter(kind="webhook").update(next_attempt_at=timezone.now())
        outbox.send_due()
    (mail,) = mails()
    assert mail.recipient == member.email
    assert f"/terms/follow/{subscription.pk}/" in mail.payload["body"]


def test_the_hook_of_one_subscription_hears_of_no_other_event():
    member = MembershipFactory().user
    followed(member, way=Way.WEBHOOK, webhook_url="https://partner.example/hook", terms_type="Privacy Policy")
    changed(open_terms())
    following.sweep()
    assert not OutboxMessage.objects.filter(kind="webhook").exists()


def test_who_belongs_to_nobody_has_the_portal_call_nobody(reader):
    with pytest.raises(PermissionDenied):
        followed(reader, way=Way.WEBHOOK, webhook_url="https://victim.example/")


def test_a_feed_at_a_secret_address_holds_what_is_covered(reader, client):
    subscription = followed(reader, phrase="passport", way=Way.FEED)
    version = changed(open_terms())
    feed = client.get(subscription.get_feed_url()).content.decode()
    assert version.get_change_url() in feed
    assert client.get(reverse("terms:followed_feed", args=["guess"])).status_code == 404
    reader.is_active = False
    reader.save()
    assert client.get(subscription.get_feed_url()).status_code == 404


def test_the_form_follows_and_the_list_stops(reader, client):
    log_in(client, reader)
    topic = Topic.objects.first()
    page = client.get(reverse("terms:follow"), {"topic": topic.pk})
    assert re.search(rf'value="{topic.pk}" selected', page.content.decode())
    answer = client.post(reverse("terms:follow"), {"topic": topic.pk, "way": "weekly"})
    assert answer.status_code == 302
    subscription = Subscription.objects.get(owner=reader)
    assert subscription.next_at
    stranger = type(client)()
    log_in(stranger, UserFactory())
    assert stranger.post(reverse("terms:stop_following", args=[subscription.pk])).status_code == 404
    client.post(reverse("terms:stop_following", args=[subscription.pk]))
    assert not Subscription.objects.exists()


def test_there_is_an_end_to_what_one_person_follows(reader, client, monkeypatch):
    monkeypatch.setattr(following, "MOST_A_PERSON", 1)
    followed(reader)
    log_in(client, reader)
    answer = client.post(reverse("terms:follow"), {"way": "mail"})
    assert answer.status_code == 400
    assert "stop one first" in answer.content.decode()


def test_a_service_that_one_may_not_read_cannot_be_followed(reader, client):
    hidden = ServiceFactory(collection=CollectionFactory(is_public=False))
    log_in(client, reader)
    answer = client.post(reverse("terms:follow"), {"service": hidden.pk, "way": "mail"})
    assert answer.status_code == 400
    assert hidden.name not in client.get(reverse("terms:follow")).content.decode()


def test_the_mark_is_set_with_the_row_and_taken_with_the_notice():
    version = changed(open_terms())
    assert not version.is_told
    following.sweep()
    assert Version.objects.get(pk=version.pk).is_told


def test_what_is_followed_can_be_changed_by_its_owner_only(reader, client):
    subscription = followed(reader, way=Way.MAIL)
    address = reverse("terms:edit_following", args=[subscription.pk])
    log_in(client, UserFactory())
    assert client.get(address).status_code == 404
    log_in(client, reader)
    assert client.get(address).status_code == 200
    sent = {"way": Way.DAILY, "phrase": "passport"}
    assert client.post(address, sent).status_code == 302
    subscription.refresh_from_db()
    assert (subscription.way, subscription.phrase) == (Way.DAILY, "passport")
    assert subscription.next_at > timezone.now()
    assert client.post(address, {"way": Way.WEBHOOK, "webhook_url": "https://a.example"}).status_code == 400


def test_another_address_to_call_gets_another_secret(client):
    member = MembershipFactory().user
    subscription = followed(member, way=Way.WEBHOOK, webhook_url="https://one.example/hook")
    secret = subscription.webhook.secret
    log_in(client, member)
    address = reverse("terms:edit_following", args=[subscription.pk])
    client.post(address, {"way": Way.WEBHOOK, "webhook_url": "https://one.example/hook", "phrase": "x"})
    subscription.refresh_from_db()
    assert subscription.webhook.secret == secret
    client.post(address, {"way": Way.WEBHOOK, "webhook_url": "https://two.example/hook"})
    subscription.refresh_from_db()
    assert subscription.webhook.secret != secret
    client.post(address, {"way": Way.MAIL})
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/hook", "https://10.0.0.1/", "http://localhost/x"])
def test_an_address_within_is_refused_while_it_is_written(client, address):
    member = MembershipFactory().user
    log_in(client, member)
    answer = client.post(reverse("terms:follow"), {"way": Way.WEBHOOK, "webhook_url": address})
    assert answer.status_code == 400
    assert "public addresses only" in answer.text
    assert not Webhook.objects.exists()


def test_who_has_an_address_called_reads_why_it_failed(client):
    member = MembershipFactory().user
    subscription = followed(member, way=Way.WEBHOOK, webhook_url="https://one.example/hook")
    log_in(client, member)
    assert "last called" not in client.get(reverse("terms:follow")).text
    call = outbox.put_call(subscription.webhook, "terms.followed", {}, key="1")
    call.deliveries.create(succeeded=False, detail="http_status 404: https://one.example/hook answered 404")
    page = client.get(reverse("terms:follow")).text
    assert "The page is no longer at its address." in page
    assert "tried again at" in page
    OutboxMessage.objects.update(state="given_up")
    assert "This call is not tried again" in client.get(reverse("terms:follow")).text


def test_services_of_the_same_name_are_told_apart_by_their_collections(reader, client):
    ours, theirs = (CollectionFactory(key=key, name=key.title()) for key in ("open", "theirs"))
    for collection, name in ((ours, "Chirper"), (theirs, "Chirper"), (ours, "Findly")):
        ServiceFactory(collection=collection, key=name, name=name)
    log_in(client, reader)
    page = client.get(reverse("terms:follow")).content.decode()
    assert re.findall(r">((?:Chirper|Findly)[^<]*)</option>", page) == [
        "Chirper (Open)",
        "Chirper (Theirs)",
        "Findly",
    ]


@pytest.mark.parametrize(
    "address",
    ["ftp://a.example/hook", "http://10.0.0.1/hook", "https://[::1]/", "https://me:word@a.example/"],
)
def test_an_address_that_can_never_be_called_is_refused_when_it_is_written(client, address):
    member = MembershipFactory(user__language="en").user
    log_in(client, member)
    page = client.post(reverse("terms:follow"), {"way": Way.WEBHOOK, "webhook_url": address})
    assert page.status_code == 400
    assert "address" in page.context["form"].errors["webhook_url"][0]
    assert not Webhook.objects.exists()


def test_a_phrase_stands_in_the_quotation_marks_of_the_reader():
    with override("fr"):
        assert str(Subscription(phrase="appel")) == "«\xa0appel\xa0»"


def test_a_mail_names_the_day_as_the_pages_do(reader):
    followed(reader, way=Way.MAIL)
    changed(open_terms(), day="2026-02-02T23:30:00+00:00")
    following.sweep()
    assert "3 February 2026" in mails()[0].payload["body"]
