"""One section of a page edited by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disinfo import markdown
from disinfo.accounts.models import Role
from encyclopedia import markup, sections
from encyclopedia.models import Revision
from encyclopedia.services import writing
from tests.encyclopedia.factories import PUBLISHES, document, page
from tests.encyclopedia.test_pages import log_in

BODY = "Before.\n\n## One\n\nFirst.\n\n### Deep\n\nDeeper.\n\n```\n## no heading\n```\n\n## Two\n\nSecond."
LINES = st.sampled_from(
    ["# A", "## B", "### C", "#### D", "> ## quoted", "- ## listed", "text", "", "Under\n---", "```"]
)


def test_a_section_ends_where_the_next_of_its_level_begins():
    assert [each.title for each in sections.sections(BODY)] == ["One", "Deep", "Two"]
    assert sections.take(BODY, sections.find(BODY, "s1-one")).startswith("## One\n\nFirst.\n\n### Deep")
    assert sections.take(BODY, sections.find(BODY, "s3-two")) == "## Two\n\nSecond."
    assert [sections.find(BODY, anchor) for anchor in ("", "s9-x", "two", "s99999999999")] == [None] * 4


def test_what_follows_stays_apart_from_a_section_that_lost_its_last_line():
    changed = sections.put(BODY, sections.find(BODY, "s1"), "## One\n\nOther")
    assert changed == "Before.\n\n## One\n\nOther\n\n## Two\n\nSecond."


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_a_section_put_back_as_it_was_changes_nothing_and_has_the_anchor_that_readers_see(body):
    html = "".join(
        part.html for part in markup.render(markup.read(body), href_of=str, is_known=bool, media="/media/")
    )
    anchors = {int(each.anchor[1:].partition("-")[0]): each.text for each in markdown.with_anchors(html)[1]}
    for section in sections.sections(body):
        assert anchors[section.number] == section.title
        assert sections.put(body, section, sections.take(body, section)) == body


@pytest.mark.django_db
def test_a_member_edits_one_section_and_the_rest_stays(client):
    target = page(body=BODY, summary="Known", tags=("x",))
    log_in(client, Role.MEMBER)
    shown = client.get(target.get_absolute_url()).content.decode()
    address = f"{target.get_absolute_url()}edit/?section=s3-two"
    assert address in shown
    form = client.get(address)
    assert form.context["form"]["body"].value() == "## Two\n\nSecond."
    answer = client.post(
        address, {"body": "## Two\r\n\r\nBetter.", "base": target.current_id, "reason": "why"}
    )
    assert answer.status_code == 302
    target.refresh_from_db()
    assert target.current.document == document(
        body=BODY.replace("Second.", "Better."), summary="Known", tags=("x",)
    )


@pytest.mark.django_db
def test_two_people_in_two_sections_are_both_heard(client):
    target = page(body=BODY)
    base = target.current
    new = document(body=BODY.replace("Before.", "Before that.\n\n## New\n\nNew."))
    writing.save(page=target, base=base, document=new, writer=PUBLISHES)
    log_in(client, Role.MEMBER)
    client.post(
        f"{target.get_absolute_url()}edit/?section=s3-two", {"body": "## Two\n\nMine.", "base": base.pk}
    )
    target.refresh_from_db()
    assert "## New" in target.current.document.body
    assert "Mine." in target.current.document.body


@pytest.mark.django_db
def test_a_conflict_in_a_section_shows_both_whole_texts(client):
    target = page(body=BODY)
    base = target.current
    writing.save(
        page=target, base=base, document=document(body=BODY.replace("Second.", "Theirs.")), writer=PUBLISHES
    )
    log_in(client, Role.MEMBER)
    address = f"{target.get_absolute_url()}edit/?section=s3-two"
    answer = client.post(address, {"body": "## Two\n\nMine.", "base": base.pk, "reason": "mine is better"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Mine." in html
    assert "Theirs." in html
    assert Revision.objects.filter(status="conflict").count() == 1
    form = answer.context["form"]
    assert (form["reason"].value(), "First." in form["body"].value()) == ("mine is better", True)


@pytest.mark.django_db
def test_a_section_that_is_not_there_gives_the_whole_page(client):
    target = page(body=BODY)
    answer = client.get(f"{target.get_absolute_url()}edit/?section=s42-gone")
    assert answer.context["form"]["body"].value() == BODY


@pytest.mark.django_db
def test_a_section_is_offered_for_editing_in_the_language_of_the_reader(client):
    target = page(body=BODY)
    text = client.get(target.get_absolute_url(), headers={"accept-language": "fr"}).content.decode()
    assert "Modifier cette section" in text
    assert "Edit this section" not in text
