"""What readers and writers see."""

import re
from importlib import import_module

import pytest
from django.apps import apps

from disinfo.accounts.models import Role
from encyclopedia.models import Facet, Kind, Link, Page, Revision
from encyclopedia.services import moderating, writing
from encyclopedia.views.finding import InTurn
from tests.encyclopedia.factories import PUBLISHES, document, page
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
HOME = "/encyclopedia/"


def log_in(client, role):
    user = MembershipFactory(role=role).user
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def hrefs(target):
    """Where the text of a page leads."""
    return [href for part in target.parts for href in re.findall(r'href="([^"]*)"', part.get("html", ""))]


def form(**values):
    return {"title": "Hashtag flooding", "summary": "", "body": "Text", "reason": "why", **values}


def test_a_member_edits_a_page_at_once(client):
    target = page(body="Old")
    log_in(client, Role.MEMBER)
    answer = client.post(f"{HOME}en/hashtag-flooding/edit/", form(body="New", base=target.current_id))
    assert answer.url == target.get_absolute_url()
    assert "New" in client.get(answer.url).content.decode()


def test_a_visitor_proposes_without_an_account(client):
    target = page(body="Old")
    answer = client.post(f"{HOME}en/hashtag-flooding/edit/", form(body="New", base=target.current_id))
    assert Revision.objects.waiting().get().author is None
    assert "Old" in client.get(target.get_absolute_url()).content.decode()
    assert client.get(answer.url).status_code == 200


def test_a_visitor_cannot_read_the_proposal_of_a_page_that_is_not_published(client):
    answer = client.post(f"{HOME}en/new/?kind=tool", form(title="A new tool"))
    assert Page.objects.get().current is None
    assert client.get(answer.url).status_code == 404
    assert client.get(f"{HOME}en/a-new-tool/").status_code == 404
    log_in(client, Role.MODERATOR)
    assert client.get(answer.url).status_code == 200


def test_the_text_of_who_comes_second_is_shown_beside_the_first(client):
    target = page(body="Old")
    base = target.current_id
    log_in(client, Role.MEMBER)
    client.post(f"{HOME}en/hashtag-flooding/edit/", form(body="First", base=base))
    answer = client.post(f"{HOME}en/hashtag-flooding/edit/", form(body="Second", base=base))
    assert answer.status_code == 409
    assert "Second" in answer.content.decode()
    again = form(body="First and second", base=answer.context["form"].data["base"])
    assert client.post(f"{HOME}en/hashtag-flooding/edit/", again).status_code == 302


def test_an_address_of_a_person_asks_for_confirmation(client):
    target = page(body="Old")
    log_in(client, Role.MEMBER)
    values = form(body="Write to jane.doe@example.org", base=target.current_id)
    answer = client.post(f"{HOME}en/hashtag-flooding/edit/", values)
    assert "jane.doe@example.org" in answer.content.decode()
    assert target.revisions.count() == 1
    client.post(f"{HOME}en/hashtag-flooding/edit/", values | {"is_confirmed": "on"})
    assert target.revisions.count() == 2


def test_the_public_reads_the_verified_revision_of_a_page_so_protected(client):
    target = page(body="Verified text")
    moderator = UserFactory()
    moderating.verify(revision=target.current, moderator=moderator)
    moderating.protect(
        page=target, level="editors", shows_verified=True, reason="election", moderator=moderator
    )
    writing.save(page=target, base=target.current, document=document(body="Draft text"), writer=PUBLISHES)
    assert "Verified text" in client.get(target.get_absolute_url()).content.decode()
    assert "Draft text" in client.get(target.get_absolute_url() + "?draft").content.decode()
    log_in(client, Role.MEMBER)
    assert "Draft text" in client.get(target.get_absolute_url()).content.decode()
    client.post(f"{HOME}en/hashtag-flooding/edit/", form(body="Mine", base=target.revisions.first().pk))
    assert Revision.objects.waiting().count() == 1


def test_a_stranger_cannot_moderate(client):
    target = page()
    log_in(client, Role.EDITOR)
    assert client.get(f"{HOME}en/hashtag-flooding/manage/").status_code == 403
    assert client.get(f"{HOME}proposals/").status_code == 403
    assert client.post(f"{HOME}revision/{target.current_id}/decide/", {"deed": "verify"}).status_code == 403
    client.logout()
    assert client.post(f"{HOME}revision/{target.current_id}/restore/").status_code == 302
    assert target.revisions.count() == 1


@pytest.mark.parametrize("deed", [{"deed": "delete"}, {"deed": "protect", "level": "editors"}])
def test_a_page_is_neither_taken_away_nor_closed_without_a_reason(client, deed):
    target = page()
    log_in(client, Role.ADMIN)
    answer = client.post(f"{HOME}en/hashtag-flooding/manage/", {**deed, "reason": " "}, follow=True)
    assert "Say why" in answer.content.decode()
    target.refresh_from_db()
    assert (target.is_deleted, target.protection) == (False, Page.Protection.MEMBERS)
    client.post(f"{HOME}en/hashtag-flooding/manage/", {**deed, "reason": "election"})
    target.refresh_from_db()
    assert (target.is_deleted, target.protection) != (False, Page.Protection.MEMBERS)


def test_pages_are_found_by_words_and_facets_together(client):
    page("Botometer", kind="tool", phases=("qualification",), countries=("FR",), body="scores accounts")
    page("Hoaxy", kind="tool", phases=("detection",), body="shows accounts")
    page("VIGINUM", kind="actor", phases=("detection",), countries=("FR",))
    found = client.get(f"{HOME}pages/", {"q": "accounts", "kind": "tool", "country": "FR"})
    assert [each.title for each in found.context["page_obj"]] == ["Botometer"]
    counts = {
        value.code: value.pages
        for _dimension, _label, values in client.get(f"{HOME}pages/?country=FR").context["dimensions"]
        for value in values
    }
    assert (counts["tool"], counts["actor"], counts["detection"]) == (1, 1, 1)


@pytest.mark.parametrize("query", ["", "?q=flood"])
def test_pages_in_the_readers_language_come_first(client, query):
    page("A flood", body="flood flood flood")
    page("Une crue", language="fr", body="flood")
    for language, title in (("en", "A flood"), ("fr", "Une crue")):
        found = client.get(f"{HOME}pages/{query}", headers={"Accept-Language": language}).context["page_obj"]
        assert next(each.title for each in found) == title
        assert len(found) == 2


@pytest.mark.parametrize("path", ["", "pages/", "changes/", "wanted/", "en/new/", "fr/new/?kind=tool"])
def test_every_list_opens_empty_and_full(client, path):
    assert client.get(HOME + path).status_code == 200
    page(body="[[Missing]] and [@source]\n\n/encyclopedia/en/hashtag-flooding/")
    assert client.get(HOME + path).status_code == 200


def test_every_view_of_a_page_opens(client):
    target = page(body="# Title\n\n[[Missing]] [@source]\n\n/terms/\n\n| a | b |\n|-|-|\n| 1 | 2 |")
    saved = writing.save(page=target, base=target.current, document=document(body="Other"), writer=PUBLISHES)
    for path in ("", "edit/", "history/", "blame/", "links/"):
        assert client.get(target.get_absolute_url() + path).status_code == 200
    first = target.revisions.get(number=1)
    for path in (
        f"compare/{first.pk}/{saved.revision.pk}/",
        f"revision/{first.pk}/",
        f"revision/{first.pk}/source/",
    ):
        assert client.get(HOME + path).status_code == 200
    assert (
        client.get(target.get_absolute_url() + f"history/?old={first.pk}&new={saved.revision.pk}").status_code
        == 302
    )


def test_pages_in_the_readers_language_come_first_whatever_part_of_the_list_is_read(client):
    for number in range(4):
        page(f"English {number}")
        page(f"Abord {number}", language="fr")
    rows = Page.objects.live()
    both = InTurn(rows.filter(language="en").by_title(), rows.exclude(language="en").by_title())
    whole = [each.title for each in both[0:8]]
    assert whole == [*(f"English {n}" for n in range(4)), *(f"Abord {n}" for n in range(4))]
    assert len(both) == 8
    for start in range(9):
        for stop in range(start, 10):
            assert [each.title for each in both[start:stop]] == whole[start:stop]


def test_a_deleted_page_counts_in_no_facet_and_comes_back_with_its_own():
    target = page("Flooding", phases=("detection",))
    moderating.delete(page=target, moderator=UserFactory(), reason="twice")
    assert not target.facets.exists()
    moderating.undelete(page=target, moderator=UserFactory(), reason="once")
    assert ("phase", "detection") in set(target.facets.values_list("dimension", "value"))


@pytest.mark.parametrize("asked", ["²", "9" * 5_000, "9" * 18])
def test_a_number_that_is_none_in_an_address_breaks_nothing(client, asked):
    target = page()
    assert client.get(f"{target.get_absolute_url()}history/?old={asked}&new=1").status_code in (200, 302)
    assert client.get(f"/encyclopedia/en/new/?kind=technique&from={asked}").status_code == 200


def test_a_whole_question_finds_the_pages_with_its_rarest_words_first(client):
    page("Expert Forum", summary="Who can help with elections in Romania, and with a flood.", kind="actor")
    page("Hashtag", summary="With a flood of posts.")
    page("Rumours", summary="Nothing of the kind.")
    answer = client.get("/encyclopedia/pages/?q=who+can+help+me+with+a+hashtag+flood+in+Romania+please")
    assert [each.title for each in answer.context["page_obj"]] == ["Expert Forum", "Hashtag"]
    assert "No page has all of these words" in answer.content.decode()
    assert "No page has all" not in client.get("/encyclopedia/pages/?q=flood").content.decode()


def test_a_save_without_a_change_is_no_revision_whatever_the_order_of_the_ticked_boxes(client):
    target = page(body="Text", phases=("research", "detection"), criteria=("political", "artificial"))
    log_in(client, Role.MEMBER)
    ticked = {"phases": ["detection", "research"], "criteria": ["artificial", "political"]}
    client.post(f"{target.get_absolute_url()}edit/", form(base=target.current_id, **ticked))
    assert target.revisions.count() == 1
    ticked["phases"] = ["detection", "prevention", "research"]
    client.post(f"{target.get_absolute_url()}edit/", form(base=target.current_id, **ticked))
    assert Page.objects.get().current.document.phases == ("research", "detection", "prevention")


def test_nobody_is_asked_whether_they_meant_what_they_are_shown(client):
    page("Double pressed")
    assert client.get("/encyclopedia/pages/?q=Double+pressed").context["near"] == []
    assert client.get("/encyclopedia/pages/?q=Doubel+presed").context["near"]


def test_a_proposal_is_accepted_or_rejected_and_not_restored(client):
    page(body="Old")
    client.post(f"{HOME}en/hashtag-flooding/edit/", form(body="New"))
    log_in(client, Role.MODERATOR)
    text = client.get(Revision.objects.waiting().get().get_absolute_url()).content.decode()
    assert "Accept and publish" in text
    assert "Restore this text" not in text


def test_a_save_keeps_the_spaces_of_a_summary_that_do_not_break(client):
    said = "Comptes\u202f: 40\xa0%"
    target = page(summary=said, body="Old")
    log_in(client, Role.MEMBER)
    client.post(f"{HOME}en/hashtag-flooding/edit/", form(summary=f" {said}\r\n", body="New"))
    target.refresh_from_db()
    assert target.summary == said


def test_a_link_by_a_title_with_a_colon_is_no_link_to_a_kind():
    there = page("Macron Leaks: what is known", kind="case-study")
    assert hrefs(page("Another", body="[[Macron Leaks: what is known]]")) == [there.get_absolute_url()]
    assert hrefs(page("A third", body="[[case-study:Macron Leaks: what is known|it]]")) == [
        there.get_absolute_url()
    ]
    assert hrefs(page("A fourth", body="[[Nobody: nothing]]")) == [
        "/encyclopedia/en/new/?slug=nobody-nothing"
    ]
    assert {each.origin.title for each in Link.objects.to(there)} == {"Another", "A third"}


@pytest.mark.parametrize("address", ["/terms/x/", "https://portal.example/terms/x/"])
def test_a_permalink_as_a_browser_shows_it_is_a_card_too(settings, address):
    settings.SITE_URL = "https://portal.example"
    assert page("Carded", body=f"Before\n\n{address}\n").parts[1:] == [{"card": "/terms/x/"}]


def test_the_address_of_another_site_is_no_card(settings):
    settings.SITE_URL = "https://portal.example"
    made = page("Uncarded", body="https://portal.example.evil/terms/x/\n\nhttps://other.example/terms/x/\n")
    assert not any("card" in part for part in made.parts)


@pytest.mark.parametrize(("language", "reads"), [("fr", "en"), ("en", "fr"), ("fr", "fr")])
def test_a_page_starts_from_the_text_of_its_own_language(client, language, reads):
    Kind.objects.filter(code="technique").update(template_en="## How it works", template_fr="## Comment")
    answer = client.get(f"{HOME}{language}/new/?kind=technique", headers={"Accept-Language": reads})
    started = answer.context["form"].initial["body"]
    assert started == {"fr": "## Comment", "en": "## How it works"}[language]


def test_a_writer_is_told_what_is_worth_another_look_and_not_again_of_what_was_there(client):
    log_in(client, Role.MEMBER)
    answer = client.post(f"{HOME}en/new/?kind=technique", form(body="An infamous lie."), follow=True)
    assert "“infamous”, a judgement" in answer.content.decode()
    written = Page.objects.get()
    more = form(body="An infamous lie.\n\nIt cost 5 million euros.", base=written.current_id)
    html = client.post(f"{written.get_absolute_url()}edit/", more, follow=True).content.decode()
    assert "“5 million”, a figure" in html
    assert "a judgement" not in html


@pytest.mark.parametrize("value", ["2019-13", "2019-02-30", "yesterday"])
def test_a_date_that_no_calendar_has_is_refused_in_words(client, value):
    log_in(client, Role.MEMBER)
    values = form(title="A case", field_date_from=value)
    answer = client.post(f"{HOME}en/new/?kind=case-study", values)
    assert "A day, a month or a year, please." in answer.content.decode()
    assert not Page.objects.exists()


def test_countries_are_written_by_name_and_kept_by_code(client):
    target = page(body="Old", countries=("FR", "Atlantis"))
    log_in(client, Role.MEMBER)
    address = f"{HOME}en/hashtag-flooding/edit/"
    refused = client.post(address, form(base=target.current_id, countries="Roumanie, Narnia"))
    assert "“Narnia” is no country we know" in refused.content.decode()
    client.post(address, form(base=target.current_id, countries="Roumanie, lithuania, RO, Atlantis"))
    target.refresh_from_db()
    # What was there before is not taken from whoever edits something else.
    assert target.current.document.countries == ("RO", "LT", "Atlantis")
    assert set(target.facets.filter(dimension="country").values_list("value", flat=True)) == {
        "RO",
        "LT",
        "Atlantis",
    }


def test_the_pages_a_field_names_are_shown_by_title_and_those_that_are_missing_lead_to_their_writing(client):
    named = page("Flood", fields={"framework_id": "T0049"})
    later = document("Hashtag flood", fields={"framework_id": "T0049"})
    writing.save(page=named, base=named.current, document=later, writer=PUBLISHES)
    moderating.rename(page=named, slug="hashtag-flood", moderator=UserFactory())
    answer = page("Answer", kind="countermeasure", fields={"techniques": ["Flood", "T0001", "!"]})
    html = client.get(answer.get_absolute_url()).content.decode()
    assert '<a href="/encyclopedia/en/hashtag-flood/">Hashtag flood</a>' in html
    assert '<a href="/encyclopedia/en/new/?slug=t0001" class="is-missing">T0001</a>' in html
    assert ", !" in html


def test_a_field_of_pages_names_one_whose_title_has_a_colon(client):
    there = page("Macron Leaks: what is known")
    answer = page("Answer", kind="countermeasure", fields={"techniques": ["Macron Leaks: what is known"]})
    html = client.get(answer.get_absolute_url()).content.decode()
    assert f'<a href="{there.get_absolute_url()}">Macron Leaks: what is known</a>' in html


def test_pages_are_narrowed_by_the_language_they_are_in_and_by_those_they_are_about(client):
    page("Flood", body="x")
    page("Inondation", language="fr", body="x")
    page("Radio", body="x", languages=("fr", "ro"))
    html = client.get(f"{HOME}pages/?language=fr").content.decode()
    assert ("Inondation" in html, "Radio" in html, ">Flood<" in html) == (True, True, False)
    facets = set(
        Page.objects.get(slug="radio").facets.filter(dimension="language").values_list("value", flat=True)
    )
    assert facets == {"en", "fr", "ro"}


def test_pages_that_were_there_before_are_found_by_their_language():
    target, gone = page("Flood"), page("Gone")
    Page.objects.filter(pk=gone.pk).update(is_deleted=True)
    Facet.objects.filter(dimension="language").delete()
    add = import_module("encyclopedia.migrations.0007_pages_by_their_own_language").add
    add(apps, None)
    add(apps, None)
    rows = Facet.objects.filter(dimension="language").values_list("page", "value")
    assert list(rows) == [(target.pk, "en")]
