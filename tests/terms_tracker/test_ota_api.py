"""Clients of Open Terms Archive's collection API find here what they know."""

import pytest

from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded

pytestmark = pytest.mark.django_db
HOME = "/api/v1/terms/ota/demo/v1"


@pytest.fixture
def terms():
    service = ServiceFactory(
        collection=CollectionFactory(
            key="demo",
            name="Demo",
            languages=["en"],
            jurisdictions=["EU"],
            metadata={"id": "x", "tagline": "Ours"},
        ),
        key="Findly Inc.",
        name="Findly",
    )
    terms = TermsFactory(
        service=service,
        type="Privacy Policy",
        declaration={
            "combine": [
                {"fetch": "https://findly.example/a"},
                {"fetch": "https://findly.example/b", "select": "p"},
            ],
            "select": "main",
            "remove": ["nav"],
        },
    )
    recorded(terms, "One.", "2026-01-10")
    recorded(terms, "Two.", "2026-02-10")
    return terms


def test_the_metadata_say_how_much_is_tracked(client, terms):
    answer = client.get(f"{HOME}/metadata").json()
    assert (answer["id"], answer["tagline"]) == ("demo", "Ours")
    assert (answer["totalServices"], answer["totalTerms"]) == (1, 1)


def test_services_are_listed_by_their_key_with_their_types(client, terms):
    assert client.get(f"{HOME}/services").json() == [
        {"id": "Findly Inc.", "name": "Findly", "terms": [{"type": "Privacy Policy"}]}
    ]


def test_a_service_tells_its_source_documents(client, terms):
    [found] = client.get(f"{HOME}/service/Findly Inc.").json()["terms"]
    assert [each["location"] for each in found["sourceDocuments"]] == [
        "https://findly.example/a",
        "https://findly.example/b",
    ]
    assert [each["contentSelectors"] for each in found["sourceDocuments"]] == ["main", "p"]
    assert found["sourceDocuments"][0]["insignificantContentSelectors"] == ["nav"]


def test_a_version_is_the_one_in_force_at_the_date(client, terms):
    answer = client.get(f"{HOME}/version/Findly Inc./Privacy Policy/2026-01-31").json()
    assert (answer["content"], answer["fetchDate"]) == ("One.", "2026-01-10T00:00:00Z")
    assert answer["id"] == terms.versions.last().commit


@pytest.mark.parametrize(
    ("path", "code", "error"),
    [
        ("version/Findly Inc./Privacy Policy/2025-01-31", 404, "No version found for date 2025-01-31"),
        ("version/Nobody/Privacy Policy/2026-01-31", 404, "No version found for date 2026-01-31"),
        ("version/Findly Inc./Privacy Policy/2999-01-31", 416, "Requested version is in the future"),
        ("version/Findly Inc./Privacy Policy/yesterday", 400, "The date is not valid"),
        ("service/Nobody", 404, "Service not found"),
    ],
)
def test_what_is_not_there_is_said_as_the_reference_says_it(client, terms, path, code, error):
    answer = client.get(f"{HOME}/{path}")
    assert (answer.status_code, answer.json()["error"]) == (code, error)


def test_a_private_collection_is_not_there(client, terms):
    type(terms.service.collection).objects.update(is_public=False)
    for path in (
        "metadata",
        "services",
        "service/Findly Inc.",
        "version/Findly Inc./Privacy Policy/2026-01-31",
    ):
        assert client.get(f"{HOME}/{path}").status_code == 404


def test_versions_are_narrowed_by_class_topic_and_phrases_have_a_history(client, terms):
    from terms_tracker.services import remembering

    recorded(terms, "Two. We do not accept political advertising here.", "2026-03-10")
    remembering.sweep()
    answer = client.get("/api/v1/terms/versions/", {"change_class": "substance"}).json()["results"]
    assert [each["change_class"] for each in answer] == ["substance"]
    [mention] = client.get("/api/v1/terms/clauses/", {"q": "political advertising"}).json()
    assert (mention["service"], mention["is_current"]) == ("Findly", True)
    assert client.get("/api/v1/terms/clauses/").status_code == 400


def test_the_form_of_the_old_comparison_tool_leads_to_the_comparison(client, terms):
    query = {
        "service": "Findly",
        "typeofdocument": "Privacy Policy",
        "date1": "2026-01-10",
        "date2": "2026-02-11",
    }
    answer = client.get("/terms/", {**query, "action": "submit"})
    assert answer.status_code == 302
    assert answer.url.startswith(f"{terms.get_absolute_url()}compare/?from=2026-01-10&to=2026-02-11")
    unknown = client.get("/terms/", {**query, "service": "Nobody", "action": "submit"})
    assert unknown.status_code == 200
