"""The pure modules: a page as one text, kept small, merged, followed sentence by sentence."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia import blame, house_rules, storage
from encyclopedia.document import Document, DocumentError, parse
from encyclopedia.merge import merge, merged_list, merged_text

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=300)
WORD = (
    st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\0"), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
LINES = st.lists(st.sampled_from("abcdef"), max_size=8).map("\n".join)
WORDS = st.lists(WORD, max_size=3, unique=True).map(tuple)
DOCUMENT = st.builds(
    Document,
    title=WORD,
    kind=st.sampled_from(["tool", "actor"]),
    summary=TEXT,
    phases=WORDS,
    tags=WORDS,
    fields=st.dictionaries(
        WORD, st.one_of(TEXT.filter(bool), st.lists(TEXT, min_size=1, max_size=3)), max_size=3
    ),
    body=TEXT,
)


@given(DOCUMENT)
def test_a_page_is_read_back_as_it_was_written(document):
    assert parse(document.text) == document
    assert parse(document.text).sha256 == document.sha256


@given(TEXT, TEXT)
def test_what_is_kept_is_read_back_with_or_without_a_keyframe(text, keyframe):
    assert storage.unpack(storage.pack(text)) == text
    assert storage.unpack(storage.pack(text, keyframe), keyframe) == text


def test_a_small_change_of_a_long_text_takes_little_room():
    lines = [f"Sentence {number} says something of its own, {number * 7919}.\n" for number in range(2_000)]
    text = "".join(lines)
    lines[1_000] = "Another sentence altogether.\n"
    assert len(storage.pack("".join(lines), text)) < 200 < len(storage.pack(text))


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        "---\nkind: tool\n---\n\nbody",
        "---\n- a\n---\n",
        "---\na: &x [1]\nb: *x\n---\n",
        "---\n: : :\n\t\n---\n",
    ],
)
def test_what_is_no_page_is_refused_in_words(text):
    with pytest.raises(DocumentError):
        parse(text)


def test_front_matter_that_people_write_by_hand_is_understood():
    text = "---\ntitle: Bot or not\nkind: tool\nphases: [detection]\n"
    text += "fields:\n  last_checked: 2019-05-27\n---\n\nBody\r\n"
    assert parse(text) == Document(
        title="Bot or not",
        kind="tool",
        phases=("detection",),
        fields={"last_checked": "2019-05-27"},
        body="Body\n",
    )


@given(LINES, LINES)
def test_a_merge_with_nothing_is_what_the_other_wrote(base, mine):
    assert merged_text(base, mine, base) == mine
    assert merged_text(base, base, mine) == mine
    assert merged_text(base, mine, mine) == mine


@given(LINES, LINES, LINES)
def test_a_merge_does_not_depend_on_who_came_first(base, mine, theirs):
    assert merged_text(base, mine, theirs) == merged_text(base, theirs, mine)


def test_changes_in_two_places_are_both_kept():
    assert merged_text("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD") == "A\nb\nc\nD"


def test_changes_in_one_place_are_left_to_a_person():
    base = Document(title="T", kind="tool", body="a\nb")
    merged = merge(base, replace(base, body="mine\nb"), replace(base, body="theirs\nb", summary="S"))
    assert merged.conflicts == ("body",)
    assert merged.document.body == "mine\nb"
    assert merged.document.summary == "S"


def test_words_never_conflict():
    assert merged_list(("fr", "ro"), ("fr", "ro", "de"), ("ro", "en")) == ("ro", "de", "en")


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_each_sentence_of_the_last_text_has_one_writer(texts):
    written = blame.blame(enumerate(texts))
    assert "".join(sentence.text for sentence in written) == texts[-1]


def test_a_sentence_keeps_its_writer_when_others_come_around_it():
    written = blame.blame([(1, "Old one. Kept."), (2, "New one. Kept. Added!")])
    assert [(each.text.strip(), each.since) for each in written] == [
        ("New one.", 2),
        ("Kept.", 1),
        ("Added!", 2),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Write to jane.doe@example.org", "email"),
        ("As @some_handle said", "handle"),
        ("Mme Durand a dit", "person"),
        ("Appelez le 06 12 34 56 78", "phone"),
        ("This is obviously false.", "judgement"),
        ("They had 66,000 accounts and 10 million followers.", "undated"),
    ],
)
def test_the_rules_of_the_house_find(body, code):
    assert code in {
        finding.code for finding in house_rules.check(Document(title="T", kind="tool", body=body))
    }


@pytest.mark.parametrize(
    "body",
    [
        "Obviously so [@source].",
        "In 2024, 10 million followers were removed.",
        "See [the page](https://x.example/@name)",
        "`@decorator`",
    ],
)
def test_what_is_sourced_dated_or_code_is_left_alone(body):
    assert house_rules.check(Document(title="T", kind="tool", body=body)) == []
