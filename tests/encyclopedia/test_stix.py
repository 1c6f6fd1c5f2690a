"""Pages as STIX 2.1: every object has the shape that the standard asks for, however odd the page."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.document import Document
from encyclopedia.formats import stix
from tests.encyclopedia.factories import page

# STIX 2.1 §2.9, §3.2, §4 and §5: what the objects that we make must have.
ID = re.compile(r"^[a-z-]+--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
COMMON = {"type", "spec_version", "id", "created", "modified"}
OWN = {
    "attack-pattern": {"name"},
    "course-of-action": {"name"},
    "identity": {"name"},
    "tool": {"name"},
    "campaign": {"name"},
    "relationship": {"relationship_type", "source_ref", "target_ref"},
}

documents = st.builds(
    Document,
    title=st.text(min_size=1),
    kind=st.sampled_from(sorted(stix.KINDS)),
    summary=st.text(),
    body=st.text(),
    fields=st.dictionaries(
        st.sampled_from(["stix_id", "framework_id", "techniques", "attribution"]),
        st.text() | st.lists(st.text(), max_size=3),
        max_size=4,
    ),
)
times = st.floats(0, 4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
entries = st.builds(
    stix.Entry,
    st.integers().map("https://portal.example/{}/".format),
    documents,
    times,
    times,
)


def check(bundle):
    """Whether this is a bundle of whole objects."""
    assert bundle.keys() == {"type", "id", "objects"}
    assert bundle["type"] == "bundle"
    for each in [bundle, *bundle["objects"]]:
        assert ID.match(each["id"])
        assert each["id"].startswith(f"{each['type']}--")
    for each in bundle["objects"]:
        assert each.keys() >= COMMON | OWN[each["type"]]
        assert each["spec_version"] == "2.1"
        assert TIME.match(each["created"])
        assert TIME.match(each["modified"])
        for reference in each.get("external_references", []):
            assert reference.keys() >= {"source_name", "url"}
    ids = {each["id"] for each in bundle["objects"]}
    for each in bundle["objects"]:
        if each["type"] == "relationship":
            assert {each["source_ref"], each["target_ref"]} <= ids


@given(st.lists(entries, max_size=5))
def test_whatever_a_page_holds_its_object_is_whole(pages):
    ids = {each.document.title: stix.object_of(each)["id"] for each in pages}
    made = [obj for each in pages for obj in (stix.object_of(each), *stix.relations_of(each, ids))]
    check(json.loads("".join(stix.lines(made, "key"))))
    check(stix.bundle(made, "key"))


@given(entries)
def test_a_relation_to_what_is_not_there_is_left_out(entry):
    names = {
        name: f"tool--00000000-0000-5000-8000-{at:012x}"
        for at, (_verb, name) in enumerate(stix.named_by(entry.document))
    }
    made = [stix.object_of(entry), *stix.relations_of(entry, names)]
    assert len(stix.bundle(made, "key")["objects"]) == 1


@pytest.mark.django_db
def test_all_pages_are_one_bundle_however_many_batches_it_takes(client, monkeypatch):
    monkeypatch.setattr("encyclopedia.exports._BATCH", 2)
    for number in range(5):
        page(f"Technique {number}", kind="technique")
    page(
        "A case", kind="case-study", fields={"techniques": [f"Technique {n}" for n in range(5)] + ["Nowhere"]}
    )
    page("A practice", kind="practice")
    bundle = json.loads(b"".join(client.get("/encyclopedia/export/stix/")))
    check(bundle)
    kinds = [each["type"] for each in bundle["objects"]]
    assert (kinds.count("attack-pattern"), kinds.count("campaign"), kinds.count("relationship")) == (5, 1, 5)


@pytest.mark.django_db
def test_a_page_for_programs_comes_with_what_it_names(client):
    page("Flooding", kind="technique")
    page("Elsewhere", kind="technique")
    page("Case", kind="case-study", fields={"techniques": ["Flooding"]})
    bundle = client.get("/api/v1/encyclopedia/pages/en/case/stix/").json()
    check(bundle)
    assert sorted(each["type"] for each in bundle["objects"]) == [
        "attack-pattern",
        "campaign",
        "relationship",
    ]


@pytest.mark.parametrize(
    ("summary", "body", "description"),
    [
        ("What it is.", "Another text.", "What it is."),
        ("It begins.", "It begins. And goes\non.", "It begins. And goes\non."),
        ("It begins…", "It begins so.", "It begins so."),
        ("", "Only a body.", "Only a body."),
        ("Only a summary.", "", "Only a summary."),
    ],
)
def test_a_description_is_the_summary_or_the_text_that_it_begins(summary, body, description):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    entry = stix.Entry("https://portal.example/", Document("T", "technique", summary, body=body), at, at)
    assert stix.object_of(entry)["description"] == description
