"""Workers and web server killed while an incident is logged and its addresses copied: one chain, nothing twice."""

import json
import os
import random
import signal
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from collaborate import incident_log
from tests.chaos.portals import PATIENCE, eventually
from tests.collaborate.portals import World, world
from tests.servers import Answer, Server, serving

pytestmark = pytest.mark.chaos

MESSAGES = 60
_INCIDENT = """
from collaborate.services import incidents
from disinfo.accounts.models import User
made = incidents.open_new(opener=User.objects.get(name="Alice"), name="Ballots")
print("ROOM" + made.room.slug)
"""
_LOG = """
import json
from collaborate.models import Incident
from collaborate.services import logbook
made = Incident.objects.get()
print("LOG" + json.dumps({"head": made.log_head, "lines": list(logbook.lines(made))}))
"""


def say(there: World, room: str, text: str, nonce: str) -> bool:
    """Post once; False when nobody answered."""
    headers = {"Authorization": f"Bearer {there.tokens['Alice']}", "Content-Type": "application/json"}
    body = json.dumps({"text": text, "nonce": nonce})
    with (
        suppress(OSError, HTTPException),
        closing(HTTPConnection("127.0.0.1", there.portal.port, timeout=20)) as http,
    ):
        http.request("POST", f"/api/v1/collaborate/rooms/{room}/messages/", body, headers)
        return http.getresponse().status == 201
    return False


def kill_one(there: World, chance: random.Random) -> None:
    """The web server, a worker, or a process of a worker in the middle of its work."""
    word = chance.choice(["uvicorn", " worker ", "child", "child"])
    programs = there.portal.programs(" worker " if word == "child" else word)
    victims = (
        [child for pid in programs for child in there.portal.children(pid)] if word == "child" else programs
    )
    if victims:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(victims), signal.SIGKILL)


def pages_on(server: Server) -> None:
    for number in range(MESSAGES):
        server.answers[f"/{number}"] = Answer(f"<p>Ballots, part {number}</p>")


def counted(there: World, words: str) -> int:
    query = "SELECT count(*) FROM collaborate_logentry WHERE text LIKE ?"
    return int(there.portal.rows(query, words)[0][0])


def test_the_chain_holds_and_nothing_doubles_when_processes_are_killed(tmp_path: Path) -> None:
    chance = random.Random(random.getrandbits(32))  # pytest-randomly says the seed
    with (
        serving() as server,
        world(
            tmp_path,
            DISINFO_FETCH_ALLOW=server.address,
            DISINFO_FETCH_HOST_DELAY_MS="0",
            COLLABORATE_LEASE_SECONDS="4",
        ) as there,
    ):
        pages_on(server)
        room = there.portal.manage("shell", "-v0", "-c", _INCIDENT).split("ROOM")[1].splitlines()[0]
        for number in range(MESSAGES):
            text = f"{server.url(f'/{number}')} #T{1000 + number}"
            eventually(
                lambda text=text, number=number: say(there, room, text, f"n{number}"),
                within=60,
                what=f"message {number} accepted; {there.portal.said()[-2000:]}",
            )
            if number % 8 == 5:
                kill_one(there, chance)
        eventually(
            lambda: counted(there, "Copied: %") == MESSAGES and counted(there, "Technique %") == MESSAGES,
            within=PATIENCE,
            what="every address copied and every technique noted",
        )
        assert there.portal.stop() == 0
        said = json.loads(there.portal.manage("shell", "-v0", "-c", _LOG).split("LOG")[1].splitlines()[0])
        lines = [json.dumps(line) for line in said["lines"]]
        assert list(incident_log.faults(lines, head=said["head"])) == []
        texts = [line["text"] for line in said["lines"]]
        assert len(texts) == len(set(texts)) == 1 + 3 * MESSAGES
        rows = there.portal.rows("SELECT number FROM collaborate_message ORDER BY number")
        assert [number for (number,) in rows] == list(range(1, MESSAGES + 1))
        files = there.portal.rows("SELECT DISTINCT file FROM collaborate_address WHERE file != ''")
        assert len(files) == MESSAGES
