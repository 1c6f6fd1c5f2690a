"""A real portal with a room and people in it, for tests that need a live stream between processes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.portals import Portal, portal

_WORLD = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from collaborate.models import Room
from collaborate.services import rooms
from disinfo.accounts.models import Membership, Organisation, User
from disinfo.accounts.services import create_token
store = import_module(settings.SESSION_ENGINE).SessionStore
organisation = Organisation.objects.create(name="Newsroom", slug="newsroom", status="vetted")
said = {"sessions": {}, "tokens": {}}
for name, role in (("Alice", "editor"), ("Bruno", "member"), ("Chloé", "member")):
    user = User.objects.create_user(f"{name}@people.example", name=name)
    Membership.objects.create(organisation=organisation, user=user, role=role)
    session = store()
    session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
                    HASH_SESSION_KEY: user.get_session_auth_hash()})
    session.save()
    said["sessions"][name] = session.session_key
    said["tokens"][name] = create_token(user=user, name="x", scopes=("read", "collaborate:write"))[1]
alice = User.objects.get(name="Alice")
said["room"] = rooms.create(creator=alice, name="Alarms", kind=Room.Kind.PUBLIC).slug
print("WORLD" + json.dumps(said))
"""


@dataclass(frozen=True)
class World:
    """The portal, its room, and for each of Alice, Bruno and Chloé a session and a token."""

    portal: Portal
    room: str
    sessions: dict[str, str]
    tokens: dict[str, str]

    @property
    def url(self) -> str:
        """Where the portal answers."""
        return f"http://127.0.0.1:{self.portal.port}"


@contextmanager
def world(var: Path, **environment: str) -> Iterator[World]:
    """A running portal with that world."""
    with portal(var, DISINFO_API_RATE_TOKEN="100000/min", **environment) as made:
        made.manage("migrate", "-v0")
        answer = made.manage("shell", "-v0", "-c", _WORLD)
        said = json.loads(answer.split("WORLD")[1].splitlines()[0])
        made.start()
        made.wait_until_ready()
        yield World(made, **said)
