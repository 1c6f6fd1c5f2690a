"""The latest of every tool, newest first."""

from dataclasses import replace
from itertools import chain

from disinfo.portal.tools import Activity, Caller, ask_each


def latest(caller: Caller, *, limit: int) -> list[Activity]:
    """The newest `limit` things that the caller may see, whichever tool they are of."""
    answers = ask_each(lambda tool: [replace(item, tool=tool.slug) for item in tool.activity(caller, limit)])
    everything = chain.from_iterable(items for _tool, items in answers)
    return sorted(everything, key=lambda item: item.at, reverse=True)[:limit]
