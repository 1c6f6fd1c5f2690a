"""Certificates are checked for the name, whatever address was connected to."""

import ssl
import subprocess

import pytest

from disinfo.safe_http import (
    Client,
    HostGate,
    Policy,
    TlsError,
    parse_allowed,
)
from tests.disinfo.loopback import read_request, reply, serving
from tests.disinfo.web import ME


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=good.example",
            "-addext",
            "subjectAltName=DNS:good.example",
            "-keyout",
            folder / "key",
            "-out",
            folder / "cert",
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def tls_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert", certificate / "key")
    names = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    def answer(connection, request):
        raise AssertionError

    with serving(answer) as server:

        def serve(connection):
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    while request := read_request(secure):
                        reply()(secure, request)
            except OSError:
                pass

        server._serve = serve
        server.names = names
        yield server


def test_the_certificate_is_checked_for_the_name_not_the_address(tls_server, certificate):
    trusting = ssl.create_default_context(cafile=certificate / "cert")
    allow = (parse_allowed(f"127.0.0.1:{tls_server.port}"),)
    options = {"gate": HostGate(min_delay=0), "resolver": lambda *_: ["127.0.0.1"]}
    policy = Policy(user_agent=ME, allow=allow)
    with Client(policy, ssl_context=trusting, **options) as web:
        assert web.get(f"https://good.example:{tls_server.port}/").content == b"hello"
        assert tls_server.names == ["good.example"]
        with pytest.raises(TlsError) as refused:
            web.get(f"https://bad.example:{tls_server.port}/")
        assert not refused.value.is_transient
    with Client(policy, **options) as web, pytest.raises(TlsError):
        web.get(f"https://good.example:{tls_server.port}/")
