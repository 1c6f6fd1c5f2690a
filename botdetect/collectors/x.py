"""X's API v2 through tweepy: one page a call. Who calls counts the money before and after.

Source: docs.x.com/x-api. What X says of an account that it does not show stands in the `errors` of an answer.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botdetect.collectors.websocket import RefusedError
from botdetect.formats import Post, Profile, twitter_v2, x_profile
from botdetect.values import RowError
from disinfo import safe_http

SMALLEST = {"search": 10, "posts": 5, "users": 1, "followers": 1, "following": 1}
LARGEST = {"search": 100, "posts": 100, "users": 100, "followers": 1000, "following": 1000}
"""How many results X gives on a page, at least and at most."""

_USER_FIELDS = ["created_at", "protected", "public_metrics", "username", "verified"]
_POST_FIELDS = ["author_id", "created_at", "entities", "referenced_tweets"]
_STATED, _NAMED = frozenset({"meta", "errors"}), frozenset({"data", "errors"})
_LONGEST_ID = 30


class BusyError(RuntimeError):
    """No answer for now: the same may be asked again after `wait` seconds (None when X does not say).

    is_billed: whether X may have answered, and billed, all the same.
    """

    def __init__(self, message: str, *, wait: float | None = None, is_billed: bool = False) -> None:
        super().__init__(message)
        self.wait, self.is_billed = wait, is_billed


class WrongRequestError(RuntimeError):
    """X does not understand what it is asked: most often a query, or a cursor that is too old."""


@dataclass(frozen=True)
class Page:
    """One answer.

    posts: each with what it shares; users: (identifier, profile) pairs; cursor: where the next page begins, None at the
    end; oldest, newest: identifiers of posts; posts_read, users_read: what X bills; unread: results not as they should
    be; away: what X says of accounts it does not show ("suspended", "gone", "protected"), by identifier or handle.
    """

    posts: tuple[Post, ...] = ()
    users: tuple[tuple[str, Profile], ...] = ()
    cursor: str | None = None
    oldest: str = ""
    newest: str = ""
    posts_read: int = 0
    users_read: int = 0
    unread: int = 0
    away: Mapping[str, str] = field(default_factory=dict)


class X:
    """A connection to X.

    token: a bearer token; address: where the API is; get: the one way out (`disinfo.safe_http.Client.get`).
    """

    def __init__(self, token: str, *, address: str, get: Callable[..., safe_http.Response]) -> None:
        # Half a second that no page and no start should wait for.
        import tweepy

        from botdetect.collectors.road import Road

        self._errors = tweepy.errors
        self._client = tweepy.Client(token, return_type=dict)
        self._client.session.mount("https://", Road(address, get))

    def search(
        self,
        query: str,
        *,
        most: int,
        is_archive: bool = False,
        with_authors: bool = False,
        cursor: str = "",
        since_id: str = "",
        until_id: str = "",
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> Page:
        """Posts that match, the newest first; of the last seven days unless `is_archive`."""
        ask = self._client.search_all_tweets if is_archive else self._client.search_recent_tweets
        options: dict[str, Any] = {"next_token": cursor, "since_id": since_id, "until_id": until_id}
        # X takes an identifier or a moment for either end, not both.
        options |= {"start_time": None if since_id else start, "end_time": None if until_id else end}
        answer = self._asked(ask, query, max_results=most, **_fields(with_authors), **_given(options))
        return _posts_of(answer)

    def posts_of(
        self,
        account: str,
        *,
        most: int,
        with_authors: bool = False,
        cursor: str = "",
        since_id: str = "",
        until_id: str = "",
    ) -> Page:
        """Posts of an account, the newest first."""
        options = _given({"pagination_token": cursor, "since_id": since_id, "until_id": until_id})
        ask = self._client.get_users_tweets
        return _posts_of(self._asked(ask, account, max_results=most, **_fields(with_authors), **options))

    def follows(self, account: str, direction: str, *, most: int, cursor: str = "") -> Page:
        """The accounts that follow one ("followers"), or that it follows ("following")."""
        ask = (
            self._client.get_users_followers if direction == "followers" else self._client.get_users_following
        )
        options = _given({"pagination_token": cursor})
        return _users_of(self._asked(ask, account, max_results=most, user_fields=_USER_FIELDS, **options))

    def users(self, names: Sequence[str]) -> Page:
        """The profiles of identifiers, or of handles when the first begins with @."""
        by_handle = bool(names) and names[0].startswith("@")
        given = {"usernames": [name.lstrip("@") for name in names]} if by_handle else {"ids": list(names)}
        return _users_of(
            self._asked(self._client.get_users, **given, user_fields=_USER_FIELDS, stated=_NAMED)
        )

    def count(
        self, query: str, *, is_archive: bool, start: datetime | None, end: datetime | None, cursor: str = ""
    ) -> tuple[int, str]:
        """How many posts match on one page of days, and the cursor of the next page (empty at the end)."""
        ask = self._client.get_all_tweets_count if is_archive else self._client.get_recent_tweets_count
        options = _given({"next_token": cursor, "start_time": start, "end_time": end})
        meta = _dict(self._asked(ask, query, granularity="day", **options).get("meta"))
        return int(meta.get("total_tweet_count") or 0), str(meta.get("next_token") or "")

    def _asked(
        self, ask: Callable[..., Any], *args: object, stated: frozenset[str] = _STATED, **options: object
    ) -> dict[str, Any]:
        """The answer to one call.

        Raises RefusedError (401, 403), WrongRequestError (other 4xx, or one account refused) or BusyError (429, 5xx,
        no or half an answer).
        """
        errors = self._errors
        try:
            answer = _sent(ask, *args, **options)
        except errors.TooManyRequests as error:
            reset = error.reset_time or _seconds(error.response.headers.get("retry-after"))
            raise BusyError(str(error), wait=max(0.0, reset - time.time()) if reset else None) from error
        except (errors.Unauthorized, errors.Forbidden) as error:
            if any(isinstance(each, dict) and each.get("resource_id") for each in error.api_errors):
                raise WrongRequestError(str(error)) from error
            raise RefusedError(f"X refused: {error}") from error
        except errors.TwitterServerError as error:
            raise BusyError(str(error)) from error
        except errors.HTTPException as error:
            raise WrongRequestError(str(error)) from error
        # An end that X does not state is no end.
        if not isinstance(answer, dict) or not (stated & answer.keys()):
            raise BusyError("an answer that is not as X gives them", is_billed=True)
        return answer


def _sent(ask: Callable[..., Any], *args: object, **options: object) -> Any:
    """What comes of a request, or why nothing whole did."""
    try:
        return ask(*args, **options)
    except safe_http.HostPausedError as error:
        raise BusyError(str(error), wait=error.retry_after) from error
    except safe_http.FetchError as error:
        if not error.is_transient:
            raise RefusedError(str(error)) from error
        raise BusyError(str(error), is_billed=True) from error
    except ValueError as error:
        raise BusyError(f"half an answer: {error}", is_billed=True) from error


def _seconds(retry_after: str | None) -> float:
    return time.time() + float(retry_after) if retry_after and retry_after.isdecimal() else 0.0


def _given(options: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value}


def _fields(with_authors: bool) -> dict[str, Any]:
    authors = {"expansions": ["author_id"], "user_fields": _USER_FIELDS} if with_authors else {}
    return {"tweet_fields": _POST_FIELDS} | authors


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _posts_of(answer: Mapping[str, Any]) -> Page:
    rows, meta = _rows(answer.get("data")), _dict(answer.get("meta"))
    authors = _rows(_dict(answer.get("includes")).get("users"))
    by_name = {str(author.get("id")): author for author in authors}
    posts = list(_read({**row, "author": by_name.get(str(row.get("author_id")), {})} for row in rows))
    names = sorted((str(row["id"]) for row in rows if str(row.get("id", "")).isdecimal()), key=int)
    return Page(
        posts=tuple(posts),
        cursor=str(meta.get("next_token") or "") or None,
        oldest=names[0] if names else "",
        newest=names[-1] if names else "",
        posts_read=len(rows),
        users_read=len(authors),
        unread=len(rows) - len(posts),
        away=_away(answer),
    )


def _read(rows: Iterable[Mapping[str, Any]]) -> Iterable[Post]:
    for row in rows:
        try:
            yield twitter_v2(row)
        except (RowError, KeyError, TypeError, ValueError, AttributeError):
            continue


def _users_of(answer: Mapping[str, Any]) -> Page:
    rows = _rows(answer.get("data"))
    users = list(_read_users(rows))
    return Page(
        users=tuple(users),
        cursor=str(_dict(answer.get("meta")).get("next_token") or "") or None,
        users_read=len(rows),
        unread=len(rows) - len(users),
        away=_away(answer),
    )


def _read_users(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, Profile]]:
    for row in rows:
        name = str(row.get("id", ""))
        try:
            if name.isdecimal() and len(name) <= _LONGEST_ID:
                yield name, x_profile(row)
        except (RowError, AttributeError):
            continue


def _away(answer: Mapping[str, Any]) -> dict[str, str]:
    """What X says of accounts it does not show: suspended, not found, or not ours to see."""
    found = {}
    for error in _rows(answer.get("errors")):
        name = str(error.get("resource_id") or error.get("value") or "")
        said = f"{error.get('title', '')} {error.get('detail', '')}".lower()
        if name and error.get("resource_type", "user") == "user":
            found[name] = "suspended" if "suspend" in said else "protected" if "authoriz" in said else "gone"
    return found
