"""Libraries are imported: what is new, what changed, what is gone, and what happens when things go wrong."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disinfo.accounts.models import AuditEntry
from disinfo.leases import lease
from disinfo.portal.models import SearchEntry
from political_ads import comparisons, presence
from political_ads.models import (
    Ad,
    AdVersion,
    Advertiser,
    Alert,
    Creative,
    LibrarySnapshot,
    Media,
    PresenceEvent,
    Source,
    Task,
)
from political_ads.services import batches, findable, finishing, importing, interfaces, totals
from political_ads.services.snapshots import ImportRefusedError
from political_ads.sources import Refused, SourceFileError
from tests.political_ads.library_factories import SourceFactory, changed, look, moment, record
from tests.shared_data import need_shared_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return SourceFactory(slug="chirper", name="Chirper", platform="chirper")


def presence_of(source):
    return dict(Ad.objects.filter(source=source).order_by("pk").values_list("external_id", "presence"))


class TestWhatIsNew:
    def test_ads_with_one_text_share_a_creative_which_is_queued_once(self, source):
        look(source, "2026-01-01", [record("1", text="Votez  POUR"), record("2", text="votez pour"), "3"])
        assert (Ad.objects.count(), Creative.objects.count(), Task.objects.count()) == (3, 2, 2)

    def test_ads_without_words_are_told_apart_by_their_picture(self, source):
        picture = {"text": "", "pictures": ("https://media.example/1.jpg",)}
        look(source, "2026-01-01", [record("1", **picture), record("2", **picture), record("3", text="")])
        assert Creative.objects.count() == 2
        assert Media.objects.get().origin == "https://media.example/1.jpg"

    def test_of_two_rows_with_one_identifier_the_first_counts(self, source):
        snapshot = look(source, "2026-01-01", [record("1", payer="A"), record("1", payer="B")])
        assert (snapshot.seen_count, Ad.objects.get().payer) == (1, "A")

    def test_a_refused_row_is_reported_and_the_rest_goes_on(self, source):
        rows = [str(n) for n in range(200)]
        snapshot = look(source, "2026-01-01", [*rows, Refused(7, "no identifier")])
        assert (snapshot.status, snapshot.seen_count) == ("complete", 200)
        assert snapshot.refusals == [[7, "no identifier"]]

    def test_what_is_new_is_found_by_the_search(self, source, client):
        look(source, "2026-01-01", [record("1", text="Des pistes cyclables")])
        assert findable.make_findable() == 1
        assert findable.make_findable() == 0
        assert SearchEntry.objects.get(tool="ads").url == "/ads/ad/chirper/1/"

    def test_advertisers_are_counted_and_renamed(self, source):
        look(source, "2026-01-01", ["1", "2"])
        look(
            source,
            "2026-01-02",
            [record("1", advertiser_name="Nouveau Nom"), record("2", advertiser_name="Nouveau Nom")],
        )
        advertiser = Advertiser.objects.get()
        assert (advertiser.name, advertiser.ads_count) == ("Nouveau Nom", 2)

    def test_the_name_an_advertiser_had_is_kept_shown_and_found(self, source, client):
        look(source, "2026-01-01", [record("1", advertiser_name="Premier Nom")])
        look(source, "2026-01-02", [record("1", advertiser_name="Nouveau Nom")])
        look(source, "2026-01-03", [record("1", advertiser_name="Nouveau Nom")])
        advertiser = Advertiser.objects.get()
        assert [(each.name, each.until.day) for each in advertiser.former_names.all()] == [("Premier Nom", 2)]
        assert "Premier Nom" in client.get(advertiser.get_absolute_url()).content.decode()
        for address in ("/ads/advertisers/?q=premier", "/ads/library/?advertiser=premier"):
            assert "Nouveau Nom" in client.get(address).content.decode()


class TestWhatChanged:
    def test_a_change_is_kept_as_a_version_with_before_and_after(self, source):
        look(source, "2026-01-01", ["1", "2"])
        snapshot = look(source, "2026-01-02", [changed("1", impressions=(5000, 9999), payer="Autre"), "2"])
        assert snapshot.changed_count == 1
        assert AdVersion.objects.get().changes == {
            "impressions": [[1000, 4999], [5000, 9999]],
            "payer": ["Association Demain", "Autre"],
        }
        ad = Ad.objects.get(external_id="1")
        assert (ad.payer, ad.first_seen_at) == ("Autre", moment("2026-01-01"))

    def test_the_same_a_day_later_changes_nothing(self, source):
        look(source, "2026-01-01", ["1", "2"])
        snapshot = look(source, "2026-01-02", ["1", "2"])
        assert (snapshot.added_count, snapshot.changed_count, AdVersion.objects.count()) == (0, 0, 0)

    def test_measures_are_kept_up_to_date_without_a_version(self, source):
        look(source, "2026-01-01", [changed("1", details={"demographic_distribution": [1]})])
        look(source, "2026-01-02", [changed("1", details={"demographic_distribution": [2]})])
        assert (AdVersion.objects.count(), Ad.objects.get().details) == (0, {"demographic_distribution": [2]})


class TestWhatIsGone:
    def test_present_missing_removed_and_back(self, source):
        look(source, "2026-01-01", ["1", "2"])
        look(source, "2026-01-02", ["1"])
        assert presence_of(source) == {"1": "present", "2": "missing"}
        look(source, "2026-01-03", ["1"])
        assert presence_of(source)["2"] == "missing"
        snapshot = look(source, "2026-01-04", ["1"])
        assert (presence_of(source)["2"], snapshot.removed_count) == ("removed", 1)
        snapshot = look(source, "2026-01-05", ["1", "2"])
        assert (presence_of(source)["2"], snapshot.reappeared_count) == ("present", 1)
        assert [event.kind for event in PresenceEvent.objects.order_by("at")] == ["removed", "reappeared"]
        assert Ad.objects.get(external_id="2").intervals.get().until == moment("2026-01-01")

    def test_a_partial_look_takes_nothing_away(self, source):
        look(source, "2026-01-01", ["1", "2"])
        for day in ("2026-01-03", "2026-01-06"):
            assert look(source, day, ["1"], is_walked=False).status == "partial"
        assert presence_of(source)["2"] == "present"

    def test_a_look_that_is_not_believed_takes_nothing_away_and_is_told(self, source):
        rows = [record(str(n), advertiser_id=f"page{n}") for n in range(10)]
        look(source, "2026-01-01", rows)
        snapshot = look(source, "2026-01-05", rows[:5])
        assert (snapshot.status, snapshot.reasons) == ("quarantined", ["advertisers_silent"])
        assert set(presence_of(source).values()) == {"present"}
        assert Alert.objects.get().kind == "quarantined"

    def test_what_retention_accounts_for_is_explained(self):
        source = SourceFactory(retention_days=30)
        stopped = moment("2025-11-01")
        look(source, "2026-01-01", [record("1"), record("2", stopped_on=stopped), record("3")])
        look(source, "2026-01-04", ["1"])
        snapshot = look(source, "2026-01-08", ["1"])
        assert (snapshot.removed_count, snapshot.explained_count) == (2, 1)

    def test_a_library_that_is_closed_is_no_removal(self, source):
        look(source, "2026-01-01", ["1", "2"])
        assert finishing.close_archive(source=source, at=moment("2026-01-02")) == 2
        assert set(presence_of(source).values()) == {"closed"}
        assert not PresenceEvent.objects.filter(kind="removed").exists()
        source.refresh_from_db()
        with pytest.raises(ImportRefusedError, match="closed"):
            look(source, "2026-01-03", ["1"])

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(st.frozensets(st.sampled_from("abc"), min_size=1), st.booleans()),
            min_size=1,
            max_size=7,
        )
    )
    def test_the_database_says_what_the_rules_say(self, held):
        source = SourceFactory()
        start = datetime(2026, 1, 1, tzinfo=UTC)
        found = []
        for number, (keys, is_walked) in enumerate(held):
            at = start + timedelta(days=number)
            snapshot = look(source, at.isoformat(), sorted(keys), is_walked=is_walked)
            found.append(presence.Look(at, keys, snapshot.status == "complete"))
        states, events = presence.replay(found)
        assert presence_of(source) == {key: state.presence.value for key, state in states.items()}
        told = PresenceEvent.objects.filter(source=source).values_list("ad__external_id", "kind", "at")
        assert set(told) == {(event.key, event.change.value, event.at) for event in events}
        for one in found:
            if one.is_complete:
                at_that_time = Ad.objects.filter(source=source).held_at(one.at)
                assert set(at_that_time.values_list("external_id", flat=True)) >= set(one.keys)


class TestTwoLooksCompared:
    def test_the_three_numbers_and_what_they_are_made_of(self):
        source = SourceFactory(purged_before=moment("2025-12-01").date())
        old = moment("2025-11-01")
        first = look(
            source, "2026-01-01", ["1", "2", record("3", stopped_on=old), record("4", countries=("BE",))]
        )
        second = look(
            source,
            "2026-01-05",
            ["1", record("5", started_on=moment("2025-12-20")), record("6", started_on=moment("2026-01-02"))],
        )
        figures = comparisons.compare(first, second)
        assert (figures.before, figures.after, figures.added, figures.removed) == (4, 3, 2, 3)
        assert (figures.explained, figures.unexplained, figures.back_filled) == (1, 2, 1)
        assert (figures.net, figures.gross, figures.unexplained_share) == (25.0, 75.0, 50.0)
        by_country = {
            part.name: part.figures.removed for part in comparisons.compare_by("country", first, second)
        }
        assert by_country == {"FR": 2, "BE": 1}

    def test_any_two_looks_can_be_compared_though_ads_came_back_since(self, source):
        first = look(source, "2026-01-01", ["1", "2"])
        second = look(source, "2026-01-02", ["1"])
        look(source, "2026-01-03", ["1", "2"])
        figures = comparisons.compare(first, second)
        assert (figures.before, figures.after, figures.removed) == (2, 1, 1)

    def test_another_number_of_days_of_retention_is_counted_at_once(self, source):
        first = look(source, "2026-01-01", ["1", record("2", stopped_on=moment("2025-06-01"))])
        second = look(source, "2026-01-02", ["1"])
        assert comparisons.compare(first, second).explained == 0
        Source.objects.update(retention_days=90)
        fresh = LibrarySnapshot.objects.in_bulk([first.pk, second.pk])
        assert comparisons.compare(fresh[first.pk], fresh[second.pk]).explained == 1


class TestThingsGoWrong:
    def write(self, path, count):
        path.write_text(
            "".join(json.dumps({"external_id": str(n), "text": f"ad {n}"}) + "\n" for n in range(count))
        )

    def test_an_import_that_was_killed_goes_on_where_it_stopped(self, source, tmp_path, monkeypatch):
        path = tmp_path / "ads.ndjson"
        self.write(path, 50)
        monkeypatch.setattr(batches, "SIZE", 10)
        write, calls = batches.BatchWriter.write, []

        def dies(writer, records):
            calls.append(1)
            if len(calls) == 4:
                raise KeyboardInterrupt
            return write(writer, records)

        monkeypatch.setattr(batches.BatchWriter, "write", dies)
        at = moment("2026-01-01")
        with pytest.raises(KeyboardInterrupt):
            importing.import_file(source=source, path=path, taken_at=at)
        left = LibrarySnapshot.objects.get()
        assert (left.status, left.rows_done, Ad.objects.count()) == ("running", 30, 30)
        [snapshot] = importing.import_file(source=source, path=path, taken_at=at).snapshots
        assert (snapshot.pk, snapshot.status, snapshot.seen_count, Ad.objects.count()) == (
            left.pk,
            "complete",
            50,
            50,
        )
        assert len(calls) == 6

    def test_a_file_that_breaks_off_at_once_leaves_nothing_in_the_way_of_a_whole_one(self, source, tmp_path):
        path, at = tmp_path / "ads.ndjson.gz", moment("2026-01-01")
        self.write(tmp_path / "plain", 500)
        whole = gzip.compress((tmp_path / "plain").read_bytes())
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(SourceFileError, match="cannot be read"):
            importing.import_file(source=source, path=path, taken_at=at)
        assert not LibrarySnapshot.objects.exists()
        path.write_bytes(whole)
        [snapshot] = importing.import_file(source=source, path=path, taken_at=at).snapshots
        assert (snapshot.status, snapshot.seen_count) == ("complete", 500)

    def test_a_file_that_breaks_off_later_is_a_partial_look_that_a_whole_one_completes(
        self, source, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(batches, "SIZE", 10)
        look(source, "2026-01-01", [record(str(number), advertiser_id="") for number in range(40)])
        path, at = tmp_path / "ads.ndjson", moment("2026-01-05")
        self.write(path, 30)
        whole = path.read_text()
        path.write_text(whole[:-12])
        with pytest.raises(SourceFileError, match="breaks off in line 30"):
            importing.import_file(source=source, path=path, taken_at=at)
        partial = LibrarySnapshot.objects.get(taken_at=at)
        assert (partial.status, partial.seen_count) == ("partial", 20)
        assert set(presence_of(source).values()) == {"present"}, "what was cut away is not missing"
        path.write_text(whole)
        [snapshot] = importing.import_file(source=source, path=path, taken_at=at).snapshots
        assert (snapshot.pk, snapshot.status, snapshot.seen_count) == (partial.pk, "complete", 30)
        assert [snapshot.reasons, snapshot.refused_count] == [[], 0]
        assert presence_of(source)["39"] == "missing"

    def test_a_better_file_of_the_same_moment_goes_on_with_a_look_that_is_not_believed(
        self, source, tmp_path
    ):
        path, at = tmp_path / "ads.ndjson", moment("2026-01-01")
        path.write_text('{"external_id": "1", "text": "a"}\nnonsense\n')
        importing.import_file(source=source, path=path, taken_at=at)
        path.write_text('{"external_id": "1", "text": "a"}\n{"external_id": "2", "text": "b"}\n')
        [snapshot] = importing.import_file(source=source, path=path, taken_at=at).snapshots
        assert (snapshot.status, snapshot.seen_count, snapshot.refused_count) == ("complete", 2, 0)
        path.write_text('{"external_id": "3", "text": "c"}\n')
        with pytest.raises(ImportRefusedError, match="order of time"):
            importing.import_file(source=source, path=path, taken_at=at)

    def test_the_same_file_twice_changes_nothing(self, source, tmp_path):
        path = tmp_path / "ads.ndjson"
        self.write(path, 5)
        importing.import_file(source=source, path=path, taken_at=moment("2026-01-01"))
        before = list(Ad.objects.order_by("pk").values())
        again = importing.import_file(source=source, path=path, taken_at=moment("2026-01-01"))
        assert again.is_known
        assert (LibrarySnapshot.objects.count(), list(Ad.objects.order_by("pk").values())) == (1, before)

    def test_an_earlier_snapshot_after_a_later_one_is_refused(self, source):
        look(source, "2026-01-02", ["1"])
        with pytest.raises(ImportRefusedError, match="order of time"):
            look(source, "2026-01-01", ["1"])

    def test_two_imports_of_one_source_at_the_same_time_are_refused(self, source, tmp_path):
        path = tmp_path / "ads.ndjson"
        self.write(path, 1)
        with (
            lease(f"ads-import:{source.pk}", seconds=60),
            pytest.raises(ImportRefusedError, match="another process"),
        ):
            importing.import_file(source=source, path=path)

    def test_an_administrator_may_overrule_with_a_reason(self, source, people):
        look(source, "2026-01-01", ["1", "2"])
        snapshot = look(source, "2026-01-02", ["1"], is_walked=False)
        with pytest.raises(finishing.OverruleError, match="why"):
            finishing.overrule(snapshot=snapshot, reason=" ", actor=people["ada"])
        finishing.overrule(snapshot=snapshot, reason="Seen by hand", actor=people["ada"])
        assert presence_of(source)["2"] == "missing"
        assert AuditEntry.objects.get(verb="ads.snapshot_overruled").detail["reason"] == "Seen by hand"

    def test_a_snapshot_with_a_later_one_stays_as_it_is(self, source, people):
        look(source, "2026-01-01", ["1"])
        snapshot = look(source, "2026-01-02", ["1"], is_walked=False)
        look(source, "2026-01-03", ["1"])
        with pytest.raises(finishing.OverruleError, match="later"):
            finishing.overrule(snapshot=snapshot, reason="x", actor=people["ada"])

    def test_without_a_token_the_interface_is_not_asked(self, source, settings):
        settings.ADS_META_TOKEN = ""
        source.format = "meta"
        with pytest.raises(interfaces.InterfaceError, match="ADS_META_TOKEN"):
            interfaces.look(source=source)


def test_an_interface_is_looked_at_again_once_its_hours_are_over():
    at = moment("2026-03-02T12:00")
    never, long_ago, lately, _file, _closed = (
        SourceFactory(kind="api", every_hours=6),
        SourceFactory(kind="api", every_hours=6),
        SourceFactory(kind="api", every_hours=6),
        SourceFactory(kind="file"),
        SourceFactory(kind="api", is_closed_since=at),
    )
    for source, hours in ((long_ago, 30), (long_ago, 7), (lately, 8), (lately, 5)):
        LibrarySnapshot.objects.create(source=source, taken_at=at - timedelta(hours=hours))
    assert set(Source.objects.due(at)) == {never, long_ago}


@pytest.mark.data
def test_the_snapchat_pair_of_2020(source):
    source.format = "snapchat"
    source.save()
    for day in ("2020-02-28", "2020-09-30"):
        path = need_shared_data(f"ads/snapchat/2020_asof_{day}.csv")
        importing.import_file(source=source, path=path, taken_at=moment(day))
    figures = comparisons.compare(*LibrarySnapshot.objects.complete())
    assert (figures.removed, figures.added, figures.back_filled) == (0, 4705, 77)
    assert sum("impressions" in version.changes for version in AdVersion.objects.all()) == 280


@pytest.mark.data
def test_the_czech_totals_replay_through_the_database():
    source = SourceFactory(format="totals", country="CZ")
    path = need_shared_data("ads/cz_2022_2023_daily_page_totals.csv.gz")
    importing.import_file(source=source, path=path)
    replay = totals.replay(source)
    assert (replay.snapshots, replay.removed, replay.absences, replay.quarantined) == (57, 0, 106, 1)
    assert LibrarySnapshot.objects.exclude(status="complete").get().taken_at == moment("2023-01-04")
