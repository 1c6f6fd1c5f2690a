"""Web server and broker killed in the middle of a burst: nothing said is lost, nothing twice, the order kept."""

import json
import os
import signal
import threading
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

import pytest

from tests.chaos.portals import PATIENCE, eventually
from tests.collaborate.portals import World, world

pytestmark = pytest.mark.chaos

MESSAGES = 120
LISTENERS = 10


class Listener(threading.Thread):
    """A client that comes back whenever its stream ends, with the last event it has."""

    def __init__(self, there: World, name: str) -> None:
        super().__init__(daemon=True)
        self.there, self.who = there, name
        self.numbers: list[int] = []
        self.last = ""
        self.is_over = False

    def run(self) -> None:
        """Listen for ever."""
        while not self.is_over:
            with suppress(OSError, HTTPException):
                self._listen()
            time.sleep(0.2)

    def _listen(self) -> None:
        with closing(HTTPConnection("127.0.0.1", self.there.portal.port, timeout=20)) as http:
            self._read(http)

    def _read(self, http: HTTPConnection) -> None:
        headers = {"Cookie": f"sessionid={self.there.sessions[self.who]}"}
        if self.last:
            headers["Last-Event-ID"] = self.last
        http.request("GET", f"/collaborate/events/?room={self.there.room}&after=0", headers=headers)
        response = http.getresponse()
        if response.status != 200:
            return
        with response:
            self._take(response)

    def _take(self, response: HTTPResponse) -> None:
        kind, key = "", ""
        while line := response.readline().decode().rstrip("\n"):
            name, _colon, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "id":
                key = value
            elif name == "data":
                if kind == "message":
                    self.numbers.append(json.loads(value)["number"])
                self.last = key or self.last
                kind = key = ""
                response.readline()
            else:
                response.readline()


def say(there: World, number: int) -> None:
    """Post until it is there; a try whose answer was lost is made again with the same nonce."""
    headers = {"Authorization": f"Bearer {there.tokens['Alice']}", "Content-Type": "application/json"}
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        http = HTTPConnection("127.0.0.1", there.portal.port, timeout=20)
        with suppress(OSError, HTTPException), closing(http):
            body = json.dumps({"text": f"message {number}", "nonce": f"n{number}"})
            http.request("POST", f"/api/v1/collaborate/rooms/{there.room}/messages/", body, headers)
            if http.getresponse().status == 201:
                return
        time.sleep(0.1)
    pytest.fail(f"message {number} was never accepted")


def test_nothing_is_lost_or_doubled_when_web_and_broker_are_killed(tmp_path: Path) -> None:
    with world(tmp_path) as there:
        listeners = [Listener(there, name) for name in ("Alice", "Bruno", "Chloé") * 4][:LISTENERS]
        for each in listeners:
            each.start()
        for number in range(1, MESSAGES + 1):
            say(there, number)
            if number in {30, 80}:
                os.kill(there.portal.programs("uvicorn")[0], signal.SIGKILL)
            if number in {55, 100}:
                os.kill(there.portal.programs("broker.sock")[0], signal.SIGKILL)
        wanted = list(range(1, MESSAGES + 1))
        for each in listeners:
            eventually(
                lambda each=each: len(each.numbers) >= MESSAGES, within=PATIENCE, what=f"{each.numbers[-5:]}"
            )
        time.sleep(2)
        for each in listeners:
            each.is_over = True
            assert each.numbers == wanted
        there.portal.stop()
        for each in listeners:
            each.join()
        stored = there.portal.rows("SELECT number, text FROM collaborate_message ORDER BY number")
        assert stored == [(number, f"message {number}") for number in wanted]
