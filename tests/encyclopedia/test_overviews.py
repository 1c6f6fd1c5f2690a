"""The encyclopedia seen whole, and what organisations say."""

import io
import json
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disinfo.accounts.models import AuditEntry, Organisation, Role
from disinfo.exports import zip_chunks
from disinfo.portal.tools import DemoWorld
from encyclopedia import graph, ledger, overviews
from encyclopedia.document import Document
from encyclopedia.formats import disarm
from encyclopedia.models import Attempt, Criterion, Page, Revision, StatedCriteria
from encyclopedia.services import demo, importing, stating, writing
from tests.encyclopedia.factories import PUBLISHES, attempt, document, page
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.shared_data import need_shared_data

HOME = "/encyclopedia/"
db = pytest.mark.django_db


def log_in(client, role, **values):
    membership = MembershipFactory(role=role, **values)
    client.force_login(membership.user, backend="django.contrib.auth.backends.ModelBackend")
    return membership


def text_of(client, path, **query):
    return client.get(HOME + path, query).content.decode()


@db
def test_a_misspelt_title_is_offered(client):
    page("Botometer", kind="tool")
    page("VIGINUM, service of vigilance", kind="actor")
    assert [title for _url, title in client.get(f"{HOME}pages/?q=botomter").context["near"]] == ["Botometer"]
    assert "VIGINUM" in text_of(client, "pages/", q="vigimun")
    assert client.get(f"{HOME}pages/?q=zzzzqqqq").context["near"] == []


@db
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_title_that_is_meant_is_offered_once_in_the_reader_s_language(client, language):
    for each in ("fr", "en"):
        page("Botometer", language=each, kind="tool")
    near = client.get(f"{HOME}pages/?q=botomter", headers={"Accept-Language": language}).context["near"]
    assert near == [(f"{HOME}{language}/botometer/", "Botometer")]


@db
def test_the_matrix_counts_what_is_known_against_a_technique():
    page("Spread", kind="concept", fields={"framework_id": "2"})
    page("Prepare", kind="concept", fields={"framework_id": "1"})
    page("Flooding", fields={"tactic": ["Spread"]})
    page("Sock puppets", fields={"tactic": ["Prepare"]})
    answer = page("Threshold", kind="countermeasure", fields={"techniques": ["Flooding"]})
    names = {"techniques": ["Flooding", "Sock puppets"]}
    page("A case", kind="case-study", fields=names, body="[[technique:Flooding]] again")
    attempt(OrganisationFactory(), answer)
    found = {tactic.name: tactic.cells[0] for tactic in overviews.matrix("en")}
    assert list(found) == ["Prepare", "Spread"]
    cell = found["Spread"]
    assert (cell.countermeasures, cell.case_studies, cell.attempts) == (1, 1, 1)
    assert (found["Prepare"].countermeasures, found["Prepare"].case_studies) == (0, 1)


@db
def test_sub_techniques_stand_under_their_technique_in_each_of_its_tactics(client):
    def technique(number, *tactics):
        return page(number, fields={"framework_id": number, "tactic": list(tactics)})

    technique("T0085", "Make", "Spread")
    first = technique("T0085.001", "Make")
    technique("T0085.002", "Make", "Spread")
    technique("T0099.001", "Make")
    page("Without a number", fields={"tactic": ["Make"]})
    page("Case", kind="case-study", fields={"techniques": ["T0085.001"]})
    make, spread = overviews.matrix("en")
    assert [[cell.page.title, *(part.number for part in cell.below)] for cell in make.cells] == [
        ["T0085", "T0085.001", "T0085.002"],
        ["T0099.001"],
        ["Without a number"],
    ]
    assert [part.number for part in spread.cells[0].below] == ["T0085.002"]
    assert (make.techniques, make.cells[0].seen_below, spread.cells[0].seen_below) == (5, 1, 0)
    assert make.cells[0].below[0].page == first
    assert "2 sub-techniques, 1 seen in a case" in client.get("/encyclopedia/matrix/").content.decode()


@db
def test_techniques_of_the_framework_stand_under_their_tactics():
    path = need_shared_data("wiki/disarm")
    framework = [each for each in disarm.read(path) if each.framework_id.startswith("T")]
    importing.take_in(framework, say=lambda _line: None)
    found = overviews.matrix("en")
    assert [tactic.name[:4] for tactic in found[:3]] == ["TA01", "TA02", "TA05"]
    assert sum(tactic.techniques for tactic in found) >= Page.objects.filter(kind__code="technique").count()
    # All 288 sub-techniques of the framework have their technique under the same tactic.
    assert sum(len(cell.below) for tactic in found for cell in tactic.cells) == 288
    assert all(tactic.url for tactic in found)


@db
def test_an_actor_in_two_languages_counts_once_in_its_country(client):
    english = page("VIGINUM", kind="actor", countries=("FR",))
    writing.create(
        document=document("VIGINUM", kind="actor", countries=("FR",)),
        language="fr",
        writer=PUBLISHES,
        translation_of=english,
    )
    page("Arcom", kind="actor", countries=("FR", "BE"))
    assert overviews.actors_by_country() == [("FR", 2), ("BE", 1)]
    assert "France" in text_of(client, "countries/")


@db
def test_case_studies_stand_under_their_year_the_latest_first():
    for title, day in (("Old", "2017-05-05"), ("New", "2024-11"), ("Undated", "")):
        page(title, kind="case-study", fields={"date_from": day} if day else {})
    years = overviews.by_year(overviews.case_studies("en"))
    assert [(year, [each.title for each in pages]) for year, pages in years] == [
        ("2024", ["New"]),
        ("2017", ["Old"]),
    ]


@db
def test_a_graph_shows_links_in_both_directions(client):
    middle = page("Middle", body="[[Out]]")
    page("Out", body="[[In]]")
    page("In", body="[[Middle]]")
    page("Elsewhere")
    drawn, others = overviews.graph_around(middle)
    assert [each.title for each in others] == ["In", "Out"]
    assert len(drawn.edges) == 3
    assert "<svg" in text_of(client, "en/middle/graph/")


@given(st.integers(1, 40))
def test_no_two_pages_of_a_graph_stand_on_each_other(count):
    drawn = graph.around((0, "Middle", "/"), [(n, str(n), "/") for n in range(1, count + 1)], {(0, 1)})
    assert len({(node.x, node.y) for node in drawn.nodes}) == count
    assert all(0 <= node.x <= drawn.width and 0 <= node.y <= drawn.height for node in drawn.nodes)


@db
def test_every_country_can_be_chosen_the_rarer_ones_below_the_others(client):
    codes = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"]
    page("Everywhere", kind="actor", countries=tuple(codes))
    page("Most places", kind="actor", countries=tuple(codes[:12]))
    html = text_of(client, "pages/")
    offered = re.findall(r'name="country" value="(\w\w)"', html)
    assert sorted(offered) == codes
    assert set(re.findall(r'name="country" value="(\w\w)"', html.partition('class="more"')[2])) == {
        "HR",
        "HU",
        "IE",
    }


@db
def test_related_pages_share_links_or_tags_and_the_nearest_come_first():
    target = page("Target", tags=("election",), criteria=("foreign",), body="[[Linked]]")
    page("Linked", tags=("election",), criteria=("foreign",))
    page("Tagged", tags=("election",))
    page("Stranger", criteria=("foreign",))
    assert [each.title for each in overviews.related(target)] == ["Linked", "Tagged"]


@db
def test_a_deleted_page_is_in_no_overview():
    target = page("Target", kind="case-study", tags=("x",), fields={"date_from": "2020"}, body="[[Other]]")
    other = page("Other", kind="actor", tags=("x",), countries=("FR",), body="[[Target]]")
    Page.objects.filter(pk__in=[other.pk]).update(is_deleted=True)
    assert overviews.related(target) == []
    assert overviews.graph_around(target)[1] == []
    assert overviews.actors_by_country() == []


def test_evidence_is_read_by_its_sign():
    lines = ["+ /terms/change/1/", "- /ads/2/", "− /ads/3/", "/bots/4/", "+", ""]
    found = ledger.evidence(Document("", "", fields={"evidence": lines}))
    assert (found.supports, found.contradicts, found.mentions) == (
        ["/terms/change/1/"],
        ["/ads/2/", "/ads/3/"],
        ["/bots/4/", "+"],
    )
    assert not ledger.evidence(Document("", ""))


@db
def test_the_ledger_shows_states_with_their_history_and_filters(client):
    target = page(
        "Keep a repository",
        kind="commitment",
        fields={"by": "Meta", "state": "to check", "since": "2023-08-25", "evidence": ["+ /terms/"]},
    )
    changed = document("Keep a repository", kind="commitment", fields={"by": "Meta", "state": "contradicted"})
    writing.save(page=target, base=target.current, document=changed, writer=PUBLISHES)
    page("Other", kind="commitment", fields={"by": "X", "state": "to check"})
    rows = client.get(f"{HOME}commitments/?by=Meta&state=contradicted").context["rows"]
    assert [each.title for each, _evidence, _history in rows] == ["Keep a repository"]
    assert [change.state for change in rows[0][2]] == ["contradicted", "to check"]
    assert client.get(f"{HOME}commitments/?state=supported").context["rows"] == []
    assert Revision.objects.filter(pk=rows[0][2][0].revision, page=target).exists()


@db
def test_evidence_stands_as_cards_on_the_page_of_a_commitment(client):
    other = page("A case", kind="case-study")
    lines = [f"+ {other.get_absolute_url()}", "- /ads/<script>/"]
    page("Promise", kind="commitment", fields={"evidence": lines})
    shown = text_of(client, "en/promise/")
    assert '<article class="card">' in shown
    assert "<script>/" not in shown


@db
def test_only_an_admin_states_the_criteria_of_an_organisation_and_it_is_kept(client):
    membership = log_in(client, Role.MEMBER)
    organisation, keys = membership.organisation, [Criterion.objects.first().pk]
    address = f"{HOME}criteria/{organisation.slug}/state/"
    assert client.post(address, {"criterion": keys}).status_code == 403
    admin = log_in(client, Role.ADMIN, organisation=organisation)
    assert client.post(address, {"criterion": [*keys, "x", "99999"]}).status_code == 302
    assert [each.pk for each in StatedCriteria.objects.get().criteria.all()] == keys
    assert AuditEntry.objects.get(verb="encyclopedia.criteria").actor == admin.user.email


@db
def test_case_studies_are_those_that_meet_all_that_two_organisations_share(client):
    mine = log_in(client, Role.MEMBER).organisation
    theirs = OrganisationFactory(status="vetted")
    words = {each.code: each for each in Criterion.objects.all()}
    for organisation, codes in ((mine, ["massive", "artificial"]), (theirs, ["artificial", "foreign"])):
        stating.state_criteria(
            organisation=organisation, criteria=[words[code] for code in codes], actor=UserFactory()
        )
    page("Met", kind="case-study", criteria=("artificial",))
    page("Not met", kind="case-study", criteria=("massive", "foreign"))
    answer = client.get(f"{HOME}criteria/", {"with": [mine.pk, theirs.pk]})
    assert [each.code for each in answer.context["shared"]] == ["artificial"]
    assert [each.title for each in answer.context["page_obj"]] == ["Met"]


@db
def test_the_organisations_of_the_demo_state_criteria_and_keep_those_they_changed(client):
    regulator, editor = MembershipFactory(), MembershipFactory()
    for each in (regulator, editor):
        Organisation.objects.filter(pk=each.organisation_id).update(status="vetted")
    world = DemoWorld(people={"regulator": regulator.user, "editor": editor.user}, say=str)
    demo.state_criteria(world)
    client.force_login(editor.user, backend="django.contrib.auth.backends.ModelBackend")
    chosen = {"with": [regulator.organisation_id, editor.organisation_id]}
    shared = client.get(f"{HOME}criteria/", chosen).context["shared"]
    assert {each.code for each in shared} == {"artificial", "false-or-misleading"}
    stating.state_criteria(organisation=editor.organisation, criteria=[], actor=editor.user)
    demo.state_criteria(world)
    assert not client.get(f"{HOME}criteria/", chosen).context["shared"]


@db
def test_a_stranger_does_not_read_the_criteria_of_organisations(client):
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{HOME}criteria/").status_code == 403


def entry(organisation, **values):
    return {
        "organisation": organisation.pk,
        "tried_on": "2025-05-04",
        "what": "We warned voters",
        "result": "worked",
        **values,
    }


@db
def test_a_member_notes_what_was_tried_and_readers_see_it(client):
    page("Warning", kind="countermeasure")
    organisation = log_in(client, Role.MEMBER).organisation
    assert client.post(f"{HOME}en/warning/log/", entry(organisation, cost="Two days")).status_code == 302
    client.logout()
    shown = text_of(client, "en/warning/")
    assert "We warned voters" in shown
    assert "Two days" in shown


@db
def test_nobody_writes_in_the_name_of_another_organisation(client):
    page("Warning", kind="countermeasure")
    log_in(client, Role.MEMBER)
    answer = client.post(f"{HOME}en/warning/log/", entry(OrganisationFactory(status="vetted")))
    assert answer.context["form"].errors["organisation"]
    assert not Attempt.objects.exists()


@db
def test_what_is_planned_has_not_been_tried(client):
    page("Warning", kind="countermeasure")
    organisation = log_in(client, Role.MEMBER).organisation
    answer = client.post(f"{HOME}en/warning/log/", entry(organisation, tried_on="2999-01-01"))
    assert "This day has not come yet" in answer.content.decode()
    assert not Attempt.objects.exists()


@db
def test_an_entry_that_may_name_a_person_asks_for_confirmation(client):
    page("Warning", kind="countermeasure")
    organisation = log_in(client, Role.MEMBER).organisation
    values = entry(organisation, what="We wrote to jane@example.org")
    assert "jane@example.org" in client.post(f"{HOME}en/warning/log/", values).content.decode()
    assert not Attempt.objects.exists()
    client.post(f"{HOME}en/warning/log/", values | {"is_confirmed": "on"})
    assert Attempt.objects.exists()


@db
def test_a_hidden_entry_is_read_by_moderators_only_and_can_come_back(client):
    noted = attempt(OrganisationFactory())
    log_in(client, Role.MODERATOR)
    client.post(f"{HOME}log/{noted.pk}/hide/", {"reason": "advertising"})
    path = f"{noted.page.language}/{noted.page.slug}/"
    assert noted.what in text_of(client, path)
    client.logout()
    assert noted.what not in text_of(client, path)
    log_in(client, Role.MODERATOR)
    client.post(f"{HOME}log/{noted.pk}/hide/")
    client.logout()
    assert noted.what in text_of(client, path)


@db
def test_only_countermeasures_have_a_log(client):
    page("A tool", kind="tool")
    log_in(client, Role.MEMBER)
    assert client.get(f"{HOME}en/a-tool/log/").status_code == 404


@db
def test_everything_can_be_taken_away_from_the_site(client):
    target = page("Flooding", body="Text")
    Page.objects.filter(pk=page("Gone").pk).update(is_deleted=True)

    def taken(name):
        return b"".join(client.get(f"{HOME}export/{name}/").streaming_content)

    archive = zipfile.ZipFile(io.BytesIO(taken("markdown")))
    assert archive.namelist() == ["en/flooding.md"]
    assert archive.read("en/flooding.md").decode() == target.current.text
    assert [each["title"] for each in json.loads(taken("json"))] == ["Flooding"]
    assert taken("csv").decode().count("\n") == 2
    assert json.loads(b"".join(client.get(f"{HOME}export/stix/")))["type"] == "bundle"
    assert client.get(f"{HOME}export/pdf/").status_code == 404


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z]{1,8}\.md", fullmatch=True), st.text()), unique_by=lambda f: f[0])
)
def test_a_streamed_archive_is_read_back(files):
    archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_chunks(files))))
    assert [(name, archive.read(name).decode()) for name in archive.namelist()] == [
        (name, text) for name, text in files
    ]
