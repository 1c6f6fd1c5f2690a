"""The same room beside Synapse: `python -m benchmarks.beside_synapse PYTHON`, where that Python has matrix-synapse.

Two hundred people in one room, the same messages at the same pace, one server process each with SQLite, one after the
other on the same machine. Synapse does more for a message (federation, end-to-end keys, state); it is not tuned.
"""

import asyncio
import hashlib
import hmac
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks._portal import free_port, line_of, portal, running, tell
from benchmarks.chat import figure, load, post_for, web, world

PEOPLE, RATE, SECONDS, PATIENCE = 200, 50, 10, 60
SECRET = secrets.token_hex()
CONFIG = """
server_name: localhost
report_stats: false
registration_shared_secret: "{secret}"
bcrypt_rounds: 4
presence: {{enabled: false}}
trusted_key_servers: []
database: {{name: sqlite3, args: {{database: "{folder}/homeserver.db"}}}}
media_store_path: "{folder}/media"
signing_key_path: "{folder}/signing.key"
pid_file: "{folder}/pid"
log_config: "{folder}/log.yaml"
listeners: [{{port: {port}, bind_addresses: ["127.0.0.1"], type: http, resources: [{{names: [client]}}]}}]
"""
UNLIMITED = (
    *("rc_message", "rc_registration", "rc_admin_redaction"),
    *("rc_login.address", "rc_login.account", "rc_joins.local", "rc_joins_per_room", "rc_invites.per_user"),
)
LOG = "version: 1\nroot: {level: ERROR}\n"


class Synapse:
    """A home server, spoken to as its clients do (Matrix client-server API v1.11)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.http = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """One request, and its answer. Raises SystemExit when it is refused."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.http.getresponse()
        said = json.loads(answer.read())
        if answer.status != 200:
            raise SystemExit(f"Synapse refused {method} {path}: {said}")
        return said

    def person(self, name: str) -> str:
        """Make an account; gives its token."""
        nonce = self.ask("GET", "/_synapse/admin/v1/register")["nonce"]
        proof = hmac.new(SECRET.encode(), "\0".join((nonce, name, "word", "notadmin")).encode(), hashlib.sha1)
        asked = {
            "nonce": nonce,
            "username": name,
            "password": "word",
            "admin": False,
            "mac": proof.hexdigest(),
        }
        return str(self.ask("POST", "/_synapse/admin/v1/register", asked)["access_token"])


@contextmanager
def synapse(python: str) -> Iterator[Synapse]:
    """A server of its own in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="synapse-") as folder:
        port = free_port()
        limits = "\n".join(_unlimited(name) for name in _grouped(UNLIMITED))
        Path(folder, "log.yaml").write_text(LOG, encoding="utf-8")
        config = Path(folder, "homeserver.yaml")
        config.write_text(CONFIG.format(secret=SECRET, folder=folder, port=port) + limits, encoding="utf-8")
        command = [python, "-m", "synapse.app.homeserver", "-c", str(config)]
        subprocess.run([*command, "--generate-keys"], check=True, cwd=folder)
        process = subprocess.Popen(command, cwd=folder)
        try:
            _wait_for(port, process)
            yield Synapse(port)
        finally:
            process.terminate()
            process.wait()


def _grouped(names: tuple[str, ...]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        group, _dot, part = name.partition(".")
        groups.setdefault(group, []).extend([part] if part else [])
    return groups


def _unlimited(name: str) -> str:
    parts = _grouped(UNLIMITED)[name]
    freely = "{per_second: 100000, burst_count: 100000}"
    return f"{name}: {{{', '.join(f'{part}: {freely}' for part in parts)}}}" if parts else f"{name}: {freely}"


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            http = HTTPConnection("127.0.0.1", port, timeout=5)
            http.request("GET", "/_matrix/client/versions")
            http.getresponse()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("Synapse did not start")


class Reader:
    """One person who waits for news, as clients do: /sync by long polling over one connection."""

    sent = re.compile(rb"sent=([\d.]+)")

    def __init__(self, port: int, token: str, latencies: list[float]) -> None:
        self.port, self.token, self.latencies = port, token, latencies
        self.since = ""

    async def read(self, ready: asyncio.Semaphore) -> None:
        """Read for ever."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)
        limits = quote(json.dumps({"room": {"timeline": {"limit": 1000}}, "presence": {"types": []}}))
        while True:
            after = f"&since={self.since}&timeout=30000" if self.since else "&timeout=0"
            path = f"/_matrix/client/v3/sync?filter={limits}{after}"
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode()
            )
            body = await _body(reader)
            now = time.time()
            if self.since:
                self.latencies.extend(now - float(each) for each in self.sent.findall(body))
            else:
                ready.release()
            self.since = json.loads(body)["next_batch"]


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" not in head:
        return await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    parts = []
    while size := int((await reader.readline()).strip(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


async def _listen(port: int, tokens: list[str], room: str) -> list[float]:
    latencies: list[float] = []
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.ensure_future(Reader(port, token, latencies).read(ready)) for token in tokens]
    for _token in tokens:
        await ready.acquire()
    poster = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.beside_synapse", "post", str(port), room, tokens[0]
    )
    until = time.monotonic() + PATIENCE
    while len(latencies) < PEOPLE * RATE * SECONDS and time.monotonic() < until:  # noqa: ASYNC110 (a look now and then is enough)
        await asyncio.sleep(0.5)
    for task in tasks:
        task.cancel()
    if poster.returncode is None:
        poster.terminate()
    await poster.wait()
    return latencies


def post(port: int, room: str, token: str) -> None:
    """Say the messages at their pace."""
    server, start = Synapse(port), time.monotonic()
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, start + number / RATE - time.monotonic()))
        words = f"sent={time.time():.6f} {'some words of a message about an attack ' * 3}"
        path = f"/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/{number}"
        server.ask("PUT", path, {"msgtype": "m.text", "body": words}, token)


def _theirs(python: str) -> tuple[float, float]:
    with synapse(python) as server:
        tokens = [server.person(f"p{number}") for number in range(PEOPLE)]
        room = server.ask("POST", "/_matrix/client/v3/createRoom", {"preset": "public_chat"}, tokens[0])[
            "room_id"
        ]
        for token in tokens[1:]:
            server.ask("POST", f"/_matrix/client/v3/rooms/{quote(room)}/join", {}, token)
        print(f"Synapse, {PEOPLE} people, {RATE} messages/s for {SECONDS} s ({load()})", flush=True)
        start = time.monotonic()
        latencies = asyncio.run(_listen(server.port, tokens, room))
        return len(latencies) / (time.monotonic() - start), _p95(latencies)


def _ours() -> tuple[float, float]:
    with portal(), web() as server:
        room, cookies, secret = world(PEOPLE)
        with running("-m", "benchmarks._listeners", str(server.port), room.slug) as listeners:
            tell(listeners, " ".join(["200", *cookies]))
            line_of(listeners)
            print(f"Disinfo, {PEOPLE} people, {RATE} messages/s for {SECONDS} s ({load()})", flush=True)
            start = time.monotonic()
            post_for(server, room, secret, rate=RATE, seconds=SECONDS)
            took = time.monotonic() - start
            time.sleep(3)
            tell(listeners, "report")
            came = json.loads(line_of(listeners))
    return came["count"] / took, _p95([each / 1000 for each in came["latencies"]])


def _p95(latencies: list[float]) -> float:
    return sorted(latencies)[int(len(latencies) * 0.95)] * 1000 if latencies else 1e9


def main() -> int:
    """Measure both, the slower one first; the exit code says whether the bar is met."""
    if sys.argv[1:2] == ["post"]:
        post(int(sys.argv[2]), sys.argv[3], sys.argv[4])
        return 0
    python = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SYNAPSE_PYTHON", "")
    if not python:
        sys.exit("Say which Python has matrix-synapse: python -m benchmarks.beside_synapse PYTHON")
    theirs, their_p95 = _theirs(python)
    print(f"  deliveries {theirs:,.0f}/s, p95 {their_p95:,.0f} ms")
    ours, our_p95 = _ours()
    print(f"  deliveries {ours:,.0f}/s, p95 {our_p95:,.0f} ms")
    figure("times its deliveries a second", ours / max(theirs, 0.001), 20, "", most=False)
    figure("p95, ours beside theirs", our_p95, their_p95, "ms", most=True)
    return 0 if ours >= 20 * theirs and our_p95 < their_p95 else 1


if __name__ == "__main__":
    sys.exit(main())
