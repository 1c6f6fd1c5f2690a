import contextlib
import ipaddress
import socket
import threading

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from disinfo.safe_http import (
    Client,
    DnsError,
    FetchError,
    HostGate,
    Policy,
    RefusedAddressError,
    check_unresolved,
    parse_allowed,
    parse_url,
)
from disinfo.safe_http.addresses import is_public
from disinfo.safe_http.urls import follow
from tests.disinfo.loopback import reply, serving

ME = "tests/1.0 (+https://example.org)"


def client(*allow, resolver=None, **limits):
    policy = Policy(user_agent=ME, allow=tuple(parse_allowed(place) for place in allow), **limits)
    options = {"resolver": resolver} if resolver else {}
    return Client(policy, gate=HostGate(min_delay=0, patience=0.5), **options)


REFUSED = [
    "127.0.0.1",
    "127.1",
    "127.255.255.254",
    "0.0.0.0",
    "0",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "3232235777",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:8.8.8.8]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[::8.8.8.8]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:808:808::1]",
    "[2001::1]",
    "[2001:0:7f00:1::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[ff02::1]",
    "[100::1]",
    "[5f00::1]",
]


@pytest.mark.parametrize("host", REFUSED)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_host_that_is_not_of_the_public_web_is_refused(scheme, host):
    with client() as web, pytest.raises(RefusedAddressError) as refused:
        web.get(f"{scheme}://{host}/")
    assert refused.value.code == "refused_address"
    assert not refused.value.is_transient


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1:70/",
        "data:text/html,x",
        "javascript:alert(1)",
        "//example.org/",
        "example.org",
        "http:///path",
        "http://",
        "",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org\\@127.0.0.1/",
        "http://127.0.0.1%00.example.org/",
        "http://１２７.0.0.1/",
        "http://ⓛocalhost/",
        "http://exa\u200bmple.org/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://[::1/",
        "http://[",
        "http://%31%32%37.0.0.1/",
        "http://0177.0.0.1/",
        "http://localhost./",
        "http://[fe80::1%25eth0]/",
        "http://a b/",
        "http://example.org/\r\nX: y",
        "http://" + "a" * 300 + "/",
        "http://xn--/",
        "http://example.org/" + "a" * 9000,
    ],
)
def test_an_address_with_a_trick_in_it_is_refused_without_a_connection(url):
    def nobody(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with client(resolver=nobody) as web, pytest.raises(FetchError):
        web.get(url)


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_only_the_ports_of_the_web_are_reached(port):
    with client(resolver=lambda host, port: ["9.9.9.9"]) as web, pytest.raises(RefusedAddressError):
        web.get(f"http://example.org:{port}/")


def test_one_bad_address_refuses_a_name_that_has_good_ones():
    with (
        client(resolver=lambda host, port: ["9.9.9.9", "10.0.0.1"]) as web,
        pytest.raises(RefusedAddressError),
    ):
        web.get("http://example.org/")


def test_a_name_that_resolves_otherwise_the_second_time_is_resolved_once():
    with serving(reply()) as good, serving(reply(200, b"secret"), host="127.0.0.2") as bad:
        answers = iter([["127.0.0.1"], ["127.0.0.2"]])
        asked = []

        def resolver(host, port):
            asked.append(host)
            return next(answers)

        with client(f"127.0.0.1/32:{good.port}", resolver=resolver) as web:
            response = web.get(f"http://rebinding.example:{good.port}/")
    assert asked == ["rebinding.example"]
    assert response.remote_address == "127.0.0.1"
    assert not bad.requests
    assert b"rebinding.example" in good.requests[0]


def test_a_name_whose_second_resolution_leads_inside_is_refused_then():
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    def answer(connection, request):
        reply(connection="close")(connection, request)
        connection.close()

    with (
        serving(answer) as good,
        client(f"127.0.0.1/32:{good.port}", resolver=lambda *_: next(answers)) as web,
    ):
        web.get(f"http://rebinding.example:{good.port}/")
        with pytest.raises(RefusedAddressError):
            web.get(f"http://rebinding.example:{good.port}/")


def test_the_next_address_is_tried_when_the_first_does_not_answer():
    with (
        serving(reply()) as good,
        client("127.0.0.0/8:" + str(good.port), resolver=lambda *_: ["127.0.0.9", "127.0.0.1"]) as web,
    ):
        assert web.get(f"http://example.org:{good.port}/").remote_address == "127.0.0.1"


@pytest.mark.parametrize(
    ("number", "is_transient"),
    [(socket.EAI_AGAIN, True), (socket.EAI_NONAME, False), (socket.EAI_FAIL, False)],
)
def test_a_name_that_does_not_resolve_is_told_from_a_resolver_that_does_not_answer(number, is_transient):
    def resolver(host, port):
        raise socket.gaierror(number, "no")

    with client(resolver=resolver) as web, pytest.raises(DnsError) as failed:
        web.get("http://example.org/")
    assert failed.value.is_transient is is_transient


def test_a_resolver_that_hangs_is_left_behind():
    release = threading.Event()
    try:
        with client(resolver=lambda *_: release.wait(5) or [], connect_seconds=0.1) as web:
            with pytest.raises(DnsError) as failed:
                web.get("http://example.org/")
            assert failed.value.is_transient
    finally:
        release.set()


@pytest.mark.parametrize(
    ("place", "url", "is_reached"),
    [
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}/", True),
        ("127.0.0.0/8:{port}", "http://127.0.0.1:{port}/", True),
        ("localhost:{port}", "http://localhost:{port}/", True),
        ("LocalHost.:{port}", "http://localhost:{port}/", True),
        ("localhost:{port}", "http://127.0.0.1:{port}/", False),
        ("127.0.0.1:1", "http://127.0.0.1:{port}/", False),
        ("127.0.0.1", "http://127.0.0.1:{port}/", False),
        ("[::1]:{port}", "http://127.0.0.1:{port}/", False),
        ("::/0", "http://127.0.0.1:{port}/", False),
    ],
)
def test_only_the_places_of_the_policy_are_reached_beside_the_web(place, url, is_reached):
    with serving(reply()) as server, client(place.format(port=server.port)) as web:
        if is_reached:
            assert web.get(url.format(port=server.port)).content == b"hello"
        else:
            with pytest.raises(RefusedAddressError):
                web.get(url.format(port=server.port))
            assert not server.requests


@pytest.mark.parametrize("text", ["", ":80", "http://x", "10.0.0.0/99", "host:0", "host:70000", "a/b"])
def test_a_place_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        parse_allowed(text)


@pytest.mark.parametrize("address", ["9.9.9.9", "1.1.1.1", "2606:4700::1111", "2a00:1450:4007:80e::2003"])
def test_public_addresses_are_public(address):
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_address_is_public_through_a_translation(address):
    number = int(address)
    mapped = [(0xFFFF << 32) | number, number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)]
    assert not any(is_public(ipaddress.IPv6Address(value)) for value in mapped)


urls = st.one_of(
    st.text(),
    st.builds("http://{}".format, st.text()),
    st.builds(
        "{}://{}:{}/{}".format,
        st.sampled_from(["http", "https", "HTTP", "ws"]),
        st.text(),
        st.integers(),
        st.text(),
    ),
    st.builds("http://{}/".format, st.text("0123456789.xabcdef:[]%@\\#?/ -_~", min_size=1)),
)


@given(urls)
def test_whatever_the_address_nothing_but_a_fetch_error_comes_out(url):
    def nobody(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with client(resolver=nobody) as web, pytest.raises(FetchError):
        web.get(url)


@given(st.text("/:.?#@%[]\\ ab\t\u00e9\u0130\ud83d\ufffd"))
def test_wherever_a_redirect_leads_nothing_but_a_fetch_error_comes_out(location):
    with contextlib.suppress(FetchError):
        assert follow(httpx.URL("http://example.org/a"), location).scheme in {"http", "https"}


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://10.1.2.3/hook",
            "https://[::1]/",
        ),
        *("http://169.254.169.254/", "http://localhost/", "https://api.LOCALHOST./x"),
        *("https://partner.example:8443/", "https://9.9.9.9:8443/"),
    ],
)
def test_what_would_be_refused_each_time_is_refused_before_anything_is_asked(address):
    with pytest.raises(RefusedAddressError):
        check_unresolved(Policy(user_agent="x"), parse_url(address))


@pytest.mark.parametrize(
    "address",
    [
        *("https://partner.example/hook", "http://9.9.9.9/", "http://10.1.2.3/", "http://localhost:8000/"),
        *("http://127.0.0.1:8000/", "http://inside.example:9000/"),
    ],
)
def test_what_may_be_reached_is_not_refused_before(address):
    allowed = ("10.0.0.0/8", "10.0.0.0/8:9000", "127.0.0.1:8000")
    policy = Policy(user_agent="x", allow=tuple(parse_allowed(each) for each in allowed))
    check_unresolved(policy, parse_url(address))
