"""What a citizen, an analyst and a regulator read of the libraries, and what programs get."""

import gzip
import hashlib
import io
import json
import zipfile
from datetime import date

import pyarrow.parquet as pq
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.utils import translation

from disinfo.accounts import services as accounts
from disinfo.portal.tools import card_for
from political_ads.apps import INGEST
from political_ads.models import Ad, Advertiser, Alert, LibrarySnapshot, Media, Payer, Rule, RuleHit
from political_ads.services import alerts, demo_library, findable, open_data, rules, starter_rules
from tests.political_ads.library_factories import (
    ElectionFactory,
    RuleFactory,
    SourceFactory,
    changed,
    library_ad,
    look,
    moment,
    record,
    settle,
)

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def source():
    return SourceFactory(slug="chirper", name="Chirper", platform="chirper")


@pytest.fixture
def ads(source):
    """Three looks at a library of four ads."""
    rows = [
        record("1", text="Des pistes cyclables partout"),
        record(
            "2",
            text="La piscine coûte cher",
            payer="",
            countries=("BE",),
            advertiser_id="r",
            advertiser_name="Rivages",
        ),
        record(
            "3", text="Isolez vos combles", started_on=moment("2018-01-01"), stopped_on=moment("2018-02-01")
        ),
        record("4", text="Signez la pétition"),
    ]
    look(source, "2019-05-01", rows)
    look(
        source,
        "2019-05-05",
        [changed("1", text="Des pistes cyclables partout", spend=(500, 999)), *rows[1:3]],
    )
    look(
        source,
        "2019-05-10",
        [changed("1", text="Des pistes cyclables partout", spend=(500, 999)), *rows[1:3]],
    )
    findable.make_findable()
    return {ad.external_id: ad for ad in Ad.objects.all()}


def shown(client, query):
    return {ad.external_id for ad in client.get(f"/ads/library/?{query}").context["page_obj"].object_list}


class TestLibrary:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {"1", "2", "3", "4"}),
            ("q=pistes+cycl", {"1"}),
            ("q=nothing", set()),
            ("advertiser=rivag", {"2"}),
            ("payer=association", {"1", "3", "4"}),
            ("country=be", {"2"}),
            ("presence=removed", {"4"}),
            ("source=chirper", {"1", "2", "3", "4"}),
            ("since=2019-01-01&until=2019-12-31", {"1", "2", "4"}),
            ("until=2018-12-31", {"3"}),
            ("country=nonsense&presence=odd&since=yesterday", {"1", "2", "3", "4"}),
        ],
    )
    def test_ads_are_narrowed(self, client, ads, query, found):
        assert shown(client, query) == found

    def test_by_what_citizens_settled_on(self, client, ads):
        settle("La piscine coûte cher", "new_element")
        assert shown(client, "label=new_element") == {"2"}
        assert shown(client, "label=survey") == set()

    def test_a_long_list_is_counted_no_further_than_it_helps(self, client, ads, monkeypatch):
        monkeypatch.setattr("political_ads.narrowing.MOST_COUNTED", 2)
        assert "More than 2 ads" in client.get("/ads/library/").content.decode()

    def test_payers_are_kept_once(self, ads):
        assert list(Payer.objects.values_list("name", flat=True)) == ["Association Demain"]


class TestAd:
    def test_its_page_says_what_who_and_how_it_changed(self, client, ads):
        page = client.get(ads["1"].get_absolute_url()).content.decode()
        for words in ("pistes cyclables", "Association Demain", "0 – 99", "500 – 999", "not settled"):
            assert words in page or words.replace("0 – 99", "at most 99") in page

    def test_a_removed_one_says_since_when(self, client, ads):
        page = client.get(ads["4"].get_absolute_url()).content.decode()
        assert "removed from the library" in page
        assert "10 May 2019" in page

    def test_without_a_payer_it_says_so(self, client, ads):
        assert "not given by the platform" in client.get(ads["2"].get_absolute_url()).content.decode()

    def test_hostile_words_are_only_words(self, client, source):
        look(
            source,
            "2026-01-01",
            [record("1", text=HOSTILE, payer=HOSTILE, advertiser_name=HOSTILE, details={HOSTILE: HOSTILE})],
        )
        look(source, "2026-01-02", [changed("1", text=HOSTILE + "!", payer=HOSTILE, advertiser_name=HOSTILE)])
        ad = Ad.objects.get()
        for path in (
            ad.get_absolute_url(),
            "/ads/library/",
            f"/ads/dossier/ad/{ad.pk}/",
            ad.advertiser.get_absolute_url(),
        ):
            assert HOSTILE not in client.get(path).content.decode()

    def test_an_identifier_with_a_slash_has_a_page(self, client, source):
        look(source, "2026-01-01", ["a/b c"])
        assert client.get(Ad.objects.get().get_absolute_url()).status_code == 200


class TestRemovals:
    def test_the_story_is_told_with_its_three_numbers(self, client):
        page = client.get("/ads/removals/").content.decode()
        for number in ("31.45", "36.58", "3.06", "13,550", "9,288", "4,957", "695", "415"):
            assert number in page

    def test_a_library_has_the_three_numbers_and_its_looks(self, client, ads):
        response = client.get("/ads/removals/?source=chirper&by=advertiser")
        assert response.context["figures"].removed == 1
        complete = LibrarySnapshot.objects.complete()
        path = f"/ads/removals/?source=chirper&from={complete[0].pk}&to={complete[2].pk}"
        figures = client.get(path).context["figures"]
        assert (figures.before, figures.removed, figures.confirmed, figures.gross) == (4, 1, 1, 25.0)

    def test_the_same_figures_as_csv(self, client, ads):
        complete = LibrarySnapshot.objects.complete()
        path = f"/ads/removals/table.csv?source=chirper&from={complete[0].pk}&to={complete[2].pk}"
        lines = b"".join(client.get(path)).decode().splitlines()
        assert lines[0].startswith("part,before,after")
        assert lines[1].startswith("all,4,3,0,1,25.0,25.0,1,25.0")

    @pytest.mark.parametrize(
        "query", ["source=none", "source=chirper&from=x&to=-1", "source=chirper&from=99&by=odd"]
    )
    def test_what_is_asked_wrongly_gives_a_page(self, client, ads, query):
        assert client.get(f"/ads/removals/?{query}").status_code == 200

    def test_the_numbers_are_cited_by_a_permalink_that_shows_them(self, client, ads):
        first, *_between, last = LibrarySnapshot.objects.complete()
        path = f"/ads/removals/chirper/{first.pk}-{last.pk}/"
        assert path in client.get("/ads/removals/?source=chirper").text
        assert client.get(path, follow=True).context["figures"].removed == 1
        card = card_for(path, AnonymousUser())
        assert "1 ad of 4 went away: gross 25.0 %" in card.summary
        with translation.override("fr"):
            card = card_for(path, AnonymousUser())
        assert "25,0 % brut" in card.summary.replace("\N{NO-BREAK SPACE}", " ").replace(
            "\N{NARROW NO-BREAK SPACE}", " "
        )
        for other in (
            f"chirper/{last.pk}-{first.pk}",
            f"other/{first.pk}-{last.pk}",
            f"chirper/1-{10**17}",
            f"chirper/1-{10**30}",
        ):
            assert client.get(f"/ads/removals/{other}/").status_code == 404
            assert card_for(f"/ads/removals/{other}/", AnonymousUser()) is None

    def test_a_quarantined_look_says_why(self, client, source):
        look(source, "2026-01-01", [record(str(n), advertiser_id=f"p{n}") for n in range(9)])
        look(source, "2026-01-02", [record("1", advertiser_id="p1")])
        assert (
            "more than three in a hundred of the advertisers"
            in client.get("/ads/removals/?source=chirper").content.decode()
        )

    def test_the_scorecard_counts(self, client, ads):
        [card] = client.get("/ads/scorecard/").context["cards"]
        assert (card.ads, card.with_payer, card.removed, card.complete) == (4, 75.0, 1, 3)

    def test_alerts_have_a_feed(self, client, ads):
        assert "ads were removed" in client.get("/ads/alerts/feed/").content.decode()

    def test_an_alert_leads_to_its_own_line(self, client, ads):
        alert = Alert.objects.get()
        page, _, line = alerts.address_of(alert).partition("#")
        shown = client.get(page).content.decode()
        assert f'id="{line}"' in shown
        assert "Ads were removed" in shown


class TestLaw:
    def test_a_settled_label_in_the_window_is_to_check_and_no_more(self, client, ads):
        ElectionFactory()
        RuleFactory(code="fr-l52-1")
        settle("Des pistes cyclables partout", "promotes")
        settle("Isolez vos combles", "promotes")
        assert rules.apply_to(Ad.objects.all()) == 1
        assert rules.apply_to(Ad.objects.all()) == 0
        hit = RuleHit.objects.get()
        assert (hit.ad.external_id, hit.state, hit.since) == ("1", "to_check", date(2019, 1, 10))
        page = client.get("/ads/law/").content.decode()
        assert "to check" in page
        assert "1 November 2018" in page
        assert shown(client, "rule=fr-l52-1") == {"1"}

    def test_a_hit_goes_when_its_label_does(self, ads):
        ElectionFactory()
        RuleFactory()
        settle("Des pistes cyclables partout", "promotes")
        rules.apply_to(Ad.objects.all())
        settle("Des pistes cyclables partout", "engagement")
        rules.drop_outdated()
        assert not RuleHit.objects.exists()

    def test_two_reviewers_settle_a_hit_and_one_does_not(self, as_, people):
        hit = library_ad().hits.get()
        answer = {"decision": "confirm", "note": "It names a candidate."}
        assert as_("rita").post(f"/ads/law/hits/{hit.pk}/", answer).status_code == 302
        assert as_("rita").post(f"/ads/law/hits/{hit.pk}/", answer).status_code == 302
        hit.refresh_from_db()
        assert hit.state == "to_check"
        as_("ada").post(f"/ads/law/hits/{hit.pk}/", answer)
        hit.refresh_from_db()
        assert hit.state == "confirmed"

    def test_a_review_without_a_reason_is_asked_for_one(self, as_):
        hit = library_ad().hits.get()
        response = as_("rita").post(f"/ads/law/hits/{hit.pk}/", {"decision": "confirm", "note": ""})
        assert response.status_code == 200
        assert response.context["form"].errors["note"]

    def test_starter_rules_are_added_once_and_can_be_applied(self, ads):
        ElectionFactory()
        assert starter_rules.add_missing() >= 9
        assert starter_rules.add_missing() == 0
        for rule in Rule.objects.all():
            rule.full_clean()
        rules.apply_to(Ad.objects.all())


class TestDossier:
    def test_the_zip_holds_what_its_sums_say(self, client, ads):
        response = client.get(f"/ads/dossier/ad/{ads['1'].pk}/?format=zip")
        archive = zipfile.ZipFile(io.BytesIO(response.content))
        sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
        assert set(sums) == {"dossier.json", "dossier.html"}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        assert json.loads(archive.read("dossier.json"))["versions"][0]["changes"]["spend"] == [
            [0, 99],
            [500, 999],
        ]

    def test_of_an_advertiser(self, client, ads):
        advertiser = Advertiser.objects.get(external_id="page")
        dossier = client.get(f"/ads/dossier/advertiser/{advertiser.pk}/?format=json").json()
        assert (dossier["ads_in_all"], dossier["ads_removed"]) == (3, 1)


class TestOpenData:
    def test_the_three_formats_hold_the_same_and_the_sums_are_right(self, client, ads, tmp_path, settings):
        settings.OPEN_DATA_DIR = tmp_path / "open"
        open_data.write()
        manifest = client.get("/api/v1/ads/exports/").json()
        for file in manifest["files"]:
            content = b"".join(client.get(f"/ads/data/{file['name']}"))
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
            assert file["rows"] == 4
        folder = open_data.latest()
        lines = [
            json.loads(line) for line in gzip.decompress((folder / "ads.ndjson.gz").read_bytes()).splitlines()
        ]
        table = pq.read_table(folder / "ads.parquet").to_pylist()
        assert [row["external_id"] for row in table] == [row["external_id"] for row in lines]
        assert set(lines[0]) == set(manifest["columns"])
        assert "Association Demain" not in json.dumps(lines)
        assert "pistes" not in json.dumps(lines)

    def test_texts_are_for_accredited_accounts_where_the_portal_may_give_them(
        self, as_, ads, tmp_path, settings
    ):
        settings.OPEN_DATA_DIR = tmp_path / "open"
        settings.ADS_OPEN_TEXTS = True
        open_data.write()
        path = "/ads/data/ads-texts.ndjson.gz"
        assert [as_(who).get(path).status_code for who in ("anonymous", "alice", "rita")] == [403, 403, 200]
        settings.ADS_OPEN_TEXTS = False
        assert as_("rita").get(path).status_code == 403

    @pytest.mark.parametrize("name", ["../manifest.json", "manifest.json.bak", "%2e%2e"])
    def test_nothing_else_can_be_downloaded(self, client, name):
        assert client.get(f"/ads/data/{name}").status_code == 404


class TestApi:
    def test_ads_are_listed_and_narrowed(self, client, ads):
        found = client.get("/api/v1/ads/?country=BE").json()["results"]
        assert [ad["external_id"] for ad in found] == ["2"]
        assert client.get("/api/v1/ads/?since=yesterday").status_code == 400

    def test_one_ad_with_its_history(self, client, ads):
        ad = client.get("/api/v1/ads/chirper:1/").json()
        assert ad["versions"][0]["changes"] == {"spend": [[0, 99], [500, 999]]}

    def test_consistency_gives_the_three_numbers_together(self, client, ads):
        found = client.get("/api/v1/ads/stats/consistency/?source=chirper&from=2019-05-02&by=country").json()
        assert (found["all"]["net"], found["all"]["gross"], found["all"]["unexplained_share"]) == (
            25.0,
            25.0,
            25.0,
        )
        assert client.get("/api/v1/ads/stats/consistency/?source=none").status_code == 404

    def test_ads_sent_in_twice_are_put_in_once(self, client, source, people):
        _token, secret = accounts.create_token(user=people["rita"], name="hers", scopes=["read", INGEST])
        headers = {"authorization": f"Bearer {secret}"}
        body = "".join(json.dumps({"external_id": str(n), "text": "x"}) + "\n" for n in range(3))
        answers = [
            client.post(
                "/api/v1/ads/ingest/chirper/?complete=yes", body, "application/x-ndjson", headers=headers
            )
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [201, 200]
        assert answers[0].json()["status"] == "complete"
        assert (Ad.objects.count(), LibrarySnapshot.objects.count()) == (3, 1)

    def test_a_token_without_the_scope_sends_nothing_in(self, client, source, people):
        _token, secret = accounts.create_token(user=people["rita"], name="hers", scopes=["read"])
        answer = client.post(
            "/api/v1/ads/ingest/chirper/",
            '{"id":"1"}',
            "application/x-ndjson",
            headers={"authorization": f"Bearer {secret}"},
        )
        assert (answer.status_code, Ad.objects.count()) == (403, 0)


def test_the_invented_library_shows_quarantine_and_removals_and_loads_once(client):
    source = demo_library.load()
    demo_library.load()
    looks = source.snapshots.order_by("taken_at")
    assert [each.status for each in looks] == ["complete", "complete", "quarantined", "complete"]
    assert (looks[3].removed_count, looks[3].explained_count) == (15, 4)
    assert client.get(f"/ads/removals/?source={source.slug}").status_code == 200


def test_a_stored_file_is_not_needed_for_the_list(client, source):
    look(source, "2026-01-01", ["1"])
    Media.objects.create(creative=Ad.objects.get().creative, file=ContentFile(b"x", "x.jpg"), state="waiting")
    assert client.get("/ads/library/").status_code == 200


def test_the_page_of_open_data_says_in_french_when_it_was_made_and_what_it_holds(
    client, ads, tmp_path, settings
):
    settings.OPEN_DATA_DIR = tmp_path / "open"
    assert "une fois par jour" in client.get("/ads/data/", headers={"accept-language": "fr"}).text
    open_data.write()
    html = client.get("/ads/data/", headers={"accept-language": "fr"}).text
    assert "premier relevé qui la contient" in html
    assert open_data.manifest()["made_at"] not in html
