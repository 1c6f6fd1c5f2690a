"""Who follows a library is told of what it removes."""

import pytest
from django.test import Client

from disinfo.portal.models import OutboxMessage, Webhook
from political_ads.services import alerts, finishing
from tests.factories import UserFactory
from tests.political_ads.library_factories import SourceFactory, look, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return SourceFactory(slug="chirper", name="Chirper", platform="chirper")


class TestAlerts:
    def test_followers_and_webhooks_are_told_once(self, source, people):
        Webhook.objects.create(url="https://partner.example/hook", events=["ads.removed"])
        alerts.follow(source=source, user=people["charlie"], wanted=True)
        for day, keys in (("2026-01-01", ["1", "2"]), ("2026-01-02", ["1"]), ("2026-01-05", ["1"])):
            snapshot = look(source, day, keys)
        finishing.finish(snapshot=snapshot, is_walked=True)
        assert sorted(OutboxMessage.objects.values_list("kind", flat=True)) == ["mail", "webhook"]

    def test_a_mail_speaks_the_followers_language_and_ends_in_one_click(self, source, client):
        reader = UserFactory(language="fr")
        alerts.follow(source=source, user=reader, wanted=True)
        finishing.close_archive(source=source, at=moment("2026-01-01"))
        mail = OutboxMessage.objects.get().payload
        assert mail["subject"] == "Chirper\N{NO-BREAK SPACE}: une bibliothèque a été fermée"
        address = mail["headers"]["List-Unsubscribe"].strip("<>")
        assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert address in mail["body"]
        path = "/" + address.split("/", 3)[3]
        asked = client.get(path)
        assert "Chirper" in asked.text
        assert source.followers.exists(), "reading the address alone ends nothing"
        Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
        assert not source.followers.exists()
        assert '<form method="post"' not in client.get(path).text, "opened again, it says that it holds"
        assert client.get(path[:-2] + "x/").status_code == 404

    def test_who_follows_no_longer_is_not_told(self, source):
        user = UserFactory()
        alerts.follow(source=source, user=user, wanted=True)
        alerts.follow(source=source, user=user, wanted=False)
        finishing.close_archive(source=source, at=moment("2026-01-01"))
        assert not OutboxMessage.objects.exists()
