"""A collection's versions as one file."""

import hashlib
import zipfile

import pytest
from django.core.management import CommandError, call_command

from terms_tracker.services import datasets
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection(settings, tmp_path):
    settings.OPEN_DATA_DIR = tmp_path
    collection = CollectionFactory(key="demo", name="Demo")
    terms = TermsFactory(service=ServiceFactory(collection=collection, key="Findly"), type="Privacy Policy")
    recorded(terms, "One <b>.", "2026-01-10")
    recorded(terms, "Two.", "2026-02-10")
    return collection


def test_each_version_is_a_file_named_by_its_date(collection):
    with zipfile.ZipFile(datasets.write(collection=collection)) as file:
        assert file.namelist() == [
            "Findly/Privacy Policy/2026-01-10T00-00-00Z.md",
            "Findly/Privacy Policy/2026-02-10T00-00-00Z.md",
            "README.md",
            "LICENSE",
        ]
        assert file.read("Findly/Privacy Policy/2026-01-10T00-00-00Z.md") == b"One <b>."
        assert "2 versions" in file.read("README.md").decode()


def test_the_page_offers_it_with_its_checksum(collection, client):
    assert datasets.write_all() == 1
    page = client.get("/terms/data/").content.decode()
    [found] = datasets.datasets_of(collection)
    assert found.sha256 in page
    answer = client.get(f"/terms/data/demo/{found.path.name}")
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == found.sha256
    assert client.get("/terms/data/demo/other.zip").status_code == 404


def test_a_private_collection_is_not_written_and_a_file_from_before_is_not_given(collection, client):
    path = datasets.write(collection=collection)
    collection.is_public = False
    collection.save()
    assert datasets.write_all() == 0
    assert client.get(f"/terms/data/demo/{path.name}").status_code == 404
    with pytest.raises(CommandError, match="--out"):
        call_command("terms_dataset", "demo")


def test_only_the_last_four_are_kept(collection, time_machine):
    for day in range(1, 7):
        time_machine.move_to(f"2026-03-0{day}T12:00:00Z")
        datasets.write(collection=collection)
    assert [each.path.name for each in datasets.datasets_of(collection)] == [
        f"demo-2026-03-0{day}.zip" for day in (6, 5, 4, 3)
    ]
