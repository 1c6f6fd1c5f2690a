"""Nightly care of the archives."""

import pytest

from terms_tracker import archives
from terms_tracker.archive import Archive
from terms_tracker.services import upkeep
from tests.factories import TermsFactory, recorded

pytestmark = pytest.mark.django_db


def test_a_sound_archive_is_packed_and_stays_readable():
    terms = TermsFactory()
    version = recorded(terms, "Words")
    collection = terms.service.collection
    assert upkeep.maintain_archive(collection=collection, kind=archives.VERSIONS) == ""
    assert archives.text_of(version) == "Words"


def test_damage_is_said(monkeypatch):
    terms = TermsFactory()
    recorded(terms, "Words")
    collection = terms.service.collection
    damaged = min((collection.archive_path(archives.VERSIONS) / "objects").glob("??/*"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"nonsense")
    # Packing would stop at the damage before the check could name it.
    monkeypatch.setattr(Archive, "maintain", lambda _self: None)
    assert "versions" in upkeep.maintain_archive(collection=collection, kind=archives.VERSIONS)
