"""From a file in the browser to a published aggregate, and who sees what on the way."""

import csv
import io
import json
import zipfile
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from botdetect.coordination.detection import Parameters
from botdetect.models import Account, Cluster, Collection, Edge, Member, PublicRequest, Review, Run, Verdict
from botdetect.services import collections, demo, reviews, runs
from disinfo.accounts.models import AuditEntry
from disinfo.portal.models import Job, OutboxMessage
from disinfo.portal.tools import card_for, tools
from tests.botdetect.factories import filled_collection, finished_run, write_planted
from tests.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

PARAMETERS = {
    "trace": "object",
    "window": 60,
    "fast": "",
    "min_participation": 2,
    "min_objects": 2,
    "fdr": 0.01,
    "core": 3,
    "communities": "propagation",
}
REVIEW = {
    "decision": "coordinated",
    "reason": "Same minute, twelve times.",
    "explanations": ["feed"],
    "tags": [],
}
PUBLISH = {"title": "A dozen accounts", "summary": "They share one site."}


@pytest.fixture
def reviewed(tmp_path, organisation):
    """A cluster of the organisation, not yet reviewed."""
    collection = filled_collection(tmp_path, organisation=organisation)
    Account.objects.create(collection=collection, name="1000000000000000003", handle="Zorglub_3")
    return finished_run(collection).clusters.get(number=0)


def review(client, cluster, **changed):
    return client.post(reverse("bots:review", args=[cluster.pk]), REVIEW | changed)


def publish(client, cluster, **changed):
    return client.post(reverse("bots:publish", args=[cluster.pk]), PUBLISH | changed, follow=True)


def test_an_analyst_goes_from_a_file_to_clusters(as_, tmp_path, organisation):
    rita = as_("rita")
    made = rita.post(
        reverse("bots:new_collection"),
        {"name": "Inquiry", "platform": "X", "purpose": "Public interest", "organisation": organisation.pk},
    )
    collection = Collection.objects.get(name="Inquiry")
    assert made.url == collection.get_absolute_url()
    content = write_planted(tmp_path / "x.csv", accounts=100, objects=150).read_bytes()
    sent = rita.post(
        reverse("bots:upload", args=[collection.pk]), {"file": SimpleUploadedFile("shares.csv", content)}
    )
    page = rita.get(sent.url).content.decode()
    assert "1000000000000000" in page, "the first rows are shown"
    rita.post(sent.url, {"known": "1"})
    collections.run_import(job=Job.objects.get(kind="bots.import"))
    estimated = rita.get(collection.get_absolute_url(), PARAMETERS).content.decode()
    collection.refresh_from_db()
    pairs = runs.estimated(collection=collection, trace="object", parameters=Parameters()).pairs
    assert f"{pairs:,}" in estimated
    started = rita.post(reverse("bots:start", args=[collection.pk]), PARAMETERS)
    run = Run.objects.get()
    assert started.url == run.get_absolute_url()
    assert "Cancel the run" in rita.get(started.url).content.decode()
    runs.perform(run=run)
    page = rita.get(started.url).content.decode()
    assert "Cluster" in page
    assert run.clusters.count() == 2


def test_columns_of_an_unknown_file_are_mapped_in_the_browser(as_, tmp_path, organisation):
    collection = Collection.objects.create(name="Meta", organisation=organisation)
    file = SimpleUploadedFile("meta.csv", b"Page,Post,Date,Link\np1,1,2026-01-01,https://a.example/x\n")
    sent = as_("rita").post(reverse("bots:upload", args=[collection.pk]), {"file": file})
    nothing_shared = as_("rita").post(sent.url, {"account": "Page", "time": "Date"})
    assert nothing_shared.status_code == 400
    assert "what is shared" in nothing_shared.content.decode()
    as_("rita").post(sent.url, {"account": "Page", "content": "Post", "time": "Date", "urls": "Link"})
    collections.run_import(job=Job.objects.get(kind="bots.import"))
    collection.refresh_from_db()
    assert collection.kinds == {"url": 1}


@pytest.mark.parametrize(
    ("name", "content"), [("a.exe", b"x"), ("a.csv", b""), ("a.parquet", b"no"), ("a.json", b"{")]
)
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(as_, organisation, name, content):
    collection = Collection.objects.create(name="Bad", organisation=organisation)
    sent = as_("rita").post(
        reverse("bots:upload", args=[collection.pk]), {"file": SimpleUploadedFile(name, content)}, follow=True
    )
    assert sent.status_code == 200
    assert not Job.objects.exists()
    assert not list(collection.folder.glob("*")) if collection.folder.exists() else True
    assert as_("rita").get(sent.request["PATH_INFO"]).status_code == 200


def test_the_mapping_page_reads_no_other_file(as_, organisation):
    collection = Collection.objects.create(name="Bad", organisation=organisation)
    address = reverse("bots:mapping", args=[collection.pk, "..%2F..%2Fsecret-key"])
    assert as_("rita").get(address).status_code in {400, 404}


def test_reviewers_of_another_organisation_see_nothing(reviewed, as_):
    other = MembershipFactory(organisation=OrganisationFactory(), role="regulator", user__name="Olga").user
    from django.test import Client

    client = Client()
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    edge = reviewed.edges.first()
    for address in (
        reviewed.get_absolute_url(),
        reviewed.run.get_absolute_url(),
        reviewed.run.collection.get_absolute_url(),
        reverse("bots:edge", args=[edge.pk]),
        reverse("api_bots_run", args=[reviewed.run_id]),
    ):
        assert client.get(address).status_code == 404
    assert client.get(reverse("bots:workbench")).content.decode().count(reviewed.run.collection.name) == 0
    answer = client.get(reverse("bots:lookup"), {"q": "1000000000000000003"}).content.decode()
    assert "Not known here" in answer


def test_nothing_is_public_before_two_reviewers_agree(reviewed, as_):
    rita, oscar, anyone = as_("rita"), as_("oscar"), as_("anonymous")
    assert "Two reviewers must confirm" in publish(rita, reviewed).content.decode()
    review(rita, reviewed)
    review(rita, reviewed)
    reviewed.refresh_from_db()
    assert reviewed.state == Cluster.State.TO_REVIEW, "one person twice is one reviewer"
    review(oscar, reviewed)
    reviewed.refresh_from_db()
    assert reviewed.state == Cluster.State.CONFIRMED
    assert anyone.get(reviewed.get_public_url()).status_code == 404
    publish(rita, reviewed)
    page = anyone.get(reviewed.get_public_url()).content.decode()
    assert "A dozen accounts" in page
    assert "A feed or a scheduling service" in page


def test_no_identifier_reaches_the_public(reviewed, as_):
    for who in ("rita", "oscar"):
        review(as_(who), reviewed)
    publish(as_("rita"), reviewed)
    names = [*Member.objects.values_list("name", flat=True), "Zorglub_3"]
    anyone = as_("anonymous")
    for address in (
        "/bots/",
        reviewed.get_public_url(),
        "/bots/data/clusters.csv",
        "/bots/data/clusters.json",
        "/api/v1/bots/clusters/",
        f"/api/v1/bots/clusters/{reviewed.pk}/",
        "/search/?q=dozen",
        "/activity/",
    ):
        answer = anyone.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert not [name for name in names if name.encode() in content], address
    assert "dozen" in anyone.get("/search/?q=dozen").content.decode()


def test_a_text_that_names_a_member_is_not_published(reviewed, as_):
    for who in ("rita", "oscar"):
        review(as_(who), reviewed)
    for named in ("1000000000000000003", "@zorglub_3,"):
        page = publish(as_("rita"), reviewed, summary=f"Led by {named} and others").content.decode()
        assert "names an account" in page
    reviewed.refresh_from_db()
    assert reviewed.state == Cluster.State.CONFIRMED


def test_an_innocent_explanation_takes_a_cluster_back(reviewed, as_):
    for who in ("rita", "oscar"):
        review(as_(who), reviewed)
    publish(as_("rita"), reviewed)
    review(as_("oscar"), reviewed, decision="innocent", reason="It is a fan club.")
    reviewed.refresh_from_db()
    assert reviewed.state == Cluster.State.TO_REVIEW
    assert as_("anonymous").get(reviewed.get_public_url()).status_code == 404
    review(as_("rita"), reviewed, decision="innocent")
    reviewed.refresh_from_db()
    assert reviewed.state == Cluster.State.DISMISSED


def test_a_published_cluster_can_be_withdrawn(reviewed, as_):
    for who in ("rita", "oscar"):
        review(as_(who), reviewed)
    publish(as_("rita"), reviewed)
    as_("oscar").post(reverse("bots:publish", args=[reviewed.pk]), {"withdraw": "1"})
    assert as_("anonymous").get(reviewed.get_public_url()).status_code == 404


def test_what_is_published_or_withdrawn_is_in_the_sums_at_once(reviewed, as_):
    anyone = as_("anonymous")
    assert anyone.get("/bots/").context["figures"]["accounts"] == 0
    for who in ("rita", "oscar"):
        review(as_(who), reviewed)
    publish(as_("rita"), reviewed)
    shown = anyone.get("/bots/").context["figures"]
    assert (shown["accounts"], shown["clusters"]) == (reviewed.accounts_count, 1)
    assert shown["days"]
    as_("oscar").post(reverse("bots:publish", args=[reviewed.pk]), {"withdraw": "1"})
    shown = anyone.get("/bots/").context["figures"]
    assert (shown["accounts"], shown["clusters"], shown["days"]) == (0, 0, [])


def test_the_cluster_page_shows_every_piece_of_evidence(reviewed, as_):
    page = as_("rita").get(reviewed.get_absolute_url()).content.decode()
    for piece in (
        "Network",
        "Strongest edges",
        "What they share, side by side",
        "Seconds after the first",
        "In numbers",
        "Traces they have in common",
        "The same on shuffled moments",
        "A share button",
        "@Zorglub_3",
        "Evidence pack",
    ):
        assert piece.lower() in page.lower(), piece
    assert page.count('r="7"') == reviewed.accounts_count


def test_an_edge_says_why_it_is_there_and_what_would_remove_it(reviewed, as_):
    edge = reviewed.edges.strongest().first()
    page = as_("rita").get(reverse("bots:edge", args=[edge.pk])).content.decode()
    assert f"{edge.objects_count} different objects" in page
    assert "fewer than" in page
    assert "a window of less than" in page
    assert page.count('scope="row"') == edge.shares, "one line a meeting"


def test_the_audit_gives_a_precision_with_its_interval(reviewed, as_, people):
    members = list(Member.objects.filter(is_sampled=True)[:5])
    for who in ("rita", "oscar"):
        for place, member in enumerate(members):
            said = "not_part" if place == 0 else "unknown" if place == 1 else "part"
            as_(who).post(reverse("bots:judge", args=[member.pk]), {"judgement": said})
    found = reviews.precision_of(Member.objects.all())
    assert (found.right, found.judged, found.unknown, found.disputed) == (3, 4, 1, 0)
    assert found.percent == 75
    assert found.agreement == 1
    assert "75" in as_("rita").get(reviewed.run.get_absolute_url()).content.decode()
    undrawn = Member.objects.filter(is_sampled=True).last()
    Member.objects.filter(pk=undrawn.pk).update(is_sampled=False)
    as_("rita").post(reverse("bots:judge", args=[undrawn.pk]), {"judgement": "part"})
    assert not Verdict.objects.filter(member=undrawn).exists()


def test_exports_open_in_other_programs_and_are_logged(reviewed, as_, tmp_path):
    rita, found = as_("rita"), {}
    for kind in ("graphml", "gexf", "csv", "json", "pack"):
        answer = rita.post(reverse("bots:export", args=[reviewed.pk, kind]), {"reason": "second opinion"})
        found[kind] = answer.content
    assert AuditEntry.objects.filter(verb="bots.exported", detail__reason="second opinion").count() == 5
    names = set(reviewed.members.values_list("name", flat=True))
    rows = list(csv.DictReader(io.StringIO(found["csv"].decode())))
    assert len(rows) == reviewed.edges_count
    assert {row["a"] for row in rows} | {row["b"] for row in rows} == names
    igraph = pytest.importorskip("igraph", reason="igraph is not on this machine")
    (tmp_path / "cluster.graphml").write_bytes(found["graphml"])
    graph = igraph.Graph.Read_GraphML(str(tmp_path / "cluster.graphml"))
    assert (graph.vcount(), graph.ecount()) == (reviewed.accounts_count, reviewed.edges_count)
    assert json.loads(found["json"])["edges"][0]["lambda"] > 0
    with zipfile.ZipFile(io.BytesIO(found["pack"])) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert set(manifest["files"]) == set(archive.namelist()) - {"manifest.json"}
    again = rita.post(reverse("bots:export", args=[reviewed.pk, "pack"]), {"reason": "again"})
    assert again.content == found["pack"], "the same bytes each time"


def test_every_look_up_is_logged_without_the_name(reviewed, as_):
    page = as_("rita").get(reverse("bots:lookup"), {"q": "https://x.com/Zorglub_3/status/1"}).content.decode()
    assert "to be checked" in page
    entry = AuditEntry.objects.get(verb="bots.lookup")
    assert entry.actor
    assert "orglub" not in str(entry.detail)
    answer = (
        as_("rita").post("/api/v1/bots/lookup/", {"q": "@zorglub_3"}, content_type="application/json").json()
    )
    assert answer["clusters"][0]["state"] == "to_review"
    assert len(answer["caveats"]) == 3
    assert AuditEntry.objects.filter(verb="bots.lookup").count() == 2


def test_a_run_is_started_by_the_api(reviewed, as_):
    body = {"collection": reviewed.run.collection.pk, "trace": "object", "parameters": {"window": 30}}
    made = as_("rita").post("/api/v1/bots/runs/", body, content_type="application/json")
    assert made.status_code == 201
    assert Run.objects.get(pk=made.json()["id"]).parameters["window"] == 30
    wrong = as_("rita").post(
        "/api/v1/bots/runs/", body | {"trace": "nothing"}, content_type="application/json"
    )
    assert wrong.status_code == 400


def test_two_runs_are_compared(reviewed, as_):
    other = finished_run(reviewed.run.collection, window=30)
    page = as_("rita").get(reverse("bots:compare", args=[reviewed.run_id, other.pk])).content.decode()
    assert page.count("Cluster") >= 4
    assert "8</td>" in page


def test_the_right_of_reply_reaches_the_portal_without_repeating_it(client):
    asked = {"kind": "erase", "account": "@me", "email": "me@people.example", "text": "Please forget me"}
    assert client.post("/bots/ask/", asked).status_code == 302
    assert PublicRequest.objects.get().text == "Please forget me"
    assert "forget me" not in str(OutboxMessage.objects.get().payload)
    assert client.post("/bots/ask/", asked | {"email": "no"}).status_code == 400


def test_the_administrator_forgets_an_account_on_request(reviewed, as_):
    asked = PublicRequest.objects.create(kind="erase", account="@Zorglub_3", email="a@b.example", text="x")
    as_("ada").post(
        "/admin/botdetect/publicrequest/", {"action": "erase_account", "_selected_action": [asked.pk]}
    )
    asked.refresh_from_db()
    assert asked.is_settled
    assert not Member.objects.filter(name="1000000000000000003").exists()


def test_the_demo_shows_a_published_cluster_and_is_loaded_once(people, as_):
    world = {"admin": people["ada"], "regulator": people["rita"]}
    demo.load(people=world, say=str)
    demo.load(people=world, say=str)
    assert Counter(Cluster.objects.values_list("state", flat=True)) == {"published": 1, "to_review": 1}
    cluster = Cluster.objects.published().get()
    assert Review.objects.filter(cluster=cluster).count() == 2
    assert cluster.aggregates["months"]
    assert card_for(cluster.get_public_url(), people["charlie"]).title == cluster.title
    tool = next(tool for tool in tools() if tool.slug == "bots")
    assert [figure.value for figure in tool.figures()] == [cluster.accounts_count, 1]
    assert cluster.get_public_url() in dict(tool.sitemap())
    assert tool.activity(people["charlie"], 5)[0].url == cluster.get_public_url()


def test_what_a_reviewer_wrote_is_kept_when_it_is_refused(reviewed, as_):
    rita = as_("rita")
    answer = review(rita, reviewed, decision="", reason="They post at the same second")
    assert answer.status_code == 400
    assert "They post at the same second" in answer.content.decode()
    review(rita, reviewed)
    review(as_("oscar"), reviewed)
    answer = publish(rita, reviewed, title="Kept title", summary="Led by @zorglub_3, and others")
    assert answer.status_code == 400
    assert "Kept title" in answer.content.decode()
    assert "Led by @zorglub_3" in answer.content.decode()


def test_who_asks_to_be_forgotten_says_which_account(as_):
    asked = {"kind": "erase", "account": "", "email": "me@people.example", "text": "Please forget me"}
    answer = as_("anonymous").post(reverse("bots:ask"), asked)
    assert answer.status_code == 400
    assert "Say which account" in answer.content.decode()
    assert not PublicRequest.objects.exists()
    assert as_("anonymous").post(reverse("bots:ask"), asked | {"kind": "reply"}).status_code == 302


def test_a_very_small_q_is_not_shown_as_nothing(reviewed, as_):
    Cluster.objects.filter(pk=reviewed.pk).update(largest_q=3.2e-12)
    page = as_("rita").get(reverse("bots:workbench")).content.decode()
    assert "q ≤ 3.2\u00a0×\u00a010⁻¹²" in page


def test_a_run_whose_pairs_form_no_group_says_so(reviewed, as_):
    run = reviewed.run
    Member.objects.filter(run=run).delete()
    Edge.objects.filter(run=run).delete()
    run.clusters.all().delete()
    page = as_("rita").get(run.get_absolute_url()).content.decode()
    assert "Some pairs met more often than chance" in page
    run.report["counts"]["significant"] = 0
    run.save()
    page = as_("rita").get(run.get_absolute_url()).content.decode()
    assert "No group of accounts met more often than chance" in page
