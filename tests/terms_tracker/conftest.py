import pytest

from terms_tracker.archive import Archive


@pytest.fixture
def archive(tmp_path):
    with Archive(tmp_path / "versions") as archive:
        archive.init()
        yield archive
