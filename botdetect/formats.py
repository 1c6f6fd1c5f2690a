"""Files of posts as platforms and programs export them: rows in, posts out, each with what it shares.

Identifiers stay text from the first byte. A row that cannot be read is refused with its reason, never guessed.
"""

import base64
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botdetect.traces import image_hash, objects_of
from botdetect.values import (
    Row,
    RowError,
    count_of,
    list_of,
    moment,
    moment_or_none,
    natural,
    needed,
    shortened,
    text_of,
)


@dataclass(frozen=True)
class Profile:
    """What a row tells of an account."""

    handle: str = ""
    created_at: float | None = None
    followers: int | None = None
    friends: int | None = None
    statuses: int | None = None
    is_protected: bool | None = None

    @property
    def tells_something(self) -> bool:
        """Whether more than a name is known."""
        return any(
            each is not None for each in (self.created_at, self.followers, self.friends, self.statuses)
        )


@dataclass(frozen=True)
class Post:
    """One post: who, which, when (seconds since 1970, None when not known), and the (kind, object) pairs it shares."""

    account: str
    content: str
    time: float | None
    objects: tuple[tuple[str, str], ...]
    profile: Profile = field(default_factory=Profile)


Mapping_ = Mapping[str, str]
"""The wizard's answer: our name of a field → the file's name of its column."""

FIELDS = (
    "account",
    "content",
    "time",
    "object",
    "repost",
    "reply",
    "text",
    "urls",
    "hashtags",
    "images",
    "follows",
    "handle",
    "created",
    "followers",
    "friends",
    "statuses",
)
"""What a column may be mapped to; `object` is taken as it stands, the next seven go through the traces."""
SHARED = ("object", "repost", "reply", "text", "urls", "hashtags", "images", "follows")
"""The fields that hold what is shared; the last needs no time."""


def read_rows(path: Path, name: str = "") -> Iterator[dict[str, Any]]:
    """The rows of a .csv, .csv.gz, .parquet, .json or .jsonl file (`name` tells the ending when the path does not).

    Raises RowError for another ending, or a file that is not what its ending says.
    """
    ending = (name or path.name).lower()
    unreadable: tuple[type[Exception], ...] = (UnicodeDecodeError, csv.Error, OSError, EOFError)
    try:
        if ending.endswith((".csv", ".csv.gz", ".tsv")):
            yield from _csv_rows(path, ending)
        elif ending.endswith(".parquet"):
            import pyarrow.parquet  # heavy, and a web process seldom needs it

            unreadable += (pyarrow.ArrowException,)
            for batch in pyarrow.parquet.ParquetFile(path).iter_batches(20_000):
                yield from batch.to_pylist()
        elif ending.endswith((".json", ".jsonl", ".ndjson")):
            yield from _json_rows(path)
        else:
            raise RowError("give a .csv, .csv.gz, .tsv, .parquet, .json or .jsonl file")
    except unreadable as error:
        raise RowError(f"the file cannot be read as {ending.rpartition('.')[2]}: {error}") from error


def _csv_rows(path: Path, ending: str) -> Iterator[dict[str, Any]]:
    opened = gzip.open if ending.endswith(".gz") else open
    with opened(path, "rb") as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t" if ending.endswith(".tsv") else ",")
        yield from ({key: value for key, value in row.items() if key is not None} for row in reader)


def _json_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        start = file.read(4096).lstrip()[:1]
        file.seek(0)
        try:
            if start == "[":
                yield from (row for row in json.load(file) if isinstance(row, dict))
                return
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield from _json_line(line, number)
        except json.JSONDecodeError as error:
            raise RowError(f"this is no JSON: {error}") from error


def _json_line(line: str, number: int) -> Iterator[dict[str, Any]]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise RowError(f"line {number} is no JSON object")
    # A page of X's API v2 holds many posts, its reposted originals and authors aside.
    if isinstance(row.get("data"), list):
        users = {user["id"]: user for user in row.get("includes", {}).get("users", [])}
        yield from ({**post, "author": users.get(post.get("author_id"), {})} for post in row["data"])
    else:
        yield row


def guess(columns: list[str]) -> str:
    """The format that a file with these columns seems to have; "mapped" when none is known."""
    known = set(columns)
    for name, (wanted, _reader) in FORMATS.items():
        if wanted <= known:
            return name
    return "mapped"


def reader_of(
    name: str, mapping: Mapping_ | None = None, pictures: Path | None = None
) -> Callable[[Row], Post]:
    """The function that reads one row of this format into a post, or raises RowError; KeyError for another name.

    pictures: the folder in which the pictures lie that a mapped column names; without one they are taken for hashes.
    """
    if name == "mapped":
        return lambda row: mapped(row, mapping or {}, pictures)
    return FORMATS[name][1]


def mapped(row: Row, mapping: Mapping_, pictures: Path | None = None) -> Post:
    """A row of any table, by the wizard's answer; only follows and bare profiles need no time."""
    value = {name: row.get(column) for name, column in mapping.items() if column}
    plain = value.pop("object", None)
    objects = [("object", text_of(plain))] if plain not in (None, "") else objects_of(_lists(value, pictures))
    account = needed(value, "account")
    profile = Profile(
        text_of(value.get("handle")),
        moment_or_none(value.get("created")),
        followers=count_of(value.get("followers")),
        friends=count_of(value.get("friends")),
        statuses=count_of(value.get("statuses")),
    )
    content = text_of(value.get("content")) or f"{account} {value.get('time') or ''}".strip()
    is_timeless = not value.get("time") and all(kind == "follow" for kind, _name in objects)
    at = None if is_timeless else moment(value.get("time"))
    return Post(account, content, at, shortened(objects), profile)


def _lists(value: dict[str, Any], pictures: Path | None) -> dict[str, Any]:
    lists = {name: list_of(value[name]) for name in ("urls", "hashtags", "follows") if name in value}
    images = value.get("images")
    found = [images] if isinstance(images, bytes) else list_of(images)
    return value | lists | {"images": [_picture(each, pictures) for each in found]}


def _picture(value: str | bytes, pictures: Path | None) -> str:
    """The hash of a picture given as bytes, as a data: address or as the name of a file; a hash stays what it is."""
    try:
        if isinstance(value, bytes):
            return image_hash(value)
        if value.startswith("data:image/"):
            return image_hash(base64.b64decode(value.partition(",")[2]))
        if pictures is not None:
            return image_hash((pictures / Path(value).name).read_bytes())
    except (OSError, ValueError) as error:
        raise RowError(f"a picture cannot be read: {error}") from error
    return value


def coortweet(row: Row) -> Post:
    """CooRTweet's columns: object_id, account_id, content_id, timestamp_share."""
    objects = [("object", needed(row, "object_id"))]
    return Post(
        needed(row, "account_id"),
        needed(row, "content_id"),
        moment(row["timestamp_share"]),
        shortened(objects),
    )


def toolkit(row: Row) -> Post:
    """The eight columns of coordination-network-toolkit."""
    post = {
        "repost": row["repost_id"],
        "reply": row["reply_id"],
        "text": row["message"],
        "urls": list_of(row["urls"]),
    }
    profile = Profile(text_of(row.get("username")))
    return Post(
        needed(row, "user_id"),
        needed(row, "message_id"),
        moment(row["timestamp"]),
        shortened(objects_of(post)),
        profile,
    )


def twitter_v1(row: Row) -> Post:
    """A tweet of Twitter's API v1.1."""
    user, entities = row["user"], row.get("extended_tweet", row).get("entities") or {}
    post = {
        "repost": (row.get("retweeted_status") or {}).get("id_str"),
        "reply": row.get("in_reply_to_status_id_str"),
        "text": row.get("full_text") or row.get("text"),
        "urls": [url.get("expanded_url") or url["url"] for url in entities.get("urls", [])],
        "hashtags": [tag["text"] for tag in entities.get("hashtags", [])],
        "images": [each["id_str"] for each in entities.get("media", []) if "id_str" in each],
    }
    profile = Profile(
        text_of(user.get("screen_name")),
        moment_or_none(user.get("created_at")),
        user.get("followers_count"),
        user.get("friends_count"),
        user.get("statuses_count"),
    )
    return Post(
        needed(user, "id_str"),
        needed(row, "id_str"),
        moment(row["created_at"]),
        shortened(objects_of(post)),
        profile,
    )


def twitter_v2(row: Row) -> Post:
    """A post of X's API v2, with its author where the page held it."""
    reference = {each["type"]: each["id"] for each in row.get("referenced_tweets") or []}
    entities, user = row.get("entities") or {}, row.get("author") or {}
    post = {
        "repost": reference.get("retweeted"),
        "reply": reference.get("replied_to"),
        "text": row.get("text"),
        "urls": [url.get("expanded_url") or url["url"] for url in entities.get("urls", [])],
        "hashtags": [tag["tag"] for tag in entities.get("hashtags", [])],
        "images": (row.get("attachments") or {}).get("media_keys"),
    }
    return Post(
        needed(row, "author_id"),
        needed(row, "id"),
        moment(row["created_at"]),
        shortened(objects_of(post)),
        x_profile(user),
    )


def x_profile(user: Row) -> Profile:
    """A user of X's API v2."""
    counts = user.get("public_metrics") or {}
    protected = user.get("protected")
    return Profile(
        text_of(user.get("username")),
        moment_or_none(user.get("created_at")),
        natural(counts.get("followers_count")),
        natural(counts.get("following_count")),
        natural(counts.get("tweet_count")),
        protected if isinstance(protected, bool) else None,
    )


def information_operations(row: Row) -> Post:
    """A row of Twitter's archives of information operations."""
    post = {
        "repost": row.get("retweet_tweetid"),
        "reply": row.get("in_reply_to_tweetid"),
        "text": row["tweet_text"],
        "urls": list_of(row.get("urls")),
        "hashtags": list_of(row.get("hashtags")),
    }
    profile = Profile(
        text_of(row.get("user_screen_name")),
        moment_or_none(row.get("account_creation_date")),
        count_of(row.get("follower_count")),
        count_of(row.get("following_count")),
    )
    return Post(
        needed(row, "userid"),
        needed(row, "tweetid"),
        moment(row["tweet_time"]),
        shortened(objects_of(post)),
        profile,
    )


def follows(row: Row) -> Post:
    """Who follows whom, an account and one it follows a row; the moment is seldom known."""
    at = None if row.get("followed_at") in (None, "") else moment(row["followed_at"])
    account = needed(row, "follower_id")
    return Post(account, account, at, (("follow", needed(row, "followed_id")),))


FORMATS: dict[str, tuple[set[str], Callable[[Row], Post]]] = {
    "coortweet": ({"object_id", "account_id", "content_id", "timestamp_share"}, coortweet),
    "toolkit": ({"message_id", "user_id", "repost_id", "reply_id", "message", "timestamp", "urls"}, toolkit),
    "twitter_v1": ({"id_str", "user", "created_at"}, twitter_v1),
    "twitter_v2": ({"id", "author_id", "created_at"}, twitter_v2),
    "information_operations": ({"tweetid", "userid", "tweet_time", "tweet_text"}, information_operations),
    "follows": ({"follower_id", "followed_id"}, follows),
}
