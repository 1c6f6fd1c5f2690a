"""Everything can be written to a folder, lost, and put back."""

import shutil

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from disinfo import backup
from terms_tracker.models import Version
from tests.factories import TermsFactory, UserFactory, recorded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def portal(settings):
    """A portal with a change of terms and a file."""
    from django.core.files.base import ContentFile

    terms = TermsFactory()
    recorded(terms, "First", "2026-01-01")
    version = recorded(terms, "Second", "2026-01-02")
    default_storage.save("pictures/one.png", ContentFile(b"picture"))
    UserFactory(email="kept@people.example")
    return version


def lose_everything(settings):
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(settings.ARCHIVES_DIR)
    shutil.rmtree(settings.MEDIA_ROOT)


def test_what_was_lost_is_back_after_a_restore(client, portal, settings, tmp_path):
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip(
            "an in-memory database has no file to put back; tests/chaos/test_up.py does it on a real portal"
        )
    before = client.get(portal.get_change_url()).content
    call_command("backup", str(tmp_path / "backup"))
    lose_everything(settings)
    assert not Version.objects.exists()
    call_command("restore", str(tmp_path / "backup"), "--yes")
    assert client.get(portal.get_change_url()).status_code == 200
    assert len(client.get(portal.get_change_url()).content) == len(before)
    with default_storage.open("pictures/one.png") as picture:
        assert picture.read() == b"picture"


def test_a_folder_that_is_not_what_its_manifest_says_is_refused(portal, tmp_path):
    folder = tmp_path / "backup"
    call_command("backup", str(folder))
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(folder))
    (folder / "media.tar").write_bytes(b"x")
    with pytest.raises(backup.BackupError, match=r"media\.tar"):
        backup.restore(folder)
    with pytest.raises(backup.BackupError, match="manifest"):
        backup.restore(tmp_path)


def test_a_stranger_in_the_folder_is_noticed(portal, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    (tmp_path / "backup" / "extra").write_text("?")
    with pytest.raises(backup.BackupError, match="extra"):
        backup.verify(tmp_path / "backup")
