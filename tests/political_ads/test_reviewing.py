"""Two reviewers publish, citizens' reports wait for them, and the nightly check flags without deciding."""

import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from disinfo.accounts.models import AuditEntry
from political_ads.labels import Label
from political_ads.models import CitizenReport, Creative, Task, Voter
from political_ads.services import monitoring, reviewing, triage
from political_ads.services.queueing import enqueue_new
from political_ads.triage import Model
from tests.political_ads.factories import AdFactory, CreativeFactory, TaskFactory, VoterFactory, answered

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def settled(label: Label) -> Task:
    task = TaskFactory()
    for _ in range(5):
        answered(task, label)
    task.refresh_from_db()
    return task


def decide(client, task: Task, label: str):
    return client.post(f"/ads/review/{task.pk}/", {"label": label, "note": "It says so."}, follow=True)


# ── Findings ──────────────────────────────────────────────────────────────────────────────────────────────
def test_one_reviewer_publishes_nothing_and_two_who_agree_do(as_):
    task = settled(Label.PROMOTES)
    decide(as_("rita"), task, "promotes")
    task.refresh_from_db()
    assert task.finding == ""
    decide(as_("oscar"), task, "promotes")
    task.refresh_from_db()
    assert task.finding == "promotes"
    assert not Task.objects.to_review().exists()
    assert AuditEntry.objects.filter(verb="ads.finding_published").count() == 1


def test_one_reviewer_twice_is_one_reviewer(as_):
    task = settled(Label.PROMOTES)
    for _ in range(2):
        decide(as_("rita"), task, "promotes")
    task.refresh_from_db()
    assert task.finding == ""
    assert task.creative.reviews.count() == 1


def test_reviewers_who_disagree_see_each_other_s_reasons_and_publish_nothing(as_):
    task = settled(Label.PROMOTES)
    decide(as_("rita"), task, "promotes")
    page = decide(as_("oscar"), task, "engagement")
    task.refresh_from_db()
    assert task.finding == ""
    assert "It says so." in page.content.decode()
    client = as_("ada")
    assert "reviewers disagree" in client.get("/ads/review/", headers=ENGLISH).content.decode()
    decide(as_("ada"), task, "promotes")
    task.refresh_from_db()
    assert task.finding == "promotes", "one more of them settles it"


def test_a_reviewer_who_changes_their_mind_takes_the_finding_back(as_):
    task = settled(Label.PROMOTES)
    for name in ("rita", "oscar"):
        decide(as_(name), task, "promotes")
    decide(as_("oscar"), task, "survey")
    task.refresh_from_db()
    assert (task.finding, task.state, task.top) == ("", "retired", "promotes")


def test_later_answers_do_not_move_a_finding(as_):
    task = settled(Label.PROMOTES)
    for name in ("rita", "oscar"):
        decide(as_(name), task, "engagement")
    for _ in range(6):
        answered(task, Label.SURVEY)
    task.refresh_from_db()
    assert (task.label, task.state, task.bucket) == ("engagement", "retired", None)


def test_a_decision_without_a_reason_is_not_kept(as_):
    task = settled(Label.PROMOTES)
    as_("rita").post(f"/ads/review/{task.pk}/", {"label": "promotes", "note": ""})
    assert not task.creative.reviews.exists()


def test_gold_that_is_dropped_is_classified_like_any_other(people):
    task = settled(Label.ENGAGEMENT)
    gold = reviewing.make_gold(creative=task.creative, label=Label.SURVEY, note="", actor=people["ada"])
    reviewing.drop_gold(gold=gold, actor=people["ada"])
    task.refresh_from_db()
    assert (task.state, task.top) == ("retired", "engagement")


# ── Reports ───────────────────────────────────────────────────────────────────────────────────────────────
def sent(client, **more):
    data = {"platform": "A site", "seen_on": timezone.localdate().isoformat(), "text": "Vote for me", **more}
    return client.post("/ads/report/", data, follow=True)


def photograph() -> SimpleUploadedFile:
    """A picture that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "A telephone of somebody"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def test_a_report_waits_and_then_takes_the_same_road(client, as_):
    assert "Thank you" in sent(client, picture_file=photograph(), advertiser="A page").content.decode()
    assert not Creative.objects.exists()
    kept = CitizenReport.objects.get()
    as_("rita").post(f"/ads/review/reports/{kept.pk}/", {"decision": "accept"})
    kept.refresh_from_db()
    assert kept.status == "accepted"
    assert kept.ad.source.kind == "capture"
    assert kept.ad.creative.task.state == "open"
    picture = kept.ad.creative.media.get()
    page = client.get(f"/ads/picture/{picture.pk}/")
    content = b"".join(page.streaming_content)
    assert page["Content-Type"] == "image/jpeg"
    assert b"telephone" not in content


def test_accepting_twice_is_one_ad(client, as_):
    sent(client)
    kept = CitizenReport.objects.get()
    for _ in range(2):
        as_("rita").post(f"/ads/review/reports/{kept.pk}/", {"decision": "accept"})
    assert Creative.objects.count() == 1


def test_a_refusal_needs_a_reason_and_deletes_the_picture(client, as_, django_capture_on_commit_callbacks):
    sent(client, picture_file=photograph())
    kept = CitizenReport.objects.get()
    path = kept.picture.path
    as_("rita").post(f"/ads/review/reports/{kept.pk}/", {"decision": "refuse", "reason": ""})
    kept.refresh_from_db()
    assert kept.status == "waiting"
    with django_capture_on_commit_callbacks(execute=True):
        as_("rita").post(f"/ads/review/reports/{kept.pk}/", {"decision": "refuse", "reason": "not an ad"})
    kept.refresh_from_db()
    assert (kept.status, kept.reason, kept.picture.name) == ("refused", "not an ad", "")
    assert not Path(path).exists()


def test_of_two_who_decide_otherwise_on_a_report_the_second_is_told_so(client, as_):
    def decide(who: str, **decision: str) -> str:
        return as_(who).post(address, decision, follow=True, headers=ENGLISH).content.decode()

    for first, second, said in (
        ("refuse", "accept", "not an ad"),
        ("accept", "refuse", "let this report in"),
    ):
        sent(client)
        kept = CitizenReport.objects.get(status="waiting")
        address = f"/ads/review/reports/{kept.pk}/"
        decide("rita", decision=first, reason="not an ad")
        assert said in decide("ada", decision=second, reason="too late")
        kept.refresh_from_db()
        assert (kept.status, kept.reason) in (("refused", "not an ad"), ("accepted", ""))
        assert bool(kept.ad) == (first == "accept")


def test_an_ad_without_an_advertiser_is_not_named_by_its_number(client, as_, settings):
    settings.LANGUAGE_CODE = "fr"
    sent(client)
    kept = CitizenReport.objects.get()
    as_("rita").post(f"/ads/review/reports/{kept.pk}/", {"decision": "accept"})
    page = client.get("/ads/library/", headers=ENGLISH).content.decode()
    assert "Unknown advertiser" in page
    assert f">{kept.reference}" not in page
    kept.refresh_from_db()
    assert kept.ad.present_since == kept.ad.last_seen_at
    assert str(kept.ad.source) == "Captures de citoyens", "in the language of the portal"


@pytest.mark.parametrize(
    "more",
    [
        {"text": ""},
        {"seen_on": (timezone.localdate() + timedelta(days=1)).isoformat()},
        {"seen_on": "yesterday"},
        {"country": "<b>"},
        {"address": "javascript:alert(1)"},
        {"picture_file": SimpleUploadedFile("x.jpg", b"GIF89a not really", "image/jpeg")},
        {"platform": ""},
    ],
)
def test_a_report_that_cannot_be_used_is_sent_back_with_words(client, more):
    page = sent(client, **more)
    assert "errorlist" in page.content.decode()
    assert not CitizenReport.objects.exists()


def test_a_network_sends_twenty_reports_a_day(client):
    for _ in range(21):
        page = sent(client)
    assert CitizenReport.objects.count() == 20
    assert "Too many reports" in page.content.decode()


# ── The nightly check ─────────────────────────────────────────────────────────────────────────────────────
def test_the_nightly_check_doubts_and_changes_nothing():
    good = [VoterFactory() for _ in range(6)]
    for number in range(12):
        task = TaskFactory()
        for person in good:
            answered(task, Label.SURVEY if number % 2 else Label.ENGAGEMENT, person)
    doubtful = TaskFactory()
    for person in good:
        answered(doubtful, Label.SURVEY, person)
    Task.objects.filter(pk=doubtful.pk).update(top="engagement")
    run = monitoring.run()
    doubtful.refresh_from_db()
    assert (doubtful.monitor_top, doubtful.top) == ("survey", "engagement")
    assert run.doubted_count == 1
    assert doubtful in Task.objects.to_review()


def test_sessions_that_answer_as_one_are_put_on_probation(django_capture_on_commit_callbacks):
    tasks = [TaskFactory() for _ in range(24)]
    twins, others = [VoterFactory(votes_count=0) for _ in range(2)], [VoterFactory() for _ in range(3)]
    for number, task in enumerate(tasks):
        for twin in twins:
            answered(task, Label.NEW_ELEMENT, twin)
        for place, other in enumerate(others):
            if (number + place) % 2:
                answered(task, Label.ENGAGEMENT, other)
    with django_capture_on_commit_callbacks(execute=True):
        monitoring.run()
    assert set(Voter.objects.filter(status="probation")) >= set(twins)
    assert not Voter.objects.filter(status="probation", pk__in=[other.pk for other in others]).exists()
    assert Task.objects.filter(top="new_element").count() == 0


def test_with_no_answer_the_nightly_check_says_so():
    assert monitoring.run().alpha["all"] is None


# ── New creatives, and the text model ─────────────────────────────────────────────────────────────────────
def test_each_new_creative_gets_one_task_and_a_second_time_none(django_assert_max_num_queries):
    for reach in (None, 10, 10_000_000):
        AdFactory(impressions_high=reach)
    CreativeFactory()
    assert enqueue_new() == 4
    with django_assert_max_num_queries(2):
        assert enqueue_new() == 0
    assert Task.objects.count() == 4
    buckets = dict(
        Task.objects.filter(is_audit=False).values_list("creative__ads__impressions_high", "bucket")
    )
    if {10, 10_000_000} <= set(buckets):
        assert buckets[10_000_000] > buckets[10]


def test_the_text_model_puts_what_looks_political_first_and_labels_nothing():
    political = "Vote for the candidate at the election number {}"
    other = "Fresh bread and cakes from our oven, offer {}"
    for number in range(30):
        for text, label in ((political, "promotes"), (other, "not_political")):
            creative = CreativeFactory(text=text.format(number))
            TaskFactory(creative=creative, state="retired", top=label, bucket=None)
    fresh = [TaskFactory(creative=CreativeFactory(text=text.format("new"))) for text in (political, other)]
    run = triage.train()
    assert run.accuracy > 0.9
    first, second = (Task.objects.get(pk=task.pk) for task in fresh)
    assert first.prior_political > 0.5 > second.prior_political
    assert first.bucket > second.bucket
    assert (first.state, first.top) == ("open", "")
    assert Model.load(triage.model_path()) is not None


def test_with_too_few_examples_no_model_is_made():
    settled(Label.SURVEY)
    assert triage.train() is None
    assert not triage.model_path().exists()


def test_a_file_that_is_no_model_runs_nothing(tmp_path):
    import pickle

    import numpy as np

    path = tmp_path / "model.npz"
    np.savez(path, weights=np.array([{"evil": uuid.uuid4()}], dtype=object), intercept=0.0)
    with pytest.raises((ValueError, pickle.UnpicklingError)):
        Model.load(path)
