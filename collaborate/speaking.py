"""The language the portal's bot speaks in."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from collaborate.models import Room
from disinfo.accounts.models import User


def in_language_of(room: Room, asker: User | None = None) -> AbstractContextManager[None]:
    """While it lasts, words are those of who asks, else of the room, else of the portal."""
    chosen = asker.language if asker else ""
    return translation.override(chosen or room.language or settings.LANGUAGE_CODE)


def pair(name: object, value: object) -> str:
    """A name and what it is, as the language of the moment writes the colon: "yes: 2", « oui : 2 »."""
    return _("%(name)s: %(value)s") % {"name": name, "value": value}
