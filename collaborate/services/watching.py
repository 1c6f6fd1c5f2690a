"""Watches: what is new in a feed or in another tool is posted in their room, each thing once; and alarms."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborate import feeds
from collaborate.models import Bot, Room, Watch, WatchItem
from collaborate.services import posting
from collaborate.services.refusals import RefusedError
from collaborate.speaking import in_language_of, pair
from disinfo import fetcher, search
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from disinfo.leases import lease
from disinfo.portal.tools import Card, tool_of_path, tools
from disinfo.safe_http import FetchError, HostPausedError, HttpStatusError

_MOST_BYTES = 5_000_000
_MOST_AT_ONCE = 10
"""Messages of one look; what is more is said in a line."""
_ACTIVITY = 100
_LONGEST_PAUSE = 64


@dataclass(frozen=True)
class News:
    """Something a watch found: what it is known by, its title, where it is, what it says."""

    key: str
    title: str
    url: str
    summary: str = ""


@transaction.atomic
def begin(*, room: Room, creator: User, **values: object) -> Watch:
    """Follow something for a room; `values` are the columns of a Watch."""
    watch = Watch.objects.create(room=room, created_by=creator, **values)
    audit.record("collaborate.watch", actor=creator, on=watch, room=room.pk)
    from collaborate import tasks  # it imports the services

    send_after_commit(tasks.look, watch.pk)
    return watch


@transaction.atomic
def end(*, watch: Watch, actor: User) -> None:
    """Follow it no longer."""
    audit.record("collaborate.end_watch", actor=actor, on=watch, room=watch.room_id)
    watch.delete()


def sweep() -> int:
    """Hand the watches that are due to the workers; gives how many."""
    from collaborate import tasks  # it imports the services

    keys = list(Watch.objects.due().values_list("pk", flat=True)[:50])
    for pk in keys:
        send_after_commit(tasks.look, pk)
    return len(keys)


def look(*, watch: Watch) -> None:
    """See what is new, and say it in the room; the first look only learns what is there."""
    with lease(f"collaborate.watch:{watch.pk}", seconds=settings.COLLABORATE_LEASE_SECONDS) as held:
        if not held or not Watch.objects.due().filter(pk=watch.pk).exists():
            return
        with in_language_of(watch.room):
            _look(watch)


def _look(watch: Watch) -> None:
    try:
        found = _FOUND[Watch.Kind(watch.kind)](watch)
    except HostPausedError:
        return
    except (FetchError, feeds.FeedError) as error:
        _stumbled(watch, error)
        return
    _tell(watch, [each for each in found if _is_wanted(watch, each)])


def _of_feed(watch: Watch) -> list[News]:
    response = fetcher.client().get(watch.address, max_bytes=_MOST_BYTES)
    return [News(each.key, each.title, each.url, each.summary) for each in feeds.entries(response.content)]


def _of_tool(watch: Watch) -> list[News]:
    """What a tool shows everybody: a room is told nothing that its readers might not see."""
    tool = next((each for each in tools() if each.slug == watch.tool and each.is_open), None)
    if tool is None:
        return []
    return [
        News(f"{each.url}@{each.at.isoformat()}", pair(each.kind, each.title), each.url, str(each.summary))
        for each in tool.activity(AnonymousUser(), _ACTIVITY)
    ]


def _of_rising(watch: Watch) -> list[News]:
    """What rises in a collection of the room's own organisation."""
    tool = tool_of_path(watch.path)
    if tool is None or not tool.is_open:
        return []
    return [
        News(f"{each.url}@{each.at.isoformat()}", pair(each.kind, each.title), watch.path, str(each.summary))
        for each in tool.rising(watch.path, watch.room.organisation)
    ]


_FOUND: dict[Watch.Kind, Callable[[Watch], list[News]]] = {
    Watch.Kind.FEED: _of_feed,
    Watch.Kind.TOOL: _of_tool,
    Watch.Kind.RISING: _of_rising,
}


def _is_wanted(watch: Watch, news: News) -> bool:
    wanted = [search.fold(word.strip()) for word in watch.words.split(",") if word.strip()]
    text = search.fold(f"{news.title} {news.summary}")
    return not wanted or any(word in text for word in wanted)


def _stumbled(watch: Watch, error: FetchError | feeds.FeedError) -> None:
    failures = watch.failures + 1
    pause = min(2**failures, _LONGEST_PAUSE) * Watch.EVERY_SECONDS
    Watch.objects.filter(pk=watch.pk).update(
        failures=failures,
        problem=f"{error.code} {error.status}" if isinstance(error, HttpStatusError) else error.code,
        checked_at=timezone.now(),
        next_at=timezone.now() + timedelta(seconds=pause),
    )


def _tell(watch: Watch, found: Sequence[News]) -> None:
    now = timezone.now()
    by_key = {hashlib.sha256(each.key.encode()).hexdigest(): each for each in found}
    known = set(watch.items.filter(key__in=by_key).order_by("pk").values_list("key", flat=True))
    fresh = {key: each for key, each in by_key.items() if key not in known}
    if not watch.has_begun:
        rows = [
            WatchItem(watch=watch, key=key, title=each.title[:300], url=each.url, seen_at=now)
            for key, each in fresh.items()
        ]
        # They were there before: no alarm counts them.
        for row in rows:
            row.seen_at = now - timedelta(minutes=watch.alarm_minutes)
        WatchItem.objects.bulk_create(rows, ignore_conflicts=True)
    else:
        for number, (key, each) in enumerate(reversed(fresh.items())):
            _post(watch, key, each, is_said=number < _MOST_AT_ONCE)
        if len(fresh) > _MOST_AT_ONCE:
            left = len(fresh) - _MOST_AT_ONCE
            text = ngettext("%(number)d more in %(watch)s.", "%(number)d more in %(watch)s.", left)
            _say(
                watch.room,
                text % {"number": left, "watch": watch.name},
                nonce=f"watch:{watch.pk}:{now.timestamp():.0f}",
            )
        _alarm(watch)
    Watch.objects.filter(pk=watch.pk).update(
        has_begun=True,
        failures=0,
        problem="",
        checked_at=now,
        next_at=now + timedelta(seconds=Watch.EVERY_SECONDS),
    )


@transaction.atomic
def _post(watch: Watch, key: str, news: News, *, is_said: bool) -> None:
    item, is_new = WatchItem.objects.get_or_create(
        watch=watch, key=key, defaults={"title": news.title[:300], "url": news.url}
    )
    if not is_new or not is_said:
        return
    _say(watch.room, _message(news.title, news.summary, news.url, watch.name), nonce=f"news:{item.pk}")
    item.message = watch.room.messages.filter(nonce=f"news:{item.pk}").first()
    item.save(update_fields=["message"])


def _message(title: str, summary: str, url: str, source: str) -> str:
    lines = [f"**{_escaped(title)}**", _escaped(summary), _address(url), f"*{_escaped(source)}*"]
    return "\n\n".join(filter(None, lines))


def tell_card(*, room: Room, news: Card, nonce: str) -> bool:
    """Tell what another tool has to say, in the transaction of the call; False when the room takes nothing."""
    with in_language_of(room):
        text = _message(str(news.title), str(news.summary), news.url, str(news.kind))
    return _say(room, text, nonce=f"card:{nonce}")


def _escaped(text: str) -> str:
    """Words of elsewhere as Markdown that says them and nothing else: nobody is called, nothing is made a link."""
    plain = "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+-.!|<>~" else sign for sign in text)
    return plain.replace("@", "@\u200b").replace("://", ":\u200b//")


def _address(url: str) -> str:
    """An address without signs that Markdown would read; a path of this portal stays as it is."""
    return quote(url, safe="/:?#@!$&'*+,;=%~-._") if "://" in url else url


def _alarm(watch: Watch) -> None:
    """More than so many within so many minutes: said once, and again when that time has passed."""
    if watch.alarm_count is None:
        return
    now = timezone.now()
    since = now - timedelta(minutes=watch.alarm_minutes)
    number = watch.items.filter(seen_at__gt=since).count()
    if number <= watch.alarm_count or (watch.alarmed_at and watch.alarmed_at > since):
        return
    # Only who moves the date speaks.
    if Watch.objects.filter(pk=watch.pk, alarmed_at=watch.alarmed_at).update(alarmed_at=now):
        text = _("Alarm: %(number)d in %(minutes)d minutes in “%(watch)s”, more than %(most)d.") % {
            "number": number,
            "minutes": watch.alarm_minutes,
            "watch": watch.name,
            "most": watch.alarm_count,
        }
        _say(watch.room, f"⚠️ **{text}**", nonce=f"alarm:{watch.pk}:{now.timestamp():.0f}")


def _say(room: Room, text: str, *, nonce: str) -> bool:
    try:
        posting.post(room=room, author=Bot.objects.portal().user, text=text[:4_000], nonce=nonce)
    except RefusedError:
        return False
    return True
