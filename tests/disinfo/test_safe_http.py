import gzip
import multiprocessing
import threading
import time
import zlib

import pytest

from disinfo.safe_http import (
    Client,
    ConnectError,
    EmptyContentError,
    FetchError,
    FetchTimeoutError,
    HostGate,
    HttpStatusError,
    InvalidRequestError,
    Policy,
    ProtocolError,
    RedirectError,
    RefusedAddressError,
    TooLargeError,
)
from tests.disinfo.loopback import reply, serving
from tests.disinfo.web import ME, client, fetch


def test_a_page_comes_with_what_its_server_said():
    response = fetch(reply(200, b"hello", Content_Type="Text/HTML; charset=utf-8", ETag='"1"', X_Twice="a"))
    assert (response.status, response.content, response.text) == (200, b"hello", "hello")
    assert (response.mime_type, response.charset, response.etag) == ("text/html", "utf-8", '"1"')
    assert response.remote_address == "127.0.0.1"
    assert response.redirects == ()
    assert 0 < response.elapsed < 5


def test_a_request_names_itself_and_nothing_of_the_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    with serving(reply()) as server, client(server, accept_language="fr, en;q=0.8") as web:
        web.get(server.url + "a?b=c#fragment")
        web.get(server.url, accept_language="de")
    first, second = (request.decode().split("\r\n") for request in server.requests)
    assert first[0] == "GET /a?b=c HTTP/1.1"
    assert f"User-Agent: {ME}" in first
    assert "Accept-Language: fr, en;q=0.8" in first
    assert "Accept-Encoding: gzip, deflate" in first
    assert "Accept-Language: de" in second
    assert not any(line.lower().startswith(("cookie", "authorization", "referer")) for line in first)


def test_a_conditional_request_may_be_answered_by_not_modified():
    with (
        serving(reply(304, b"", ETag='"2"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")) as server,
        client(server) as web,
    ):
        response = web.get(server.url, etag='"1"', last_modified="Wed, 31 Dec 2025 00:00:00 GMT")
        assert response.is_not_modified
        assert (response.content, response.etag) == (b"", '"2"')
        assert response.last_modified == "Thu, 01 Jan 2026 00:00:00 GMT"
        with pytest.raises(ProtocolError):
            web.get(server.url)
    request = server.requests[0].decode()
    assert 'If-None-Match: "1"\r\n' in request
    assert "If-Modified-Since: Wed, 31 Dec 2025 00:00:00 GMT\r\n" in request


def test_connections_are_used_again():
    connections = set()

    def answer(connection, request):
        connections.add(connection)
        reply(304, b"")(connection, request)

    with serving(answer) as server, client(server) as web:
        for _ in range(10):
            web.get(server.url, etag='"1"')
    assert len(connections) == 1


PACKED = [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
PACKED += [("deflate", lambda data: zlib.compress(data)[2:-4])]
PACKED += [("gzip", lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:]))]
PACKED += [("gzip", lambda data: gzip.compress(data) + b"\0\0 trailing")]


@pytest.mark.parametrize(("encoding", "pack"), PACKED)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_packed_content_is_unpacked_however_it_arrives(encoding, pack, step):
    content = b"some text " * 500
    packed = pack(content)

    def answer(connection, request):
        connection.sendall(
            f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        for start in range(0, len(packed), step):
            part = packed[start : start + step]
            connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        connection.sendall(b"0\r\n\r\n")

    assert fetch(answer).content == content


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
def test_a_bomb_is_cut_before_it_goes_off(pack):
    encoding = "gzip" if pack is gzip.compress else "deflate"
    bomb = pack(bytes(200_000_000))
    with pytest.raises(TooLargeError) as cut:
        fetch(reply(200, bomb, Content_Encoding=encoding), max_bytes=1_000_000)
    assert not cut.value.is_transient


def test_a_bomb_of_bombs_is_refused():
    with pytest.raises(ProtocolError):
        fetch(reply(200, gzip.compress(gzip.compress(b"x")), Content_Encoding="gzip, gzip"))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", b"x"),
        ("gzip", b"not gzip"),
        ("deflate", b"\xff\xff\xff"),
        ("gzip", gzip.compress(b"x" * 99, mtime=0)[:-9]),
    ],
)
def test_what_cannot_be_unpacked_is_an_error(encoding, body):
    with pytest.raises(ProtocolError):
        fetch(reply(200, body, Content_Encoding=encoding))


def test_too_much_is_refused_when_it_is_announced_and_cut_when_it_is_not():
    with pytest.raises(TooLargeError, match="announces"):
        fetch(reply(200, b"x" * 2000), max_bytes=1000)

    def endless(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 100_000)

    with pytest.raises(TooLargeError):
        fetch(endless, max_bytes=1_000_000)


@pytest.mark.parametrize("announced", [b"100", b"-5", b"1e3", b"5, 6", b"\xb2"])
def test_a_server_that_lies_about_the_length_is_not_believed(announced):
    def answer(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\nhello" % announced)
        connection.shutdown(1)

    with pytest.raises(ProtocolError):
        fetch(answer)


def test_a_server_that_sends_more_than_it_announced_is_read_as_announced():
    assert fetch(reply(200, b"hello and more", Content_Length="5")).content == b"hello"


def _drip(start):
    def answer(connection, request):
        connection.sendall(start)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    return answer


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"],
    ids=["status", "header", "body"],
)
def test_a_server_that_drips_is_cut_at_the_total_time(start):
    began = time.monotonic()
    with pytest.raises(FetchTimeoutError) as cut:
        fetch(_drip(start), total_seconds=0.5)
    assert time.monotonic() - began < 10
    assert cut.value.is_transient


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel"])
def test_a_server_that_stalls_is_cut(start):
    def answer(connection, request):
        connection.sendall(start)
        connection.recv(1)  # until the client has gone

    with pytest.raises(FetchTimeoutError):
        fetch(answer, read_seconds=0.2)


def test_a_server_that_never_stops_saying_continue_is_cut():
    def answer(connection, request):
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    with pytest.raises(FetchError):
        fetch(answer, total_seconds=0.5)


def test_a_server_that_resets_or_hangs_up_may_be_tried_again():
    def reset(connection, request):
        connection.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER 0: close sends a reset
        connection.close()

    for answer in (reset, lambda connection, request: connection.shutdown(2)):
        with pytest.raises(ProtocolError) as broken:
            fetch(answer)
        assert broken.value.is_transient


def test_a_closed_port_may_be_tried_again():
    with serving(reply()) as server:
        pass
    with client(server) as web, pytest.raises(ConnectError) as failed:
        web.get(server.url)
    assert failed.value.is_transient


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000,
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\0" * 1000,
    ],
    ids=["flood", "huge", "ssh", "status", "header", "chunk", "zeros"],
)
def test_what_is_not_http_or_too_much_of_it_is_an_error(head):
    def answer(connection, request):
        connection.sendall(head + b"\r\n")
        connection.shutdown(1)

    with pytest.raises(ProtocolError):
        fetch(answer)


@pytest.mark.parametrize(
    ("status", "is_transient"),
    [
        (400, False),
        (401, False),
        (403, False),
        (404, False),
        (408, True),
        (410, False),
        (425, True),
        (429, True),
        (500, True),
        (502, True),
        (503, True),
        (504, True),
        (300, False),
        (305, False),
    ],
)
def test_an_error_status_is_kept_and_says_whether_to_try_again(status, is_transient):
    with pytest.raises(HttpStatusError) as failed:
        fetch(reply(status))
    assert (failed.value.status, failed.value.is_transient) == (status, is_transient)


def test_what_an_interface_says_with_its_refusal_is_kept_and_a_page_is_not_read():
    said = b'{"error": "AccountTakedown"}'
    with pytest.raises(HttpStatusError) as failed:
        fetch(reply(400, said, **{"Content-Type": "application/json", "X-Rate-Limit-Reset": "5"}))
    assert failed.value.content == said
    assert failed.value.headers["x-rate-limit-reset"] == "5"
    with pytest.raises(HttpStatusError) as failed:
        fetch(reply(400, b"<p>no", **{"Content-Type": "text/html"}))
    assert failed.value.content == b""


def test_a_refusal_counts_when_its_words_are_too_long_or_break_off():
    for words, length in ((b"x" * 100_000, 100_000), (b"{", 50)):
        with pytest.raises(HttpStatusError) as failed:
            fetch(reply(403, words, **{"Content-Type": "application/json", "Content-Length": str(length)}))
        assert (failed.value.status, failed.value.content) == (403, b"")


def test_an_empty_page_is_an_error():
    with pytest.raises(EmptyContentError):
        fetch(reply(200, b""))


def test_a_post_is_sent_once_and_follows_nothing():
    with serving(reply(204, b"")) as server, client(server) as web:
        response = web.post(server.url, b'{"a":1}', headers={"X-Signature": "abc"})
        assert (response.status, response.content) == (204, b"")
    [request] = server.requests
    assert request.startswith(b"POST / HTTP/1.1\r\n")
    assert b"X-Signature: abc\r\n" in request
    assert b"Content-Type: application/json\r\n" in request
    assert request.endswith(b'\r\n\r\n{"a":1}')
    with serving(reply(307, b"", Location="/again")) as server, client(server) as web:
        with pytest.raises(RedirectError):
            web.post(server.url, b"x")
        assert len(server.requests) == 1


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X Y": "a"}, {"X": "é"}])
def test_a_header_that_could_forge_another_is_not_sent(headers):
    with serving(reply()) as server, client(server) as web:
        with pytest.raises(InvalidRequestError):
            web.post(server.url, b"x", headers=headers)
        assert not server.requests


def test_plain_http_where_tls_is_expected_is_an_error_of_tls():
    with serving(reply()) as server, client(server, total_seconds=0.5) as web, pytest.raises(FetchError):
        web.get(server.url.replace("http:", "https:"))


def test_a_proxy_is_used_and_still_no_number_or_port_leads_inside():
    with serving(reply(200, b"proxied")) as proxy:
        policy = Policy(user_agent=ME, proxy=proxy.url)
        with Client(policy, gate=HostGate(min_delay=0)) as web:
            assert web.get("http://example.org/a").content == b"proxied"
            for url in ("http://127.0.0.1/", "http://2130706433/", "http://example.org:22/", "http://[::1]/"):
                with pytest.raises(RefusedAddressError):
                    web.get(url)
    [request] = proxy.requests
    assert request.startswith(b"GET http://example.org/a HTTP/1.1\r\n")


def test_threads_may_share_a_client():
    def answer(connection, request):
        path = request.split()[1]
        reply(200, path * 500)(connection, request)

    wrong = []
    with serving(answer) as server, client(server) as web:

        def work(number):
            paths = [f"{number}-{n}" for n in range(20)]
            wrong.extend(p for p in paths if web.get(server.url + p).content != f"/{p}".encode() * 500)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def _fetch_in_child(web, url):
    assert web.get(url).content == b"hello"
    web.close()


def test_a_forked_child_makes_its_own_connections():
    with serving(reply()) as server, client(server) as web:
        web.get(server.url)
        child = multiprocessing.get_context("fork").Process(target=_fetch_in_child, args=(web, server.url))
        child.start()
        child.join()
        assert child.exitcode == 0
        assert web.get(server.url).content == b"hello"


def test_a_closed_client_opens_again_when_needed():
    with serving(reply()) as server, client(server) as web:
        web.get(server.url)
        web.close()
        assert web.get(server.url).content == b"hello"
