"""Who shared something, by the columns of a file of events."""

import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from botdetect.traces import canonical_url, plain_text

_POST = re.compile(
    r"^https?://[^/]+/.*?(?:status|post|posts|statuses|@[\w.@-]+)/(?P<post>\w{5,40})/?(?:[?#].*)?$"
)


def shares_of(events: Path, words: str) -> dict[str, int]:
    """How often each account of a file of events shared an address, a post (by its address), or words."""
    kinds, matches = _asked(words)
    table = pa.parquet.read_table(
        events, columns=["object", "account", "content"], filters=[("kind", "in", kinds)]
    )
    table = table.filter(matches(table["object"]))
    # One post may be found by its text and by its hashtags: it is one share.
    posts = table.group_by(["account", "content"]).aggregate([])
    counted = pc.value_counts(posts["account"]).to_pylist()
    return {row["values"]: row["counts"] for row in counted}


def _asked(words: str) -> tuple[list[str], Callable[[pa.ChunkedArray], pa.ChunkedArray]]:
    if match := _POST.match(words):
        post = match["post"]
        return ["repost"], lambda objects: pc.ends_with(objects, post)
    if words.startswith(("http://", "https://")):
        address = canonical_url(words)
        return ["url"], lambda objects: pc.equal(objects, address)
    text = plain_text(words) or words.casefold().lstrip("#")
    return ["text", "hashtags"], lambda objects: pc.match_substring(objects, text, ignore_case=True)
