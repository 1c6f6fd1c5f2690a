"""Collections elsewhere are asked what they track; one that is silent or lies breaks nothing."""

import json

import pytest

from disinfo import fetcher
from terms_tracker.models import Peer
from terms_tracker.services import federation
from tests.servers import Answer, serving

pytestmark = pytest.mark.django_db
SERVICES = [{"id": "Chirper", "name": "Chirper Inc.", "terms": [{"type": "Privacy Policy"}]}]


@pytest.fixture
def theirs(settings):
    settings.FETCH_HOST_DELAY_MS = 0
    with serving() as server:
        settings.FETCH_ALLOW = [server.address]
        server.answers["/v1/metadata"] = Answer(json.dumps({"id": "pga"}))
        server.answers["/v1/services"] = Answer(json.dumps(SERVICES))
        yield server
        fetcher.close()


@pytest.fixture
def peer(theirs):
    return Peer.objects.create(name="Platforms", endpoint=theirs.url("/v1"))


def test_what_they_track_is_found_by_name_and_type(client, peer):
    assert federation.refresh_all() == 1
    answer = client.get(
        "/api/v1/terms/federation/services", {"name": "chirp", "termsType": "Privacy Policy"}
    ).json()
    [found] = answer["results"]
    assert (found["collection"], found["service"]["id"]) == ("Platforms", "Chirper")
    assert answer["failures"] == []
    assert not client.get("/api/v1/terms/federation/services", {"termsType": "Cookies"}).json()["results"]
    assert "Tracked elsewhere" in client.get("/terms/?q=chirp").content.decode()


def test_one_service_tells_who_tracks_it(client, peer):
    federation.refresh_all()
    assert client.get("/api/v1/terms/federation/service/Chirper").json()["results"]
    assert client.get("/api/v1/terms/federation/service/Nobody").status_code == 404
    assert client.get("/api/v1/terms/federation/service/a<b").status_code == 400


@pytest.mark.parametrize("body", ["no JSON", "{}", "[1]", '[{"name": "x"}]', "[" * 100_000])
def test_an_answer_that_cannot_be_is_noted_and_what_was_said_before_stays(client, theirs, peer, body):
    federation.refresh_all()
    theirs.answers["/v1/services"] = Answer(body)
    assert federation.refresh_all() == 0
    answer = client.get("/api/v1/terms/federation/services", {"name": "chirp"}).json()
    assert answer["results"]
    assert answer["failures"][0]["collection"] == "Platforms"


def test_one_that_is_away_does_not_stop_the_others(peer):
    Peer.objects.create(name="Away", endpoint="http://127.0.0.1:9/v1")
    assert federation.refresh_all() == 1
    assert Peer.objects.get(name="Away").problem
