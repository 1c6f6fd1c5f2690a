"""Pages that want checking, pages one watches, names that complete themselves."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from disinfo.accounts.models import AuditEntry, Role
from disinfo.portal.models import OutboxMessage
from encyclopedia.models import Page
from encyclopedia.services import telling, writing
from tests.encyclopedia.factories import PUBLISHES, document, page, source
from tests.encyclopedia.test_pages import log_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
HOME = "/encyclopedia/"


def test_a_page_is_stale_until_a_member_says_it_is_still_true(client):
    target = page()
    Page.objects.update(checked_on=timezone.localdate() - timedelta(days=400))
    assert target.title in client.get(f"{HOME}stale/").content.decode()
    client.post(f"{target.get_absolute_url()}check/")
    assert target.title in client.get(f"{HOME}stale/").content.decode()
    log_in(client, Role.MEMBER)
    assert "still true" in client.get(target.get_absolute_url()).content.decode()
    client.post(f"{target.get_absolute_url()}check/")
    assert target.title not in client.get(f"{HOME}stale/").content.decode()
    assert AuditEntry.objects.filter(verb="encyclopedia.check").count() == 1


def test_what_was_never_checked_comes_first():
    for title, days in (("Old", 500), ("Older", 900), ("New", 3)):
        page(title)
        Page.objects.filter(title=title).update(checked_on=timezone.localdate() - timedelta(days=days))
    page("Never")
    assert [each.title for each in Page.objects.live().stale()] == ["Never", "Older", "Old"]


def test_a_page_by_chance_is_one_that_may_be_read(client):
    assert client.get(f"{HOME}random/").url == HOME
    target = page()
    page("Deleted")
    Page.objects.filter(title="Deleted").update(is_deleted=True)
    assert {client.get(f"{HOME}random/").url for _try in range(5)} == {target.get_absolute_url()}


def test_what_changed_since_one_looked_is_marked_until_one_looks(client):
    watched, other = page("Watched"), page("Other")
    user = UserFactory()
    telling.set_watch(page=watched, user=user, is_on=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert "changed since" not in client.get(f"{HOME}watching/").content.decode()
    writing.save(
        page=watched, base=watched.current, document=document("Watched", body="new"), writer=PUBLISHES
    )
    html = client.get(f"{HOME}watching/").content.decode()
    assert "changed since" in html
    assert other.title not in html
    client.get(watched.get_absolute_url())
    assert "changed since" not in client.get(f"{HOME}watching/").content.decode()


def offered(client, query, **more):
    answer = client.get(f"{HOME}complete/", {"q": query, "language": "en", **more}).json()
    return [each["link"] for each in answer.get("pages", answer.get("sources"))]


def test_names_are_completed_with_typing_errors_and_without_accents(client):
    page("Élections européennes", language="fr")
    page("Hashtag flooding")
    page("Sockpuppet")
    assert offered(client, "Hasht") == ["[[Hashtag flooding]]"]
    assert offered(client, "hashtga floding") == ["[[Hashtag flooding]]"]
    assert offered(client, "elections", language="fr") == ["[[Élections européennes]]"]
    assert offered(client, "") == []


def test_a_renamed_page_is_linked_by_its_address(client):
    page("What [odd] | name")
    Page.objects.update(slug="odd")
    assert offered(client, "what") == ["[[odd|What odd name]]"]


def test_sources_are_offered_by_their_words(client):
    source("roe-2019", author="Jane Roe")
    assert offered(client, "jane", what="sources") == ["[@roe-2019]"]


def test_who_asks_too_often_is_told_to_wait(client, monkeypatch):
    monkeypatch.setattr("disinfo.throttling.AnonymousThrottle.THROTTLE_RATES", {"anonymous": "3/min"})
    codes = [client.get(f"{HOME}complete/?q=x").status_code for _try in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_a_page_by_chance_is_in_the_language_of_the_reader_where_there_is_one(client):
    page("Hashtag flooding", language="en")
    french = page("Inondation", language="fr")
    found = {client.get(f"{HOME}random/", headers={"accept-language": "fr"}).url for _try in range(12)}
    assert found == {french.get_absolute_url()}


def translated():
    """A page, and its translation."""
    original = page("Flood", body="One.")
    saved = writing.create(
        document=document("Inondation", body="Un."),
        language="fr",
        writer=PUBLISHES,
        translation_of=original,
    )
    return original, saved.revision.page


def test_a_translation_is_behind_until_a_member_says_it_has_caught_up(client):
    original, french = translated()
    log_in(client, Role.MEMBER)
    assert "has changed since" not in client.get(french.get_absolute_url()).content.decode()
    said = document("Flood", body="One. Two.")
    latest = writing.save(page=original, base=original.current, document=said, writer=PUBLISHES).revision
    html = client.get(french.get_absolute_url()).content.decode()
    changes = f"/encyclopedia/compare/{original.current_id}/{latest.pk}/"
    assert changes in html
    assert f'value="{latest.pk}"' in html
    beside = client.get(f"{french.get_absolute_url()}edit/").content.decode()
    assert changes in beside
    assert "One. Two." in beside
    caught_up = f"{french.get_absolute_url()}translated/"
    for wrong in ("", "²", french.current_id):
        assert client.post(caught_up, {"origin": wrong}).status_code == 404
    client.post(caught_up, {"origin": latest.pk})
    assert "has changed since" not in client.get(french.get_absolute_url()).content.decode()
    assert AuditEntry.objects.filter(verb="encyclopedia.translation").count() == 1


def test_a_stranger_is_shown_what_a_translation_lacks_and_cannot_call_it_done(client):
    original, french = translated()
    said = document("Flood", body="One. Two.")
    latest = writing.save(page=original, base=original.current, document=said, writer=PUBLISHES).revision
    assert "translated/" not in client.get(french.get_absolute_url()).content.decode()
    client.post(f"{french.get_absolute_url()}translated/", {"origin": latest.pk})
    assert Page.objects.get(pk=french.pk).is_behind()


def test_a_mail_about_a_page_ends_in_one_click_without_a_log_in(client):
    watched, user = page("Watched"), UserFactory()
    telling.set_watch(page=watched, user=user, is_on=True)
    saved = writing.save(
        page=watched, base=watched.current, document=document("Watched", body="new"), writer=PUBLISHES
    )
    telling.tell_watchers(revision=saved.revision.pk)
    payload = OutboxMessage.objects.get().payload
    stop_at = payload["headers"]["List-Unsubscribe"].strip("<>")
    assert stop_at in payload["body"]
    assert payload["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = stop_at.removeprefix(settings.SITE_URL)
    client.handler.enforce_csrf_checks = True
    assert "Watched" in client.get(path).content.decode()
    assert user.watched_pages.count() == 1
    client.post(path, {"List-Unsubscribe": "One-Click"})
    assert user.watched_pages.count() == 0
    assert "Stopped" in client.get(path).content.decode()
    assert client.post(f"{path[:-3]}x/").status_code == 404
