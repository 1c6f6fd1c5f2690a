"""Certificates are checked for the name, whatever address was connected to."""

import ssl
import subprocess

import pytest

from disinfo.safe_http import (
    Client,
    FetchError,
    HostGate,
    Policy,
    RefusedAddressError,
    TlsError,
    parse_allowed,
)
from disinfo.safe_http.certificates import certificate_of
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


def policy_for(server, **values):
    return Policy(user_agent=ME, allow=(parse_allowed(f"good.example:{server.port}"),), **values)


def test_a_certificate_is_read_and_said_to_be_trusted_or_not(tls_server, certificate):
    trusting = ssl.create_default_context(cafile=str(certificate / "cert"))
    options = {"port": tls_server.port, "resolver": lambda _host, _port: ["127.0.0.1"]}
    found = certificate_of(policy_for(tls_server), "good.example", trusting=trusting, **options)
    assert (found.issuer, found.names, found.is_trusted) == ("good.example", ("good.example",), True)
    assert (found.ends - found.starts).days == 2
    assert not certificate_of(policy_for(tls_server), "good.example", **options).is_trusted


def test_the_certificate_of_an_inside_address_is_not_read(tls_server):
    closed = Policy(user_agent=ME)
    with pytest.raises(RefusedAddressError):
        certificate_of(closed, "good.example", port=443, resolver=lambda _host, _port: ["127.0.0.1"])
    with pytest.raises(RefusedAddressError):
        certificate_of(policy_for(tls_server, proxy="http://127.0.0.1:1"), "good.example")
    assert tls_server.names == []


def test_a_server_without_a_certificate_is_an_error_of_ours():
    with serving(reply()) as server, pytest.raises(FetchError):
        certificate_of(
            policy_for(server), "good.example", port=server.port, resolver=lambda _host, _port: ["127.0.0.1"]
        )
