"""What a regulator reads: lists, timelines, versions, changes, two dates compared."""

import pytest

from disinfo.accounts.models import AuditEntry
from disinfo.portal.models import Counter, OutboxMessage, SearchEntry, Webhook
from terms_tracker import archives
from terms_tracker.models import Collection, Terms
from terms_tracker.services import indexing
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded

pytestmark = pytest.mark.django_db

OLD = "Terms\n=====\n\nWe keep your searches for 30 days.\n\nYou may appeal within six months."
NEW = "Terms\n=====\n\nWe keep your searches for 90 days.\n\nYou may appeal within six months."
LATEST = NEW + "\n\nWe may train models on what you write."


@pytest.fixture
def terms():
    """Findly's privacy policy, with three versions."""
    service = ServiceFactory(collection=CollectionFactory(key="demo"), key="Findly")
    terms = TermsFactory(service=service, type="Privacy Policy")
    for text, day in ((OLD, "2026-01-10"), (NEW, "2026-02-10"), (LATEST, "2026-03-10")):
        recorded(terms, text, day)
    return terms


def test_the_list_shows_each_service_with_its_last_change(client, terms):
    page = client.get("/terms/").content.decode()
    assert "Findly" in page
    assert "/terms/demo/findly/" in page


def test_a_technical_upgrade_is_no_change_of_the_service(client, terms):
    recorded(terms, LATEST + "\n\nRead by a better engine.", "2026-03-11", is_upgrade=True)
    shown = client.get("/terms/").context["page_obj"].object_list[0]
    assert f"{shown.last_change_at:%Y-%m-%d}" == "2026-03-10"
    indexing.reindex(terms.service.collection, archives.VERSIONS)
    terms.refresh_from_db()
    assert f"{terms.last_change_at:%Y-%m-%d}" == "2026-03-10"


def test_services_are_found_by_words_and_by_health(client, terms):
    TermsFactory(
        service=ServiceFactory(collection=terms.service.collection, key="Chirper"), error_code="http_404"
    )
    assert "Chirper" not in client.get("/terms/?q=find").context["page_obj"].object_list[0].name
    failing = client.get("/terms/?health=failing").context["page_obj"].object_list
    assert [service.name for service in failing] == ["Chirper"]
    Terms.objects.update(is_active=False)
    assert not client.get("/terms/?health=failing").context["page_obj"].object_list


def test_a_timeline_shows_the_versions_newest_first(client, terms):
    shown = client.get(terms.get_absolute_url()).context["page_obj"].object_list
    assert [version.fetched_at.month for version in shown] == [3, 2, 1]
    assert [version.kind for version in shown] == ["change", "change", "first"]


def test_a_version_shows_its_text_and_where_it_comes_from(client, terms):
    version = terms.versions.first()
    page = client.get(version.get_absolute_url()).content.decode()
    assert "train models" in page
    assert version.commit in page
    assert f"/terms/snapshot/{version.snapshot_commits[0]}/" in page


def test_the_source_of_a_version_is_the_archive_byte_for_byte(client, terms):
    answer = client.get(f"/terms/version/{terms.versions.first().commit}/source/")
    assert answer.content.decode() == LATEST
    assert answer["Content-Type"].startswith("text/plain")


def test_a_change_is_shown_word_by_word(client, terms):
    change = terms.versions.get(fetched_at__month=2)
    page = client.get(change.get_change_url())
    assert (page.context["size"].added, page.context["size"].removed) == (1, 1)
    html = page.content.decode()
    assert "<del" in html
    assert "<ins" in html
    assert client.get(change.get_change_url() + "?view=side").status_code == 200


def test_a_change_counts_its_words_as_the_lists_do(client, terms):
    creators = "creators who are paid by a party or by a candidate"
    recorded(
        terms, f"Political advertising is refused, whoever pays. This goes for {creators}.", "2026-04-10"
    )
    accepted = "Political advertising is accepted, but in the three months before an election."
    change = recorded(terms, f"{accepted} The {creators} say so in their video.", "2026-05-10")
    size = client.get(change.get_change_url()).context["size"]
    assert (size.added, size.removed) == (change.words_added, change.words_removed)


def test_two_dates_are_compared_and_the_dates_really_used_are_said(client, terms):
    answer = client.get(terms.get_absolute_url() + "compare/?from=2026-01-15&to=2026-02-15")
    assert answer.context["old"].fetched_at.month == 1
    assert answer.context["new"].fetched_at.month == 2
    assert answer.context["size"].added == 1


def test_a_date_before_the_first_version_gives_the_first(client, terms):
    answer = client.get(terms.get_absolute_url() + "compare/?from=2020-01-01&to=2026-01-20")
    assert answer.context["is_same"]


def test_without_dates_the_first_and_the_last_are_compared(client, terms):
    answer = client.get(terms.get_absolute_url() + "compare/")
    assert (answer.context["old"].fetched_at.month, answer.context["new"].fetched_at.month) == (1, 3)


@pytest.mark.parametrize(
    "date",
    ["yesterday", "2026-13-45", "99999-01-01", "2026-01-01T99:99", "'; DROP TABLE", "0001-01-01"],
)
def test_a_wrong_date_is_explained(client, terms, date):
    answer = client.get(terms.get_absolute_url() + "compare/", {"from": date})
    assert answer.status_code == 200
    assert answer.context["from_is_wrong"]


def test_a_moment_that_utc_does_not_have_is_refused_by_the_api(client, terms):
    asked = {"since": "0001-01-01T00:00:00+14:00"}
    assert client.get("/api/v1/terms/versions/", asked).status_code == 400
    path = f"/api/v1/terms/terms/{terms.pk}/compare/"
    assert client.get(path, {"from": "0001-01-01T00:00:00+14:00"}).status_code == 400


def test_a_snapshot_is_a_file_to_keep_never_a_page(client, terms):
    answer = client.get(f"/terms/snapshot/{terms.versions.first().snapshot_commits[0]}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"train models" in answer.content


def test_the_feed_has_changes_and_first_records_but_no_technical_upgrade(client, terms):
    recorded(terms, LATEST + "\n\nRead by a better engine.", "2026-03-11", is_upgrade=True)
    feed = client.get("/terms/feed/").content.decode()
    assert feed.count("<entry>") == 3
    assert client.get(terms.get_absolute_url() + "feed/").content.decode().count("<entry>") == 3
    assert client.get(terms.service.get_absolute_url() + "feed/").content.decode().count("<entry>") == 3


@pytest.mark.parametrize(
    "path",
    [
        "/terms/version/{0}/",
        "/terms/change/{0}/",
        "/terms/snapshot/{0}/",
        "/terms/nothing/at-all/",
        "/terms/demo/findly/nothing/",
    ],
)
def test_what_does_not_exist_is_not_found(client, terms, path):
    assert client.get(path.format("0" * 40)).status_code == 404


class TestPrivateCollections:
    """What an organisation keeps to itself."""

    @pytest.fixture
    def secret(self, private_collection):
        terms = TermsFactory(service=ServiceFactory(collection=private_collection, key="Zephyr"))
        recorded(terms, "First secret text", "2026-01-01")
        recorded(terms, "Second secret text", "2026-01-02")
        return terms

    def paths(self, terms):
        commit = terms.versions.first().commit
        yield from (
            terms.get_absolute_url(),
            terms.service.get_absolute_url(),
            terms.get_absolute_url() + "compare/",
        )
        yield from (f"/terms/{kind}/{commit}/" for kind in ("version", "change"))
        yield f"/terms/version/{commit}/source/"
        yield f"/terms/snapshot/{terms.snapshots.first().commit}/"
        yield f"/api/v1/terms/versions/{commit}/"
        yield f"/api/v1/terms/terms/{terms.pk}/compare/"

    def test_members_read_everything(self, as_, secret):
        alice = as_("alice")
        assert [alice.get(path).status_code for path in self.paths(secret)] == [200] * 9

    @pytest.mark.parametrize("who", ["anonymous", "charlie"])
    def test_a_stranger_cannot_learn_that_it_exists(self, as_, secret, who):
        stranger = as_(who)
        assert [stranger.get(path).status_code for path in self.paths(secret)] == [404] * 9
        for path in (
            "/terms/",
            "/terms/changes/",
            "/terms/feed/",
            "/",
            "/search/?q=secret",
            "/sitemap.xml",
            "/activity/",
        ):
            assert "ephyr" not in stranger.get(path).content.decode()
        for path in ("/api/v1/terms/services/", "/api/v1/terms/versions/", "/api/v1/search/?q=secret"):
            assert "ephyr" not in stranger.get(path).content.decode()

    def test_members_find_it(self, as_, secret):
        assert "Zephyr" in as_("alice").get("/search/?q=secret").content.decode()
        assert "Zephyr" in as_("alice").get("/terms/").content.decode()

    def test_members_of_a_suspended_organisation_find_it_no_more(self, as_, secret, organisation):
        organisation.status = organisation.Status.SUSPENDED
        organisation.save()
        assert "Zephyr" not in as_("alice").get("/search/?q=secret").content.decode()

    def test_without_an_organisation_only_administrators_read_it(self, as_):
        Webhook.objects.create(url="https://partner.example/hook")
        terms = TermsFactory(
            service=ServiceFactory(collection=CollectionFactory(is_public=False), key="Zephyr")
        )
        recorded(terms, "First secret text", "2026-01-01")
        recorded(terms, "Second secret text", "2026-01-02")
        assert not SearchEntry.objects.exists()
        assert not OutboxMessage.objects.exists()
        assert not Counter.objects.filter(name="terms.changes").exists()
        assert as_("ada").get(terms.get_absolute_url()).status_code == 200
        assert as_("charlie").get(terms.get_absolute_url()).status_code == 404

    def test_closing_a_collection_takes_it_out_of_the_search_and_opening_puts_it_back(self, as_, terms):
        path = f"/admin/terms_tracker/collection/{terms.service.collection.pk}/change/"
        remotes = {"remotes-TOTAL_FORMS": "0", "remotes-INITIAL_FORMS": "0"}
        fields = {"name": "Demo", "languages": "[]", "jurisdictions": "[]", **remotes}
        assert as_("ada").post(path, fields).status_code == 302
        assert as_("anonymous").get("/search/?q=train").context["total"] == 0
        assert not SearchEntry.objects.exists()
        as_("ada").post(path, {**fields, "is_public": "on"})
        assert as_("anonymous").get("/search/?q=train").context["total"] == 1
        assert [
            entry.detail["is_public"]
            for entry in AuditEntry.objects.filter(verb="terms.collection_saved").order_by("pk")
        ] == [False, True]

    def test_what_the_index_still_says_is_public_is_not_shown(self, as_, terms):
        Collection.objects.update(is_public=False)
        assert as_("anonymous").get("/search/?q=train").context["total"] == 0

    def test_its_feed_is_nobodys(self, as_, secret):
        assert as_("alice").get(secret.get_absolute_url() + "feed/").status_code == 404
        assert "ephyr" not in as_("alice").get("/terms/feed/").content.decode()

    def test_only_who_may_can_ask_for_a_check(self, as_, secret):
        path = secret.get_absolute_url() + "check/"
        assert as_("rita").post(path).status_code == 302
        assert as_("alice").post(path).status_code == 403
        assert as_("charlie").post(path).status_code == 404
        assert as_("anonymous").post(path).url.startswith("/accounts/login/")
