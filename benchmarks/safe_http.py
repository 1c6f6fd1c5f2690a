"""How many conditional requests a second one process makes on the loopback: `python -m benchmarks.safe_http`.

The bar: 300 a second through a pool of threads, every check on. Beside it, in the same run, what httpx makes
with the same threads and no check at all.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

import httpx

from disinfo.safe_http import Client, HostGate, Policy, parse_allowed

REQUESTS, THREADS = 6_000, 16
ANSWER = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


def serve(pipe: Connection) -> None:
    """Answer every request with 304, in a process of its own."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            writer.write(ANSWER)
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def rate(work: Callable[[int], object]) -> float:
    """Give how many times a second the threads do the work."""
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, range(THREADS)))  # opens the connections
        start = time.perf_counter()
        list(threads.map(work, range(REQUESTS)))
        return REQUESTS / (time.perf_counter() - start)


def main() -> None:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    url = f"http://127.0.0.1:{port}/terms"
    policy = Policy(user_agent="benchmark", allow=(parse_allowed(f"127.0.0.1:{port}"),))
    with Client(policy, gate=HostGate(min_delay=0, max_concurrency=THREADS)) as web:
        found = rate(lambda _: web.get(url, etag='"1"'))
    print(f"safe_http  {found:8,.0f} conditional requests/s    bar: 300 or more")
    with httpx.Client(trust_env=False) as plain:
        unchecked = rate(lambda _: plain.get(url, headers={"If-None-Match": '"1"'}))
    print(f"  httpx    {unchecked:8,.0f}")
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
