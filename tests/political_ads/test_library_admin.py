"""What administrators do with libraries."""

import pytest

from tests.political_ads.library_factories import SourceFactory, look

pytestmark = pytest.mark.django_db


def test_a_snapshot_is_overruled_in_the_administration(as_):
    source = SourceFactory()
    look(source, "2026-01-01", ["1", "2"])
    snapshot = look(source, "2026-01-02", ["1"], is_walked=False)
    path = f"/admin/political_ads/librarysnapshot/{snapshot.pk}/change/"
    shown = as_("ada").get(path).content.decode()
    assert "overruled" in shown
    assert snapshot.reason_names[0] in shown, "why, in words"
    assert snapshot.reasons[0] not in shown
    assert as_("ada").post(path, {"overruled_because": ""}).status_code == 200
    refused = as_("ada").post(path, {"overruled_because": ""}, headers={"accept-language": "fr"})
    assert "Dites pourquoi" in refused.text
    assert as_("ada").post(path, {"overruled_because": "By hand"}).status_code == 302
    snapshot.refresh_from_db()
    assert snapshot.status == "complete"


def test_a_map_of_columns_is_checked(as_):
    values = {
        "slug": "x",
        "name": "X",
        "platform": "x",
        "kind": "file",
        "format": "generic",
        "every_hours": 24,
        "column_map": '{"odd": "x"}',
    }
    response = as_("ada").post("/admin/political_ads/source/add/", values)
    assert "column_map" in response.context["adminform"].form.errors
