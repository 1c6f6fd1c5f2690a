"""Files in the media whose name is the hash of their content."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def keep(name: str, content: bytes) -> None:
    """Write the file unless it is there; one that a killed process left half-written is written again."""
    if default_storage.exists(name):
        if default_storage.size(name) == len(content):
            return
        default_storage.delete(name)
    default_storage.save(name, ContentFile(content))


def read(name: str) -> bytes:
    """The content of a file; they are small enough to be held.

    Raises:
        FileNotFoundError: it is not there.
    """
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content
