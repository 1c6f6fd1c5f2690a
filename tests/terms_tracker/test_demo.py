"""The invented services of the demo tell the story that the tracker is for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from terms_tracker.demo_texts import TEXTS
from terms_tracker.services import demo

pytestmark = pytest.mark.django_db


def test_services_of_short_videos_have_changed_what_they_say_about_political_advertising(client, settings):
    settings.DEMO = True
    demo.load(say=lambda _line: None)
    since = (timezone.now() - timedelta(days=80)).date().isoformat()
    asked = {"q": "loopreel, vidéotour", "topic": "political-ads", "since": since}
    found = client.get("/terms/changes/", asked).context["page_obj"].object_list
    assert {change.terms.service.name for change in found} == {"Loopreel", "Vidéotour"}
    page = client.get(found[0].get_change_url()).content.decode()
    assert "services and figures here are invented" in page


def test_each_edit_of_the_demo_changes_its_text():
    for text in TEXTS:
        for step, edit in enumerate(text.edits):
            assert edit.old in text.at(step), (text.slug, step)
