"""The DISARM framework is taken in from its own sheets, with its numbers, and again without a change."""

import csv
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from encyclopedia.formats import disarm
from encyclopedia.formats.disarm import sheets
from encyclopedia.models import Link, Page, Redirect
from encyclopedia.services import importing, seeding, writing
from tests.encyclopedia.factories import PUBLISHES, document
from tests.shared_data import need_shared_data

pytestmark = pytest.mark.django_db

SHEETS = {
    "phases": "disarm_id,name,rank,summary\nP01,Plan,1,What is wanted.\n",
    "tactics": "disarm_id,name,phase_id,rank,summary\nTA06,Make things,P01,6,Texts and pictures.\n",
    "techniques": (
        "disarm_id,name,tactic_id,summary\n"
        "T0085,Write texts,TA06,Texts are written.\n"
        'T0085.001,Write with a machine,TA06,"A machine writes.<br><br> <i>Again</i> and again, see T0085."\n'
    ),
    "countermeasures": (
        "disarm_id,name,metatechnique,summary,actortypes,incident_ids,tactic,responsetype,tags,techniques\n"
        'C00011,Teach readers,M001 - Resilience,Show how.,"A001 - teacher",I00001,TA06 Make,D02,school,'
        '"T0085 - Write texts T0007 - Gone"\n'
    ),
    "metatechniques": "disarm_id,name,summary\nM001,Resilience,\n",
    "responsetypes": "disarm_id,name,summary\nD02,Deny,\n",
    "actortypes": 'disarm_id,name,summary,sector_ids\nA001,teacher,Who teaches.,"S001, S002"\n',
    "sectors": "disarm_id,name\nS001,School\n",
    "incidents": (
        "disarm_id,name,objecttype,summary,year_started,attributions_seen,found_in_country,urls\n"
        'I00001,The night of the bots,campaign,It was a night.,2017,Unknown,"Lithuania, Latvia",'
        "https://example.org/night https://example.org/day\n"
    ),
    "incidenttechniques": (
        "disarm_id,name,incident_id,technique_ids,summary\n"
        'IT01,They wrote.<br>A lot.,I00001,"T0085.001,T0085",\n'
    ),
    "urls": "url_id,pub_date,authors,org,archive_link\nhttps://example.org/night,2017/05/06,Ann,The Paper,https://copies.example/1\n",
    "tools": (
        "disarm_id,name,externalgroup,url,category,function,code_url\n"
        "TL00001,Reader,Readers Ltd,https://reader.example/,Image analysis,Reads,https://code.example/reader\n"
    ),
    "externalgroups": (
        "disarm_id,name,url,summary,sector,primary_role,country,credco_list,carnegie_list\n"
        "G000001,Readers Ltd,https://readers.example/,They read.,Technology,Fact checking,UK,N,Y\n"
        "G000002,A ministry,,,Government,,World,,\n"
    ),
    "externalgroupcounters": "disarm_id,externalgroup_id,activity_id\nGC1,G000001,C00011\n",
    "playbooks": "disarm_id,object_id,name,summary\nPB1,C00011,A game,Readers sort texts.\n",
    "examples": "disarm_id,object_id,name,summary\nE1,T0085,A farm,Of 2018.\n",
    "associatedtechniques": (
        "disarm_id,description,technique_id,associated_technique_id\nAT1,Often together.,T0085,T0085.001\n"
    ),
}


@pytest.fixture
def framework(tmp_path: Path) -> Path:
    """A framework of our own in the form of theirs."""
    for name, text in SHEETS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def take_in(path: Path) -> dict[str, int]:
    return dict(importing.take_in(disarm.read(path), say=lambda _line: None))


def documents(path: Path):
    return {each.framework_id: each.document for each in disarm.read(path)}


def test_every_object_is_a_page_of_its_kind_and_its_number_leads_to_it(framework):
    assert take_in(framework) == {"created": 12}
    kinds = {
        str(fields["framework_id"]): kind for fields, kind in Page.objects.values_list("fields", "kind__code")
    }
    assert kinds == {
        "P01": "concept",
        "TA06": "concept",
        "T0085": "technique",
        "T0085.001": "technique",
        "C00011": "countermeasure",
        "M001": "concept",
        "D02": "concept",
        "A001": "concept",
        "I00001": "case-study",
        "TL00001": "tool",
        "G000001": "actor",
        "G000002": "actor",
    }
    assert Redirect.objects.get(slug="t0085001").page.title == "T0085.001 Write with a machine"


def test_a_second_import_changes_nothing_and_a_later_one_only_what_nobody_edited(framework):
    take_in(framework)
    assert take_in(framework) == {"unchanged": 12}
    ours = Page.objects.get(fields__framework_id="T0085")
    writing.save(page=ours, base=ours.current, document=document("Ours", kind="technique"), writer=PUBLISHES)
    sheet = framework / "techniques.csv"
    sheet.write_text(
        SHEETS["techniques"].replace("Texts are written.", "New words.").replace("A machine", "It")
    )
    assert take_in(framework) == {"kept": 1, "updated": 1, "unchanged": 10}
    ours.refresh_from_db()
    assert ours.title == "Ours"


def test_a_countermeasure_names_what_it_is_against_and_what_no_longer_exists_stays_a_red_link(framework):
    take_in(framework)
    answer = Page.objects.get(fields__framework_id="C00011")
    assert answer.fields["techniques"] == ["T0085", "T0007"]
    assert answer.fields["ethics"]
    body = answer.current.document.body
    assert "- Tactic: [[TA06|TA06 Make things]]" in body
    assert "- Response: [[D02|D02 Deny]]" in body
    assert "- Done by: [[A001|A001 teacher]]" in body
    assert "- Seen in: [[I00001|I00001 The night of the bots]]" in body
    assert "## Playbooks\n\n- A game: Readers sort texts.\n" in body
    assert set(answer.facets.filter(dimension="tag").values_list("value", flat=True)) >= {"DISARM", "school"}
    assert Link.objects.filter(origin=answer, slug="t0007").exists()


def test_a_case_tells_when_where_and_what_was_seen_with_its_sources(framework):
    case = documents(framework)["I00001"]
    assert (case.countries, case.fields["date_from"], case.fields["attribution"]) == (
        ("LT", "LV"),
        "2017",
        "Unknown",
    )
    assert case.fields["techniques"] == ["T0085.001", "T0085"]
    assert (
        "- [[T0085.001|T0085.001 Write with a machine]], [[T0085|T0085 Write texts]]: They wrote.\n\n  A lot.\n"
        in case.body
    )
    assert (
        "- [Ann, The Paper, 2017/05/06](<https://example.org/night>), [archived copy](<https://copies.example/1>)\n"
        "- <https://example.org/day>\n"
    ) in case.body


def test_who_can_help_is_found_by_country_type_and_what_they_do(framework):
    readers, ministry = documents(framework)["G000001"], documents(framework)["G000002"]
    assert (readers.countries, readers.fields["type"]) == (("GB",), "fact-checker")
    assert "- Does: [[C00011|C00011 Teach readers]]" in readers.body
    assert "- Listed by: Carnegie" in readers.body
    assert (ministry.countries, ministry.fields["type"]) == ((), "authority")
    assert "Sectors: School, S002" in documents(framework)["A001"].body
    tool = documents(framework)["TL00001"]
    assert (tool.fields["what_for"], tool.fields["by_whom"]) == ("Reads", "Readers Ltd")
    assert "- Code: <https://code.example/reader>" in tool.body


def test_the_html_of_its_authors_becomes_paragraphs_and_numbers_in_sentences_lead_on(framework):
    machine = documents(framework)["T0085.001"]
    assert machine.summary == "A machine writes. Again and again, see T0085."
    assert "A machine writes.\n\nAgain and again, see [[T0085]]." in machine.body
    assert "- Part of: [[T0085|T0085 Write texts]]" in machine.body
    texts = documents(framework)["T0085"]
    assert (texts.summary, "Texts are written." in texts.body) == ("Texts are written.", False)
    assert "## See also\n\n- [[T0085.001|T0085.001 Write with a machine]]: Often together.\n" in texts.body


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Short.", "Short."),
        ("One sentence. " + "word " * 60 + "end.", "One sentence."),
        ("The U.S. did it. " + "word " * 60 + "end.", "The U.S. did it."),
        ("“Quoted words.” Then " + "word " * 60, "“Quoted words.”"),
        ("word " * 80, ("word " * 59).strip() + " word…"),
        ("x" * 400, "x" * 300 + "…"),
    ],
)
def test_a_long_text_is_summed_up_by_the_sentences_it_begins_with(framework, text, summary):
    (framework / "tasks.csv").write_text(f'disarm_id,name,summary\nTK0001,A task,"{text}"\n')
    assert documents(framework)["TK0001"].summary == summary


def test_one_sheet_gives_what_the_folder_gives_of_it(framework):
    whole, part = documents(framework), documents(framework / "tools.csv")
    assert part == {"TL00001": whole["TL00001"]}


def test_sheets_are_known_by_the_names_an_office_program_gives_them(framework):
    (framework / "tools.csv").rename(framework / "DISARM_DATA_MASTER-tools.csv")
    assert "TL00001" in documents(framework)


def test_the_sheets_of_earlier_versions_with_their_crossed_tables_give_the_same(framework):
    now = documents(framework)
    (framework / "incidenttechniques.csv").rename(framework / "cross_incident_technique.csv")
    (framework / "externalgroupcounters.csv").rename(framework / "cross_externalgroup_counter.csv")
    (framework / "countermeasures.csv").write_text(
        "disarm_id,name,metatechnique,summary,incident_ids,tactic,responsetype,tags\n"
        "C00011,Teach readers,M001 - Resilience,Show how.,I00001,TA06 Make,D02,school\n"
    )
    (framework / "cross_counter_technique.csv").write_text(
        "disarm_id,technique_id\nC00011,T0085\nC00011,T0007\nC00011,All\n"
    )
    (framework / "cross_counter_actortype.csv").write_text("disarm_id,actortype_id\nC00011,A001\n")
    with (framework / "cross_incident_technique.csv").open("a") as sheet:
        sheet.write("IT02,,I00001,C00011,\n")
    assert documents(framework) == now


def test_a_sheet_with_semicolons_between_its_cells_is_read_as_well(framework):
    before = documents(framework)["TL00001"]
    sheet = framework / "tools.csv"
    sheet.write_text("\ufeff" + SHEETS["tools"].replace(",", ";"), encoding="utf-8")
    assert documents(framework)["TL00001"] == before


def test_the_stix_ids_come_from_the_bundle_that_lies_beside(framework):
    number = "attack-pattern--70717452-f7e3-4ce8-956f-39a4d34c5cfb"
    reference = {"source_name": "mitre-attack", "external_id": "T0085"}
    technique = {"type": "attack-pattern", "id": number, "external_references": [reference]}
    bundle = {"type": "bundle", "objects": [technique, {"type": "identity", "id": "x"}]}
    (framework / "DISARM.json").write_text(json.dumps(bundle))
    assert documents(framework)["T0085"].fields["stix_id"] == number


def test_a_number_that_is_there_twice_is_refused_and_the_rest_comes(framework, capsys):
    with (framework / "tools.csv").open("a") as sheet:
        sheet.write("TL00001,Other,,,,,\n,No number,,,,,\n")
    call_command("encyclopedia_import", "disarm", str(framework))
    out = capsys.readouterr()
    assert "12 created, 1 refused" in out.out
    assert "TL00001: the number is there twice" in out.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("techniques.csv", b"number,name\nT1,A\n", "techniques.csv: there is no column disarm_id"),
        ("techniques.csv", b"disarm_id,name\nT1,\xff\n", "techniques.csv: .*can't decode"),
        ("DISARM.json", b"[]", "DISARM.json is no bundle of the framework"),
        ("DISARM.json", b"{", "DISARM.json is no bundle of the framework"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_name(framework, name, content, said):
    (framework / name).write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("encyclopedia_import", "disarm", str(framework))
    assert not Page.objects.exists()


def test_a_folder_and_a_sheet_that_are_not_of_the_framework_are_refused_in_words(framework, tmp_path):
    (tmp_path / "other").mkdir()
    with pytest.raises(CommandError, match="no sheet of the framework is there; it has phases, tactics"):
        call_command("encyclopedia_import", "disarm", str(tmp_path / "other"))
    with pytest.raises(CommandError, match="it is no sheet of the framework"):
        call_command("encyclopedia_import", "disarm", str(framework / "urls.csv"))


def test_hostile_cells_stay_text(framework, client):
    hostile = '<script>x</script><img src=x onerror=y> [a](javascript:z) ]]|[[ ""><b>'
    quoted = hostile.replace('"', '""')
    for name in ("tools", "externalgroups"):
        head, *_rows = SHEETS[name].splitlines()
        first = "TL00001" if name == "tools" else "G000001"
        row = ",".join([first, *[f'"{quoted}"'] * (head.count(","))])
        (framework / f"{name}.csv").write_text(f"{head}\n{row}\n")
    take_in(framework)
    for number in ("TL00001", "G000001"):
        page = client.get(Page.objects.get(fields__framework_id=number).get_absolute_url())
        text = page.content.decode()
        assert page.status_code == 200
        for live in ("<script>x", "<img src=x", 'href="javascript:'):
            assert live not in text


@pytest.mark.data
def test_the_published_sheets_give_every_page_and_relation_that_others_made_of_them():
    """The known answer: the same commit of the framework, converted beside this project."""
    path = need_shared_data("wiki/disarm")
    ours, theirs = documents(path), documents(path / "pages.jsonl")
    assert set(ours) - set(theirs) == {"P01", "P02", "P03", "P04"}
    for number, page in theirs.items():
        mine = ours[number]
        assert (mine.title, mine.kind, mine.countries) == (page.title, page.kind, page.countries)
        assert {name: mine.fields.get(name) for name in page.fields} == dict(page.fields), number
    with (path / "relations.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {(row["from"], row["relation"], row["to"]) for row in csv.DictReader(file)}
    found = {(row.id, relation, target) for row in sheets.rows(path) for relation, target in row.relations}
    assert expected <= found
    assert {relation for _from, relation, _to in found - expected} == {
        "does",
        "done-by",
        "metatechnique",
        "response type",
        "seen-in",
    }


@pytest.mark.data
def test_the_framework_joins_the_starter_pages_that_carry_its_numbers_and_comes_again_unchanged():
    path = need_shared_data("wiki/disarm")
    seeding.seed(say=lambda _line: None)
    numbered = Page.objects.filter(language="en", kind__code="technique", fields__has_key="framework_id")
    texts = dict(numbered.values_list("fields__framework_id", "current__sha256"))
    assert len(texts) == 6
    assert take_in(path) == {"created": 2002, "joined": 6}
    for code, sha256 in texts.items():
        assert Page.objects.get(language="en", fields__framework_id=code).current.sha256 == sha256
    assert take_in(path) == {"joined": 6, "unchanged": 2002}
    assert Link.objects.filter(origin__fields__framework_id="C00022", slug="t0001").exists()
    assert not Page.objects.filter(fields__framework_id="T0001").exists()


@pytest.mark.parametrize("line", ["no json", "[]", '{"type": "bundle", "id": "x"}'])
def test_a_line_that_is_no_object_of_the_framework_is_refused_with_its_number(tmp_path, line):
    path = tmp_path / "pages.jsonl"
    path.write_text('{"id": "T0001", "title": "T0001 One", "kind": "technique"}\n' + line + "\n")
    with pytest.raises(CommandError, match="line 2 is no object with id, title and kind"):
        call_command("encyclopedia_import", "disarm", str(path))
    assert not Page.objects.exists()
