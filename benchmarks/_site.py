"""A thousand pages on twenty hosts, served fast.

`python -m benchmarks._site PORT` is its own process, so that what is measured is the portal.
Terms of 40 to 60 KB as sites serve them: navigation and scripts around, ETag, keep-alive.
`GET /generation/N` changes every page.
"""

import asyncio
import random
import sys

HOSTS, PAGES_A_HOST = 20, 50
_WORDS = (
    "service",
    "content",
    "data",
    "account",
    "terms",
    "partner",
    "privacy",
    "law",
    "request",
    "notice",
    "appeal",
)


class Pages:
    """Every page as bytes, made anew for each generation."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.generation = 0
        self.make(1)

    def make(self, generation: int) -> None:
        """Change a paragraph of every page."""
        self.generation = generation
        self.bodies = {f"/{number}": self._page(number, generation) for number in range(PAGES_A_HOST)}

    @staticmethod
    def _page(number: int, generation: int) -> bytes:
        chance = random.Random(number)
        links = "".join(f'<li><a class="nav-{n}" href="/p/{n}">Item {n}</a></li>' for n in range(60))
        sections = []
        for section in range(chance.randint(18, 28)):
            paragraphs = "".join(
                f"<p>{' '.join(chance.choices(_WORDS, k=70))} <a href='/s/{section}'>more</a>.</p>"
                for _ in range(3)
            )
            sections.append(
                f"<h2 id='s{section}'>{section}. Clause</h2>{paragraphs}<ul><li>One</li><li>Two</li></ul>"
            )
        sections.insert(3, f"<p>In force since change {generation} of document {number}.</p>")
        script = f"<script>window.__STATE__ = {{{'x:1,' * 1500}}};</script>"
        return (
            f"<!doctype html><html><head><title>Terms {number}</title>{script}</head><body><nav><ul>{links}</ul></nav>"
            f"<main><h1>Terms {number}</h1>{''.join(sections)}</main><footer>{links}</footer></body></html>"
        ).encode()


async def serve(port: int) -> None:
    """Answer until ended."""
    pages = Pages()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                writer.write(_response(pages, request.decode("latin-1")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    servers = [await asyncio.start_server(answer, f"127.0.0.{n + 1}", port) for n in range(HOSTS)]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


def _response(pages: Pages, request: str) -> bytes:
    path = request.split(" ", 2)[1]
    if path.startswith("/generation/"):
        pages.make(int(path.rpartition("/")[2]))
        return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    tag = f'"{path}-{pages.generation}"'
    if f"if-none-match: {tag}" in request.lower():
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nContent-Length: 0\r\n\r\n".encode()
    body = pages.bodies[path]
    head = f"Content-Type: text/html; charset=utf-8\r\nETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"HTTP/1.1 200 OK\r\n{head}".encode() + body


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
