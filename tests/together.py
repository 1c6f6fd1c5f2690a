"""Several people at once, each in a thread with a database connection of its own, on either database."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections


def together(count: int, work: Callable[[int], object]) -> list[object]:
    """What each of so many threads gives; the first that raises fails the test."""
    results: list[object] = [None] * count
    barrier = threading.Barrier(count)

    def one(place: int) -> None:
        barrier.wait()
        try:
            results[place] = work(place)
        except Exception as error:  # noqa: BLE001 (raised again below, in the thread of the test)
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


@contextmanager
def own_connections(folder: Path) -> Iterator[None]:
    """While it lasts, every thread has a connection of its own: SQLite in memory, one for all, is copied to a file."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    file = folder / "together.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        in_memory.backup(copy)
    # The connection in memory is kept open aside, or what is in it would be gone.
    connection.connection, connection.settings_dict["NAME"] = None, str(file)
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = in_memory, name
