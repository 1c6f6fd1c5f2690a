"""Libraries are imported by command, and a wrong word of it changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from political_ads.models import (
    Ad,
    Source,
)
from tests.political_ads.library_factories import SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return SourceFactory(slug="chirper", name="Chirper", platform="chirper")


class TestCommand:
    def test_a_new_source_is_made_and_the_report_printed(self, tmp_path, capsys):
        path = tmp_path / "ads.ndjson"
        path.write_text('{"id": "1", "page_id": "2"}\n' * 1 + "nonsense\n")
        call_command(
            "ads_import", "new", path, format="meta", platform="facebook", country="fr", taken_at="2026-01-01"
        )
        out = capsys.readouterr().out
        assert "1 seen, 1 added" in out
        assert "line 2: not a JSON object" in out
        assert "quarantined" in out
        assert Source.objects.get().country == "FR"

    def test_a_file_without_one_ad_in_this_format_makes_no_source(self, tmp_path):
        path = tmp_path / "ads.csv"
        path.write_text("number,words\n1,Hello\n2,Again\n")
        with pytest.raises(CommandError, match=r"as dsa \(line 2: no identifier\). Say another --format"):
            call_command("ads_import", "new", path, format="dsa", taken_at="2026-01-01")
        assert not Source.objects.exists()

    def test_another_format_than_the_sources_is_refused_not_ignored(self, source, tmp_path):
        path = tmp_path / "ads.csv"
        path.write_text("external_id,text\n1,Hello\n")
        with pytest.raises(CommandError, match="chirper is read as generic"):
            call_command("ads_import", "chirper", path, format="google", taken_at="2026-01-01")
        call_command("ads_import", "chirper", path, format="generic", taken_at="2026-01-01")
        assert Ad.objects.count() == 1

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["none", "x.csv"], "--format"),
            (["chirper"], "file or --api"),
            (["chirper", "nothing.csv"], "no file"),
            (["new", "nothing.csv", "--format", "meta"], "no file"),
            (["not an address", "x.csv", "--format", "meta"], "slug: "),
            (["new", "x.csv", "--format", "meta", "--taken-at", "tomorrow"], "taken-at is a date"),
            (["new", "x.csv", "--format", "meta", "--country", "Germany"], "country: "),
        ],
    )
    def test_what_cannot_be_done_says_what_to_do_and_makes_no_source(self, source, arguments, message):
        with pytest.raises(CommandError, match=message):
            call_command("ads_import", *arguments)
        assert Source.objects.get() == source
