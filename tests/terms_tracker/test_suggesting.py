"""Anyone may suggest; nothing of a stranger's page runs; staff decide."""

import json
import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from disinfo.accounts.models import AuditEntry
from terms_tracker.extraction import cases
from terms_tracker.extraction.page import Page
from terms_tracker.models import Suggestion, Terms
from terms_tracker.picking import numbered, selector_of
from terms_tracker.services import suggesting
from terms_tracker.views import suggesting as view
from tests.factories import UserFactory
from tests.servers import Answer
from tests.shared_data import need_shared_data
from tests.terms_tracker.conftest import check
from tests.terms_tracker.factories import log_in

URL = "https://a.example/"
PAGE = """<html><head><title>T</title><script>alert(1)</script><link rel=stylesheet href=//x.example/a.css></head>
<body onload="alert(2)"><nav>menu</nav><div class="a b"><p id="one" style="color:red" onclick="x()">First.</p>
<p>Second <a href="javascript:x()">link</a>.</p><img src="https://x.example/p.png"><svg onload=alert(3)></svg></div>
<div class="a">Other</div><iframe src="https://x.example"></iframe><form action="https://x.example"><input></form>
<noscript><p title="</noscript><img src=x onerror=alert(4)>"></noscript><base href="https://x.example">
<!-- <script>5</script> --><p lang='<!--' dir='--><script src=x></script>'>Signs</p></body></html>"""
FORM = {"service_name": "New", "terms_type": "Terms of Service", "address": "https://new.example/terms"}


def number_of(text):
    shown = numbered(PAGE, "https://a.example/")
    before = shown[: shown.index(text)]
    return int(before.rpartition('data-pick="')[2].partition('"')[0])


def test_nothing_of_a_page_runs_loads_or_sends():
    shown = numbered(PAGE, "https://a.example/")
    for word in ("script", "onload", "onclick", "onerror", "href", "src", "style", "iframe", "action", "svg"):
        assert word not in shown, word
    assert "First." in shown


@given(st.text(alphabet="<>/\"'= abcdnosriptlekx!-", max_size=200))
def test_no_text_gets_an_element_that_runs_past(junk):
    shown = numbered(f"<div>{junk}</div>", "https://a.example/").lower()
    assert "<script" not in shown
    assert "<link" not in shown


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("First.", "#one"),
        ("Second", "div.b > p:nth-of-type(2)"),
        ("menu", "body > nav:nth-of-type(1)"),
        ("Other", "body > div:nth-of-type(2)"),
    ],
)
def test_an_element_is_named_by_its_id_its_class_or_its_place(text, selector):
    assert selector_of(PAGE, "https://a.example/", number_of(text)) == selector
    page = suggesting.Page("x", "https://a.example/", PAGE)
    assert text in suggesting.read(page, {"address": page.url, "select": selector})[0]


@pytest.mark.django_db
def test_a_correction_from_a_failing_page_to_a_decision(terms, site, client):
    check()
    site.answers["/terms"] = Answer("<body><article id=new><p>All is new here.</p></article></body>")
    check()
    assert Terms.objects.get().health == "failing"
    address = f"{reverse('terms:suggest')}?terms={terms.pk}"
    assert address in client.get(terms.get_absolute_url()).content.decode()
    assert address in client.get(reverse("terms:coverage")).content.decode()
    page = client.get(address).content.decode()
    assert 'sandbox="allow-scripts"' in page
    assert "allow-same-origin" not in page
    assert "<article" not in page, "not one tag of a stranger's page stands in ours"
    framed = client.get(reverse("terms:picked_page"), {"page": suggesting.page_of_terms(terms).name})
    assert "All is new here." in framed.content.decode()
    assert framed["Content-Security-Policy"].startswith("sandbox allow-scripts; default-src 'none'; ")
    assert "allow-same-origin" not in framed["Content-Security-Policy"]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    kept = suggesting.page_of_terms(terms)
    number = (
        numbered(kept.html, kept.url).partition("<article")[2].partition('data-pick="')[2].partition('"')[0]
    )
    picked = client.get(reverse("terms:pick"), {"page": kept.name, "n": number}).json()
    assert picked == {
        "select": "#new",
        "remove": "",
        "filter": "",
        "markdown": "All is new here.",
        "error": "",
    }
    sent = {**FORM, "terms": terms.pk, "select": "#new", "deed": "send"}
    assert client.post(reverse("terms:suggest"), sent).status_code == 302
    suggestion = Suggestion.objects.get()
    assert suggestion.terms == terms
    assert suggestion.declaration == {"fetch": FORM["address"], "select": "#new"}
    assert Terms.objects.get().declaration["select"] == "main", "nothing is tracked otherwise by itself"


@pytest.mark.django_db
def test_whoever_reads_terms_may_suggest_a_correction_of_them(terms, client):
    address = f"/terms/suggest/?terms={terms.pk}"
    assert address in client.get(terms.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"select": "##("}, {"remove": "nav\np["}, {"select": '{"startBefore": "##(", "endAfter": "p"}'}]
)
def test_a_selector_that_cannot_be_read_is_refused_before_it_is_sent(client, wrong):
    asked = {**FORM, "select": "main", "deed": "send", **wrong}
    answer = client.post(reverse("terms:suggest"), asked)
    assert answer.status_code == 400
    assert "selector cannot be read" in answer.content.decode()
    assert not Suggestion.objects.exists()


@pytest.mark.django_db
def test_without_scripts_the_form_reads_the_page_again(terms, client):
    check()
    page = suggesting.page_of_terms(terms)
    asked = {**FORM, "terms": terms.pk, "page": page.name, "select": "main p", "remove": "h1", "deed": "read"}
    shown = client.post(reverse("terms:suggest"), asked).content.decode()
    assert "You may appeal within six months.</pre>" in shown
    shown = client.post(reverse("terms:suggest"), {**asked, "select": "p["}).content.decode()
    assert "selector" in shown.partition("data-pick-error")[2][:200]


@pytest.mark.django_db
def test_the_page_of_private_terms_is_not_picked_from_by_strangers(terms, client):
    check()
    page = suggesting.page_of_terms(terms)
    collection = terms.service.collection
    collection.is_public = False
    collection.save()
    assert client.get(reverse("terms:pick"), {"page": page.name}).status_code == 404
    assert client.get(reverse("terms:suggest"), {"terms": terms.pk}).status_code == 404


@pytest.mark.django_db
def test_a_page_is_fetched_for_people_with_an_account_only(site, client):
    asked = {**FORM, "address": site.url("/terms"), "deed": "look"}
    assert client.post(reverse("terms:suggest"), asked).status_code == 400
    assert not site.requests
    log_in(client, UserFactory())
    shown = client.post(reverse("terms:suggest"), asked).content.decode()
    assert "<iframe" in shown
    site.answers["/gone"] = Answer("no", status=404)
    assert client.post(reverse("terms:suggest"), {**asked, "address": site.url("/gone")}).status_code == 400
    inside = {**asked, "address": "http://169.254.169.254/latest/meta-data"}
    assert "<iframe" not in client.post(reverse("terms:suggest"), inside).content.decode()


@pytest.mark.django_db
def test_one_network_sends_so_many_and_no_more(client, monkeypatch):
    monkeypatch.setattr(view, "_MOST_SENT", 1)
    asked = {**FORM, "deed": "send", "select": ""}
    cache.clear()
    assert client.post(reverse("terms:suggest"), asked).status_code == 302
    assert client.post(reverse("terms:suggest"), asked).status_code == 400
    assert Suggestion.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("query", [{"n": "99999"}, {"n": "-1"}, {"n": "²"}, {"n": "0", "mode": "x"}])
def test_a_click_that_cannot_be_is_answered_all_the_same(terms, client, query):
    check()
    page = suggesting.page_of_terms(terms)
    assert client.get(reverse("terms:pick"), {"page": page.name, **query}).status_code in {200, 404}


@pytest.mark.data
def test_on_real_pages_every_click_names_what_was_clicked():
    folder = need_shared_data("terms/recorded")
    pages = 0
    for case in cases.load(folder / "cases.json"):
        file = folder / case["documents"][0]["snapshot"]
        if file.suffix != ".html":
            continue
        html = file.read_text("utf-8", errors="replace")
        assert not re.search(
            r"<(script|style|link|iframe|!--)|<[^>]*\s(on\w+|href|src|style)=", numbered(html, URL)
        )
        found = Page(html, URL).find("*")
        for number in range(1, len(found), max(1, len(found) // 5)):
            selector = selector_of(html, URL, number)
            assert [each.html for each in Page(html, URL).find(selector)] == [found[number].html], selector
        pages += 1
    assert pages > 20


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True)
    log_in(client, user)
    return user


def suggested(terms=None, select="#new", address="https://new.example/terms", **values):
    documents = [{"fetch": address, "select": select}]
    return Suggestion.objects.create(
        terms=terms, service_name="New", terms_type="Terms of Service", documents=documents, **values
    )


def decided(client, suggestion, deed, declaration, **values):
    sent = {
        "collection": suggestion.terms.service.collection_id if suggestion.terms else "",
        "service_name": "New",
        "terms_type": "Terms of Service",
        "declaration": json.dumps(declaration),
        "deed": deed,
        **values,
    }
    return client.post(reverse("terms:suggestion", args=[suggestion.pk]), sent)


@pytest.mark.django_db
def test_a_correction_is_tried_compared_and_tracked_in_one_action(terms, site, client, staff):
    check()
    site.answers["/terms"] = Answer("<body><article id=new><p>All is new here.</p></article></body>")
    suggestion = suggested(terms, address=site.url("/terms"))
    shown = client.get(reverse("terms:suggestion", args=[suggestion.pk])).content.decode()
    assert "#new" in shown
    tried = decided(client, suggestion, "try", suggestion.declaration).content.decode()
    assert "All is new here." in tried
    assert "<del>" in tried, "what is archived stands beside what would be"
    assert Terms.objects.get().declaration["select"] == "main", "a trial keeps nothing"
    was = Terms.objects.get().declaration
    assert decided(client, suggestion, "accept", suggestion.declaration).status_code == 302
    terms = Terms.objects.get()
    assert terms.declaration == suggestion.declaration
    assert terms.history == [{**was, "validUntil": terms.snapshots.first().fetched_at.isoformat()}]
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_by) == ("accepted", staff)
    assert audit_verbs() >= {"terms.suggestion_decided", "terms.declaration_changed"}
    check()
    assert Terms.objects.get().health == "ok"


def audit_verbs():
    return set(AuditEntry.objects.values_list("verb", flat=True))


@pytest.mark.django_db
def test_what_fails_its_trial_is_not_tracked(terms, site, client, staff):
    check()
    suggestion = suggested(terms, select="#nowhere", address=site.url("/terms"))
    shown = decided(client, suggestion, "accept", suggestion.declaration).content.decode()
    assert "Nothing was tracked: the trial failed." in shown
    assert "<del>" not in shown, "what cannot be read takes nothing away"
    assert "no match" in shown
    assert Suggestion.objects.waiting().exists()
    assert Terms.objects.get().declaration["select"] == "main"


@pytest.mark.django_db
def test_a_new_service_is_declared_in_the_collection_that_staff_choose(terms, site, client, staff):
    suggestion = suggested(select="main", address=site.url("/terms"))
    collection = terms.service.collection
    response = decided(client, suggestion, "accept", suggestion.declaration, collection=collection.pk)
    assert response.status_code == 302
    made = Terms.objects.exclude(pk=terms.pk).get()
    assert (made.service.name, made.service.collection, made.is_active) == ("New", collection, True)
    assert terms.service.terms.filter(is_active=True).exists(), "other services are left alone"
    again = suggested(select="main", address=site.url("/terms"))
    shown = decided(client, again, "accept", again.declaration, collection=collection.pk)
    assert "declared already" in shown.content.decode()


@pytest.mark.django_db
def test_two_who_decide_at_once_decide_once(terms, staff):
    suggestion = suggested(terms)
    suggesting.refuse(suggestion=suggestion, actor=staff)
    with pytest.raises(ValidationError):
        suggesting.accept(
            suggestion=suggestion,
            collection=terms.service.collection,
            service_name="New",
            terms_type="Terms of Service",
            declaration=suggestion.declaration,
            actor=staff,
        )
    assert Terms.objects.get().declaration["select"] == "main"


@pytest.mark.django_db
def test_only_staff_decide(terms, client):
    suggestion = suggested(terms)
    log_in(client, UserFactory())
    assert decided(client, suggestion, "accept", suggestion.declaration).status_code == 403


@pytest.mark.django_db
def test_a_document_of_several_pages_with_ranges_and_filters_is_suggested(client):
    first = {
        **FORM,
        "select": '{"startBefore": "#a", "endBefore": "#b"}\n.more',
        "remove": "nav\nfooter",
        "filter": '{"removeQueryParams": ["utm_source"]}',
    }
    page = client.post(reverse("terms:suggest"), {**first, "deed": "more"})
    form = page.context["form"]
    held = form["documents"].value()
    assert form["address"].value() in {None, ""}
    second = {**FORM, "address": "https://new.example/2", "select": "main", "scripts": "on"}
    sent = {**second, "documents": held, "at": form["at"].value(), "deed": "send"}
    assert client.post(reverse("terms:suggest"), sent).status_code == 302
    assert Suggestion.objects.get().declaration == {
        "combine": [
            {
                "fetch": FORM["address"],
                "select": [{"startBefore": "#a", "endBefore": "#b"}, ".more"],
                "remove": ["nav", "footer"],
                "filter": [{"removeQueryParams": ["utm_source"]}],
            },
            {"fetch": "https://new.example/2", "select": "main", "executeClientScripts": True},
        ]
    }


@pytest.mark.django_db
def test_the_documents_held_are_written_in_again_and_taken_away(client):
    held = [{"fetch": "https://a.example/1", "select": "main"}, {"fetch": "https://a.example/2"}]
    sent = {**FORM, "address": "https://a.example/2", "documents": json.dumps(held), "at": 1}
    form = client.post(reverse("terms:suggest"), {**sent, "deed": "edit-0"}).context["form"]
    assert (form["address"].value(), form["select"].value(), form["at"].value()) == (
        "https://a.example/1",
        "main",
        0,
    )
    form = client.post(reverse("terms:suggest"), {**sent, "deed": "drop-0"}).context["form"]
    assert json.loads(form["documents"].value()) == [{"fetch": "https://a.example/2"}]


@pytest.mark.django_db
@pytest.mark.parametrize("junk", ["{", "[1]", '{"a": 1}', "null", '[{"fetch": 1}]'])
def test_documents_that_cannot_be_are_answered_all_the_same(client, junk):
    for at in ("99", "-1", "x", "²", "9" * 40, ""):
        for deed in ("more", "edit-99", "drop-99", "edit-x", "read"):
            sent = {**FORM, "documents": junk, "at": at, "deed": deed}
            assert client.post(reverse("terms:suggest"), sent).status_code in {200, 400}


@pytest.mark.django_db
def test_two_clicks_read_from_here_to_there(terms, site, client):
    html = "<body><main><h1>T</h1><p id=a>One.</p><p>Two.</p><p id=b>Three.</p></main></body>"
    site.answers["/terms"] = Answer(html)
    check()
    page = suggesting.page_of_terms(terms)
    shown = numbered(page.html, page.url)

    def number(text):
        return int(shown[: shown.index(text)].rpartition('data-pick="')[2].partition('"')[0])

    ask = {"page": page.name, "select": ""}
    begun = client.get(reverse("terms:pick"), {**ask, "n": number("One."), "mode": "select-from"}).json()
    assert "endBefore" in begun["error"], "a range that has no end yet says so"
    whole = client.get(
        reverse("terms:pick"), {**ask, "select": begun["select"], "n": number("Two."), "mode": "select-to"}
    )
    assert whole.json()["markdown"] == "One.\n\nTwo."
