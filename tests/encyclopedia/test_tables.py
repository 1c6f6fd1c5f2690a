"""Tables made by others are taken in by a map of their columns."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils.text import slugify

from encyclopedia.models import Page

db = pytest.mark.django_db


def take_in(path, *options):
    call_command("encyclopedia_import", "table", str(path), "--kind", "tool", *options)


@db
def test_a_table_is_taken_in_by_its_map_and_refused_rows_are_named(tmp_path, capsys):
    path = tmp_path / "tools.csv"
    path.write_text('Name,URL,Keywords\nBotometer,https://example.org,"bots; accounts"\n,,\nBotometer,,\n')
    maps = ("--map", "title=Name", "--map", "fields.link=URL", "--map", "tags=Keywords")
    take_in(path, *maps)
    made = Page.objects.get()
    assert (made.kind.code, made.slug, made.fields["link"]) == (
        "tool",
        slugify("Botometer"),
        "https://example.org",
    )
    assert made.current.document.tags == ("bots", "accounts")
    said = capsys.readouterr()
    assert "refused line 3: the row has no title" in said.err
    assert "refused line 4: the title is that of line 2" in said.err
    assert "1 created, 2 refused" in said.out
    take_in(path, *maps)
    assert "1 unchanged" in capsys.readouterr().out


@db
def test_a_json_list_is_taken_in_as_well(tmp_path):
    path = tmp_path / "tools.json"
    path.write_text(json.dumps([{"n": "Hoaxy", "w": ["a", "b"]}, {"n": None}]))
    take_in(path, "--map", "title=n", "--map", "tags=w")
    assert Page.objects.get().current.document.tags == ("a", "b")


@db
def test_countries_in_a_table_are_kept_by_their_codes(tmp_path):
    path = tmp_path / "tools.csv"
    path.write_text("Name,Where\nHoaxy,USA; Deutschland; France\n")
    take_in(path, "--map", "title=Name", "--map", "countries=Where")
    assert Page.objects.get().current.document.countries == ("US", "Deutschland", "FR")


@db
@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "no column for the title"),
        (("--map", "title"), "PART=COLUMN"),
        (("--map", "title=Nome"), "There is no column Nome"),
        (("--map", "title=Name", "--map", "colour=URL"), "A page has no “colour”"),
    ],
)
def test_a_wrong_map_says_what_to_mend(tmp_path, options, why):
    path = tmp_path / "tools.csv"
    path.write_text("Name,URL\nBotometer,x\n")
    with pytest.raises(CommandError, match=why):
        take_in(path, *options)
    assert not Page.objects.exists()
