"""A git server on the loopback, over https with a certificate of its own: `git http-backend` behind a small server."""

import base64
import os
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TOKEN = "a-token-of-the-tests"


@dataclass
class GitServer:
    """Where it is, what it trusts, what it was sent."""

    root: Path
    port: int
    certificate: Path
    asked: list[str] = field(default_factory=list)
    leads_to: str = ""

    def url(self, name: str) -> str:
        """The address of a repository."""
        return f"https://127.0.0.1:{self.port}/{name}"

    def git(self, name: str, *arguments: str) -> str:
        """Ask git about a repository here."""
        command = ["git", "--git-dir", str(self.root / name), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def make(self, name: str) -> str:
        """An empty repository that may be pushed to; gives its address."""
        command = ["git", "init", "-q", "--bare", "-b", "main", str(self.root / name)]
        subprocess.run(command, check=True)
        self.git(name, "config", "http.receivepack", "true")
        return self.url(name)


@contextmanager
def serving_git(root: Path) -> Iterator[GitServer]:
    """A running server, ended with the block."""
    certificate = _certificate(root)
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(lambda: server))
    http.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    http.socket = context.wrap_socket(http.socket, server_side=True)
    server = GitServer(root, http.server_address[1], certificate)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def _handler_for(server_of: Callable[[], GitServer]) -> type[BaseHTTPRequestHandler]:
    expected = f"Basic {base64.b64encode(f'git:{TOKEN}'.encode()).decode()}"

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            server = server_of()
            server.asked.append(self.path)
            if server.leads_to:
                self.send_response(302)
                self.send_header("Location", server.leads_to + self.path)
                self.end_headers()
            elif self.headers.get("Authorization") != expected:
                self.send_response(401)
                self.send_header("WWW-Authenticate", "Basic")
                self.end_headers()
            else:
                self._run(server)

        do_GET = do_POST = _answer

        def _run(self, server: GitServer) -> None:
            path, _sign, query = self.path.partition("?")
            environment = {
                **os.environ,
                "GIT_PROJECT_ROOT": str(server.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REMOTE_USER": "git",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            body = _body(self.rfile, self.headers)
            done = subprocess.run(
                ["git", "http-backend"], input=body, env=environment, capture_output=True, check=True
            )
            head, _sign, content = done.stdout.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(fields.pop("Status", "200 OK").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _body(stream: BinaryIO, headers: Mapping[str, str]) -> bytes:
    """What was sent, also in chunks (RFC 9112 §7.1)."""
    if headers.get("Transfer-Encoding") != "chunked":
        return stream.read(int(headers.get("Content-Length") or 0))
    parts = []
    while size := int(stream.readline().split(b";")[0], 16):
        parts.append(stream.read(size))
        stream.readline()
    stream.readline()
    return b"".join(parts)
