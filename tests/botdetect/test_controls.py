"""Control collections: what is to be expected by chance."""

import csv

import pytest
from django.urls import reverse

from botdetect.coordination import EventsError
from botdetect.models import Collection, Run
from botdetect.services import collections, runs
from tests.botdetect.factories import filled_collection
from tests.botdetect.test_pages import PARAMETERS
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_a_control_collection_chosen_in_the_form_gives_the_baseline(as_, tmp_path, organisation):
    from tests.botdetect.planted import planted_events  # what is coordinated from end to end

    events, _group = planted_events(accounts=60, objects=1, groups=6, members=10, acts=20)
    path = tmp_path / "closed.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["object_id", "account_id", "content_id", "timestamp_share"])
        rows = zip(events.object.tolist(), events.account.tolist(), events.time.tolist(), strict=True)
        writer.writerows((f"o{what}", who, number, when) for number, (what, who, when) in enumerate(rows))
    closed = Collection.objects.create(name="Closed", organisation=organisation)
    collections.import_posts(collection=closed, path=path)
    control = filled_collection(tmp_path, organisation=organisation)
    elsewhere = filled_collection(tmp_path, organisation=OrganisationFactory())
    page = as_("rita").get(closed.get_absolute_url()).content.decode()
    assert control.name in page
    assert elsewhere.name not in page
    asked = PARAMETERS | {"control": control.pk}
    assert "Pairs to make" in as_("rita").get(closed.get_absolute_url(), asked).content.decode()
    found = {}
    for name, body in (("own", PARAMETERS), ("control", asked)):
        started = as_("rita").post(reverse("bots:start", args=[closed.pk]), body)
        run = Run.objects.latest("pk")
        assert started.url == run.get_absolute_url()
        runs.perform(run=run)
        run.refresh_from_db()
        found[name] = run.report["counts"]["significant"]
    assert found["own"] == 0, "where all is coordinated, nothing stands out from itself"
    assert found["control"] > 100
    assert run.report["control"] == {"shares": control.shares, "input_sha256": control.events_hash}
    assert "on a control collection of" in as_("rita").get(run.get_absolute_url()).content.decode()
    refused = as_("rita").post(
        reverse("bots:start", args=[closed.pk]), PARAMETERS | {"control": elsewhere.pk}, follow=True
    )
    assert "Check the parameters" in refused.content.decode()
    assert Run.objects.count() == 2


def test_a_control_collection_whose_shares_are_gone_fails_in_words(tmp_path):
    control, collection = filled_collection(tmp_path), filled_collection(tmp_path)
    Collection.objects.filter(pk=control.pk).update(aggregated_at="2026-01-01T00:00Z")
    run = runs.start(collection=collection, trace="object", parameters={"control": control.pk}, actor=None)
    with pytest.raises(EventsError):
        runs.perform(run=run)
    run.refresh_from_db()
    assert "choose another" in run.job.error
