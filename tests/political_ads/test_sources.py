"""Files of ad libraries become records, and what cannot be read says why."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from political_ads.sources import (
    FORMATS,
    AdRecord,
    Refused,
    SourceFileError,
    parser_of,
    records_of,
    rows_of,
    rows_of_ndjson,
)
from political_ads.sources.meta_api import Walk
from political_ads.sources.values import date_of, number_of, range_of, text_of, without_secrets
from tests.shared_data import need_shared_data

META_2019 = {
    "ad_creation_time": "2019-04-08T18:43:45+0000",
    "ad_creative_body": "Votez pour notre liste.",
    "ad_delivery_start_time": "2019-04-08T18:43:46+0000",
    "ad_snapshot_url": "https://www.facebook.com/ads/archive/render_ad/?id=123456&access_token=SECRET",
    "currency": "EUR",
    "funding_entity": "Association Demain",
    "impressions": {"lower_bound": "1000", "upper_bound": "4999"},
    "page_id": "42",
    "page_name": "Demain la Ville",
    "region_distribution": [{"percentage": "1", "region": "Île-de-France"}],
    "spend": {"lower_bound": "0", "upper_bound": "99"},
}
META_TODAY = {
    "id": "123456",
    "ad_creative_bodies": ["Votez pour notre liste.", "Venez voter dimanche."],
    "ad_delivery_start_time": "2026-03-01",
    "bylines": "Association Demain",
    "estimated_audience_size": {"lower_bound": "1000001"},
    "page_id": "42",
    "page_name": "Demain la Ville",
    "spend": {"lower_bound": "100"},
}


def read(path, form, columns=None):
    return list(records_of(rows_of(path), parser_of(form, columns)))


class TestMeta:
    def test_the_names_of_2019_are_read(self):
        ad = FORMATS["meta"](META_2019)
        assert (ad.external_id, ad.text, ad.payer) == (
            "123456",
            "Votez pour notre liste.",
            "Association Demain",
        )
        assert (ad.spend, ad.impressions) == ((0, 99), (1000, 4999))
        assert ad.started_on == datetime(2019, 4, 8, 18, 43, 46, tzinfo=UTC)
        assert ad.details == {"region_distribution": [{"percentage": "1", "region": "Île-de-France"}]}

    def test_the_names_of_today_are_read_and_every_variant_is_kept(self):
        ad = FORMATS["meta"](META_TODAY)
        assert (ad.payer, ad.spend) == ("Association Demain", (100, None))
        assert ad.details["ad_creative_bodies"] == META_TODAY["ad_creative_bodies"]

    def test_no_token_is_kept(self):
        row = {**META_2019, "extra": "https://x.example/?access_token=SECRET&id=1"}
        assert "SECRET" not in repr(FORMATS["meta"](row))

    def test_an_ad_without_an_identifier_is_refused(self):
        [refused] = records_of([(7, {"page_name": "x"})], FORMATS["meta"])
        assert refused == Refused(7, "no identifier")


class TestOthers:
    def test_a_report_gives_totals_by_page_and_payer(self, tmp_path):
        path = tmp_path / "report.csv"
        path.write_text(
            "\ufeffPage ID,Page Name,Disclaimer,Amount Spent (EUR),Number of Ads in Library\n"
            '1,Ville,These ads ran without a disclaimer,≤100,3\n2,Rivages,Union,"1,250",7\n',
            encoding="utf-8",
        )
        first, second = read(path, "totals")
        assert (first.advertiser_id, first.payer, first.ads_count, first.spend) == ("1", "", 3, (0, 100))
        assert (second.payer, second.spend, second.currency) == ("Union", (1250, 1250), "EUR")

    def test_a_report_of_2019_has_names_only(self):
        total = FORMATS["totals"](
            {"Page Name": "Ville", "Disclaimer": "V", "Amount Spent": "9", "Number of Ads in Library": "2"}
        )
        assert total.advertiser_id == "name:Ville"

    def test_the_google_bundle(self):
        ad = FORMATS["google"](
            {
                "Ad_ID": "CR1", "Ad_URL": "https://ads.example/CR1", "Regions": "FR,BE", "Advertiser_ID": "AR9",
                "Advertiser_Name": "Union", "Date_Range_Start": "2024-05-01", "Impressions": "10k-100k",
                "Spend_Range_Min_EUR": "100", "Spend_Range_Max_EUR": "1000", "Spend_Range_Min_USD": "110",
                "Age_Targeting": "18-24",
            }
        )  # fmt: skip
        assert (ad.impressions, ad.spend, ad.currency, ad.countries) == (
            (10_000, 100_000),
            (100, 1000),
            "EUR",
            ("FR", "BE"),
        )
        assert ad.details["Age_Targeting"] == "18-24"

    def test_snapchat(self):
        ad = FORMATS["snapchat"](
            {
                "ADID": "abc", "CreativeUrl": "https://snap.example/asset/1?mediaType=png", "Currency Code": "EUR",
                "Spend": "20", "Impressions": "16329", "StartDate": "2020/01/20 17:37:07Z", "EndDate": "",
                "OrganizationName": "Org", "PayingAdvertiserName": "Union", "CountryCode": "france",
            }
        )  # fmt: skip
        assert (ad.countries, ad.spend, ad.stopped_on) == (("FR",), (20, 20), None)
        assert ad.pictures == ("https://snap.example/asset/1?mediaType=png",)

    def test_a_repository_of_the_dsa(self):
        ad = FORMATS["dsa"](
            {"id": "9", "content": "Achetez", "on_behalf_of": "Isolation", "paid_by": "Holding",
             "member_states": {"FR": 100, "BE": 3}, "recipients_total": 103}
        )  # fmt: skip
        assert (ad.advertiser_name, ad.payer, ad.countries, ad.impressions) == (
            "Isolation",
            "Holding",
            ("FR", "BE"),
            (103, 103),
        )

    def test_any_table_by_a_map_of_columns(self, tmp_path):
        path = tmp_path / "table.csv"
        path.write_text("No;Texte;Budget\n1;Bonjour;10-20\n", encoding="utf-8")
        [ad] = read(path, "generic", {"external_id": "No", "text": "Texte", "spend": "Budget"})
        assert (ad.external_id, ad.text, ad.spend) == ("1", "Bonjour", (10, 20))

    def test_a_map_to_a_field_that_is_none_is_refused_with_those_there_are(self):
        with pytest.raises(SourceFileError, match="external_id"):
            parser_of("generic", {"identifier": "No"})


class TestFiles:
    @pytest.mark.parametrize(
        "body", [json.dumps([META_TODAY]), json.dumps({"data": [META_TODAY]}), json.dumps(META_TODAY)]
    )
    def test_json_is_read_in_each_of_its_shapes(self, tmp_path, body):
        path = tmp_path / "ads.json"
        path.write_text(body)
        assert [ad.external_id for ad in read(path, "meta")] == ["123456"]

    def test_gzip_is_read(self, tmp_path):
        path = tmp_path / "ads.ndjson.gz"
        path.write_bytes(gzip.compress((json.dumps(META_TODAY) + "\n").encode()))
        assert len(read(path, "meta")) == 1

    def test_one_bad_line_does_not_stop_the_rest(self):
        lines = b'{"id": "1"}\nnot json\n[1]\n{"id": "2", "spend": "abc"}\n{"id": "3"}\n'
        found = list(records_of(rows_of_ndjson(lines), FORMATS["meta"]))
        assert [ad.external_id for ad in found if isinstance(ad, AdRecord)] == ["1", "3"]
        assert [each.line for each in found if isinstance(each, Refused)] == [2, 3, 4]

    @pytest.mark.parametrize("content", [b"", b"hello", b"{}{", b"\x1f\x8bbroken", b"[1, 2"])
    def test_a_file_that_cannot_be_read_says_so(self, tmp_path, content):
        path = tmp_path / "file"
        path.write_bytes(content)
        with pytest.raises(SourceFileError):
            list(rows_of(path))

    def test_a_table_cut_in_the_middle_of_its_last_row_is_not_taken_for_whole(self, tmp_path):
        path = tmp_path / "file"
        path.write_text("external_id,text,payer\n1,a,P\n2,b")
        rows = rows_of(path)
        assert next(rows)[1]["payer"] == "P"
        with pytest.raises(SourceFileError, match="breaks off in line 3"):
            next(rows)

    @pytest.mark.parametrize("end", ["2,b\n", "2,b,", "2,b,Q"])
    def test_a_table_that_ends_a_row_is_whole(self, tmp_path, end):
        path = tmp_path / "file"
        path.write_text("external_id,text,payer\n1,a\n" + end)
        assert [row["external_id"] for _line, row in rows_of(path)] == ["1", "2"]

    def test_a_table_in_another_encoding_is_refused_instead_of_losing_its_letters(self, tmp_path):
        path = tmp_path / "file"
        path.write_bytes("external_id,text\n1,Été à la mer\n".encode("latin-1"))
        with pytest.raises(SourceFileError, match="UTF-8"):
            list(rows_of(path))


class TestValues:
    @given(st.text())
    def test_no_text_breaks_a_value(self, text):
        for reader in (number_of, range_of, date_of):
            try:
                reader(text)
            except ValueError:
                continue
        assert "\x00" not in text_of(text)

    @settings(deadline=None)  # names of countries are loaded once
    @given(
        st.dictionaries(
            st.sampled_from(["id", "spend", "page_id", "ad_creation_time", "languages"]),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
                max_leaves=4,
            ),
        )
    )
    def test_no_row_stops_an_import(self, row):
        for parse in FORMATS.values():
            assert len(list(records_of([(1, row)], parse))) == 1

    @pytest.mark.parametrize(
        ("text", "bounds"),
        [("≤100", (0, 100)), ("10k-100k", (10_000, 100_000)), ("> 10M", (10_000_000, None)), ("", (None, None)),
         ("1,250", (1250, 1250)), ({"lower_bound": "5"}, (5, None))],
    )  # fmt: skip
    def test_ranges(self, text, bounds):
        assert range_of(text) == bounds

    def test_crossed_bounds_are_refused(self):
        with pytest.raises(ValueError, match="greater"):
            range_of("100-5")

    def test_an_address_loses_its_token_and_its_login(self):
        assert without_secrets("https://me:pw@x.example/?a=1&access_token=S") == "https://x.example/?a=1"
        assert without_secrets("javascript:alert(1)") == ""


class TestWalk:
    def walk(self, pages):
        asked = []

        def ask(address):
            asked.append(address)
            page = pages[len(asked) - 1]
            if isinstance(page, Exception):
                raise page
            return json.dumps(page).encode()

        walk = Walk("https://graph.example/ads", "FR", ask, OSError)
        return walk, [row["id"] for _number, row in walk.rows()], asked

    def test_every_page_is_walked(self):
        pages = [
            {"data": [{"id": "1"}], "paging": {"next": "https://graph.example/ads?after=x&access_token=S"}},
            {"data": [{"id": "2"}]},
        ]
        walk, ids, asked = self.walk(pages)
        assert (ids, walk.is_finished) == (["1", "2"], True)
        assert not any("access_token" in address for address in asked)

    @pytest.mark.parametrize(
        "second",
        [OSError("gone"), {"error": {"code": 613}}, {"data": "no list"}],
    )
    def test_a_page_that_fails_leaves_the_walk_unfinished(self, second):
        walk, ids, _asked = self.walk(
            [{"data": [{"id": "1"}], "paging": {"next": "https://graph.example/ads?after=x"}}, second]
        )
        assert (ids, walk.is_finished) == (["1"], False)

    def test_a_next_page_on_another_host_is_not_followed(self):
        walk, _ids, asked = self.walk([{"data": [], "paging": {"next": "https://evil.example/ads"}}])
        assert (len(asked), walk.is_finished) == (1, False)

    def test_a_server_that_goes_in_circles_is_left(self):
        page = {"data": [{"id": "1"}], "paging": {"next": "https://graph.example/ads?after=x"}}
        walk, ids, _asked = self.walk([page] * 5)
        assert (len(ids), walk.is_finished) == (2, False)


@pytest.mark.data
@pytest.mark.parametrize(
    ("form", "name", "ads", "refused"),
    [
        ("meta", "cz_2022_ads_full.csv", 667, 0),
        ("meta", "fr_2019_bellamy_full_api.jsonl", 11, 0),
        ("snapchat", "snapchat/2020_asof_2020-09-30.csv", 5757, 0),
        ("ira", "us_2015_2017_ira_ads.csv", 3516, 1),
        ("totals", "reports/FacebookAdLibraryReport_2021-03-18_FR_lifelong_advertisers.csv", 22067, 0),
    ],
)
def test_real_files_are_read(form, name, ads, refused):
    found = read(need_shared_data(f"ads/{name}"), form)
    assert sum(isinstance(each, Refused) for each in found) == refused
    assert len(found) - refused == ads
