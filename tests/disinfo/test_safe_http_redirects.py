"""Redirects are followed by hand, each checked anew."""

import time

import pytest

from disinfo.safe_http import (
    FetchTimeoutError,
    RedirectError,
    RefusedAddressError,
    TooManyRedirectsError,
)
from tests.disinfo.loopback import reply, serving
from tests.disinfo.web import client, fetch


def test_redirects_are_followed_relative_ones_too():
    def answer(connection, request):
        path = request.split()[1].decode()
        targets = {"/": "/a", "/a": "../b?c#d", "/b?c": f"//127.0.0.2:{server.port}/é"}
        reply(302, b"", Location=targets[path])(connection, request) if path in targets else reply()(
            connection, request
        )

    with serving(answer, host="0.0.0.0") as server, client(server) as web:
        start = f"http://127.0.0.1:{server.port}/"
        response = web.get(start, headers={"X-Secret": "1"})
    assert response.url == f"http://127.0.0.2:{server.port}/%C3%A9"
    assert [hop.url for hop in response.redirects] == [start, f"{start}a", f"{start}b?c"]
    assert [b"X-Secret" in request for request in server.requests] == [True, True, True, False]
    assert not response.is_downgraded


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/",
        "http://2130706433/",
    ],
)
def test_a_redirect_into_the_own_network_is_refused(location):
    with pytest.raises(RefusedAddressError):
        fetch(reply(302, b"", Location=location))


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://u:p@example.org/",
        "http://[",
        "http://a b/",
        "\xff://\xfe",
        "data:,x",
    ],
)
def test_a_redirect_to_another_scheme_is_refused(location):
    with pytest.raises(RedirectError):
        fetch(reply(301, b"", Location=location))


def test_a_redirect_without_a_target_is_an_error():
    with pytest.raises(RedirectError):
        fetch(reply(302, b""))


def test_a_loop_of_redirects_ends():
    loop = reply(302, b"", Location="/")
    with serving(loop) as server, client(server) as web, pytest.raises(TooManyRedirectsError):
        web.get(server.url)
    assert len(server.requests) == 6


def test_slow_redirects_share_one_time_limit():
    def answer(connection, request):
        time.sleep(0.2)
        reply(302, b"", Location="/")(connection, request)

    with pytest.raises(FetchTimeoutError):
        fetch(answer, total_seconds=0.5, max_redirects=100)
