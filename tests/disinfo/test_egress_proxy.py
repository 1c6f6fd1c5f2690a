import os
import shutil
import socket
import threading

import pytest

from disinfo.egress_proxy import EgressProxy
from disinfo.safe_http import Policy, parse_allowed
from tests.disinfo.loopback import reply, serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]


def proxy(*servers, **options):
    allow = tuple(parse_allowed(f"127.0.0.0/8:{server.port}") for server in servers)
    return EgressProxy(Policy(user_agent="tests", allow=allow, connect_seconds=2), **options)


def ask(through, request, *more):
    """Send bytes and give everything that comes back."""
    host, port = through.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(request)
        answer = b""
        for part in more:
            answer += connection.recv(65_536)
            connection.sendall(part)
        while data := connection.recv(65_536):
            answer += data
        return answer


def test_a_page_is_fetched_for_the_browser():
    with serving(reply(200, b"hello")) as server, proxy(server) as through:
        target = f"{server.url}a?b=c"
        answer = ask(
            through,
            f"GET {target} HTTP/1.1\r\nHost: elsewhere\r\nX-Kept: 1\r\nProxy-Connection: x\r\n\r\n".encode(),
        )
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"Connection: close\r\n\r\nhello")
    [request] = server.requests
    assert request.startswith(f"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode())
    assert b"X-Kept: 1" in request
    assert b"elsewhere" not in request
    assert b"Proxy-" not in request


def test_a_tunnel_passes_everything_both_ways():
    def echo(connection, request):
        connection.sendall(request.upper())
        connection.shutdown(socket.SHUT_WR)

    with serving(echo) as server, proxy(server) as through:
        answer = ask(through, f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n\r\n".encode(), b"abc\r\n\r\n")
        assert answer == b"HTTP/1.1 200 Connection established\r\n\r\nABC\r\n\r\n"
        assert through.bytes_received == 7


@pytest.mark.parametrize(
    "target",
    [
        "127.0.0.1:443",
        "localhost:443",
        "[::1]:443",
        "2130706433:443",
        "169.254.169.254:80",
        "9.9.9.9:22",
        "10.0.0.1:443",
    ],
)
def test_what_is_not_of_the_public_web_is_refused(target):
    with proxy() as through:
        for request in (f"CONNECT {target} HTTP/1.1\r\n\r\n", f"GET http://{target}/ HTTP/1.1\r\n\r\n"):
            assert ask(through, request.encode()).startswith(b"HTTP/1.1 403 Forbidden\r\n")
        assert list(through.refused) == [target, f"http://{target}/"]


@pytest.mark.parametrize(
    "request_line",
    [
        "GET / HTTP/1.1",
        "GET https://example.org/ HTTP/1.1",
        "GET file:///etc/passwd HTTP/1.1",
        "CONNECT a/b:443 HTTP/1.1",
        "CONNECT u:p@example.org:443 HTTP/1.1",
        "GET http://u:p@example.org/ HTTP/1.1",
        "NONSENSE",
        "",
    ],
)
def test_what_is_no_request_to_a_proxy_is_refused(request_line):
    with proxy() as through:
        assert not ask(through, f"{request_line}\r\n\r\n".encode()).startswith(b"HTTP/1.1 2")


@pytest.mark.parametrize(
    "headers",
    [
        b"Transfer-Encoding: chunked",
        b"Content-Length: 1\r\nContent-Length: 2",
        b"Content-Length: +1",
        b"A b: c",
        b" x: y",
    ],
)
def test_a_request_that_could_hide_another_is_refused(headers):
    with serving(reply()) as server, proxy(server) as through:
        answer = ask(through, b"POST %s HTTP/1.1\r\n%s\r\n\r\n" % (server.url.encode(), headers))
        assert not answer.startswith(b"HTTP/1.1 2")
        assert not server.requests


def test_a_second_request_on_a_connection_is_not_passed_on():
    with serving(reply()) as server, proxy(server) as through:
        first = f"POST {server.url} HTTP/1.1\r\nContent-Length: 2\r\n\r\nab"
        ask(through, (first + "GET http://127.0.0.1/secret HTTP/1.1\r\n\r\n").encode())
        assert len(server.requests) == 1
        assert server.requests[0].endswith(b"\r\n\r\nab")


def test_a_name_is_resolved_once_for_check_and_connection():
    asked = []

    def resolver(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with serving(reply()) as server, proxy(server, resolver=resolver) as through:
        answer = ask(through, f"GET http://rebinding.example:{server.port}/ HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 200")
    assert asked == ["rebinding.example"]


def test_a_name_that_does_not_resolve_or_a_closed_port_is_a_bad_gateway():
    def nobody(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with serving(reply()) as server:
        pass
    with proxy(server, resolver=nobody) as through:
        for host in ("example.org", f"127.0.0.1:{server.port}"):
            assert ask(through, f"GET http://{host}/ HTTP/1.1\r\n\r\n".encode()).startswith(b"HTTP/1.1 502")


def test_no_more_is_received_than_allowed():
    def endless(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 100_000)

    with serving(endless) as server, proxy(server, max_bytes=500_000) as through:
        try:
            answer = ask(through, f"GET {server.url} HTTP/1.1\r\n\r\n".encode())
        except ConnectionResetError:
            answer = b""
        assert len(answer) < 600_000


def test_a_connection_that_stalls_is_cut_and_another_is_told_to_wait():
    limits = {"max_connections": 1, "connection_seconds": 2}
    asked, over = threading.Event(), threading.Event()

    def stall(*_):
        asked.set()
        over.wait(60)

    with serving(stall) as server, proxy(server, **limits) as through:
        request = f"GET {server.url} HTTP/1.1\r\n\r\n".encode()
        answers = []
        stalled = threading.Thread(target=lambda: answers.append(ask(through, request)))
        stalled.start()
        assert asked.wait(60)
        assert ask(through, request).startswith(b"HTTP/1.1 503")
        stalled.join()
        over.set()
        assert answers == [b""]


def test_it_ends_with_its_block_whatever_is_under_way():
    asked, over = threading.Event(), threading.Event()

    def stall(*_):
        asked.set()
        over.wait(60)

    with serving(stall) as server:
        with proxy(server) as through:
            port = int(through.url.rpartition(":")[2])
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(f"GET {server.url} HTTP/1.1\r\n\r\n".encode())
            assert asked.wait(60)
        assert connection.recv(10) == b""
        over.set()
        connection.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


@pytest.fixture
def chromium(playwright):
    if not CHROMIUM:
        pytest.skip("there is no chromium on the PATH, nor in $CHROMIUM")

    def start(through):
        options = [*ARGUMENTS, f"--proxy-server={through.url}", "--proxy-bypass-list=<-loopback>"]
        return playwright.chromium.launch(executable_path=CHROMIUM, args=options)

    return start


@pytest.mark.browser
def test_a_real_browser_loads_what_is_allowed_and_nothing_else(chromium):
    with serving(reply(200, b"secret", Content_Type="text/plain", Access_Control_Allow_Origin="*")) as hidden:
        page_text = f"""<!doctype html><title>terms</title><p id=p>Our terms</p>
            <script>
              const ask = (url) => fetch(url).then((r) => r.ok ? r.text() : "refused", () => "refused");
              Promise.all([ask("{hidden.url}"), ask("http://localhost:{hidden.port}/"), ask("/again")])
                .then((answers) => {{ document.title = answers.join(); }});
            </script><img src="{hidden.url}x.png"><iframe src="{hidden.url}"></iframe>"""

        def answer(connection, request):
            is_page = request.startswith(b"GET / ")
            body = page_text.encode() if is_page else b"more"
            reply(200, body, Content_Type="text/html")(connection, request)

        with serving(answer) as server, proxy(server) as through:
            browser = chromium(through)
            page = browser.new_page()
            page.goto(server.url)
            page.wait_for_function("document.title.includes('more')")
            assert page.inner_text("#p") == "Our terms"
            assert page.title() == "refused,refused,more"
            response = page.goto(f"http://127.0.0.1:{hidden.port}/")
            assert response.status == 403
            browser.close()
            assert any(str(hidden.port) in target for target in through.refused)
        assert not hidden.requests
