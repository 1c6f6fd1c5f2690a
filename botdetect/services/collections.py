"""Making a collection, and bringing posts into it."""

import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from botdetect.formats import Mapping_, Post, guess, read_rows, reader_of
from botdetect.models import Account, Collection, Erasure
from botdetect.values import Row, RowError
from disinfo import jobs
from disinfo.accounts import audit
from disinfo.accounts.models import Organisation, User
from disinfo.celery import send_after_commit
from disinfo.leases import lease
from disinfo.portal.models import Job

# What is heavy is imported where it is used: a web process that never asks for it does not carry it.
if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_POSTS = 50_000
_REFUSALS_SHOWN = 50


class ImportFailedError(ValueError):
    """Nothing could be imported; the message says why."""


@dataclass
class Imported:
    """What came of an import: posts read, shares that are new, rows refused and why."""

    posts: int = 0
    shares: int = 0
    refused: int = 0
    reasons: list[str] = field(default_factory=list)

    def refuse(self, row: int, reason: str) -> None:
        """Count a refused row; the first are kept with their reasons."""
        self.refused += 1
        if len(self.reasons) < _REFUSALS_SHOWN:
            self.reasons.append(f"{row}: {reason}")


@transaction.atomic
def create(
    *,
    name: str,
    source: str,
    purpose: str,
    organisation: Organisation | None,
    actor: User | None,
    platform: str = "",
) -> Collection:
    """Make an empty collection."""
    made = Collection.objects.create(
        name=name,
        source=source,
        purpose=purpose,
        organisation=organisation,
        platform=platform,
        created_by=actor,
    )
    audit.record("bots.collection_made", actor=actor, on=made, organisation=organisation)
    return made


@transaction.atomic
def ask_for_import(*, collection: Collection, upload: str, kind: str, mapping: Mapping_, actor: User) -> Job:
    """Have a worker import an uploaded file, whose name in the collection's folder is `upload`."""
    from botdetect import tasks

    job = Job.objects.create(kind="bots.import", label=str(collection), owner=actor)
    job.result = {"collection": collection.pk, "upload": upload, "format": kind, "mapping": dict(mapping)}
    job.save(update_fields=["result"])
    audit.record("bots.import_asked", actor=actor, on=collection, format=kind)
    send_after_commit(tasks.import_file, job.pk)
    return job


def run_import(*, job: Job) -> None:
    """Import what the job says; safe to run twice, for each share is kept once."""
    asked = dict(job.result)
    collection = Collection.objects.get(pk=asked["collection"])
    with lease(f"bots-import:{job.pk}", seconds=settings.BOTS_LEASE_SECONDS * 10) as held:
        if not held or job.is_over:
            return
        with jobs.running(job):
            path = collection.folder / asked["upload"]
            bar = jobs.Bar(job, total=0)
            done = import_posts(
                collection=collection, path=path, kind=asked["format"], mapping=asked["mapping"], bar=bar
            )
            job.result = asked | {
                "url": collection.get_absolute_url(),
                "posts": done.posts,
                "shares": done.shares,
                "refused": done.refused,
                "reasons": done.reasons,
            }
        path.unlink(missing_ok=True)


def import_posts(
    *,
    collection: Collection,
    path: Path,
    kind: str = "",
    mapping: Mapping_ | None = None,
    pictures: Path | None = None,
    bar: jobs.Bar | None = None,
) -> Imported:
    """Bring a file's posts in. `kind` is a name of formats.FORMATS or "mapped"; guessed from the columns when empty.

    pictures: a folder with the pictures that a mapped column names.

    Raises RowError when the file is none of the formats, ImportFailedError when not one row could be read.
    """
    from botdetect import eventfile
    from botdetect.services.profiles import draw_map

    result = Imported()
    kind = kind or guess(list(next(read_rows(path), {})))
    if kind == "mapped" and not mapping:
        raise ImportFailedError("the columns are not those of a known format: say which is which")
    posts = _posts(read_rows(path), reader_of(kind, mapping, pictures), result)
    tables = []
    while batch := list(islice(posts, _BATCH_POSTS)):
        tables.append(eventfile.table_of(batch))
        keep_profiles(collection, batch)
        if bar:
            bar.advance(f"{result.posts:,}", by=len(batch))
    if not tables:
        first = f" ({result.reasons[0]})" if result.reasons else ""
        raise ImportFailedError(f"no row could be read{first}")
    result.shares = store(collection=collection, tables=tables)
    draw_map(collection=collection)
    return result


def _posts(rows: Iterable[Row], read: Callable[[Row], Post], result: Imported) -> Iterator[Post]:
    for number, row in enumerate(rows, 1):
        try:
            post = read(row)
        except (RowError, KeyError, TypeError, AttributeError, ValueError) as error:
            result.refuse(number, f"no column {error}" if isinstance(error, KeyError) else str(error))
            continue
        if not post.objects and not post.profile.tells_something:
            result.refuse(number, "shares nothing: no repost, link, hashtags, text, reply or picture")
            continue
        result.posts += 1
        yield post


def store(*, collection: Collection, tables: "list[pa.Table]") -> int:
    """Add shares to the collection's file, and say how many are new. One worker at a time."""
    from botdetect import eventfile
    from botdetect.coordination.report import sha256_of

    with lease(f"bots-events:{collection.pk}", seconds=settings.BOTS_LEASE_SECONDS * 10) as held:
        if not held:
            raise ImportFailedError(
                "another import of this collection is under way: try again when it is done"
            )
        before = collection.shares
        names = {name for table in tables for name in _accounts_in(table)}
        table = eventfile.add(collection.events_path, tables, without=erased_among(names))
        made = derive(collection=collection)
        first, last = eventfile.span_of(table)
        collection.shares = len(table)
        collection.accounts_count = len(table["account"].unique())
        collection.kinds = eventfile.kinds_of(table) | eventfile.kinds_of(made)
        collection.first_at, collection.last_at = _at(first), _at(last)
        collection.events_hash = sha256_of(collection.events_path)
        collection.save()
    return collection.shares - before


def derive(*, collection: Collection) -> "pa.Table":
    """Make the traces that no single post shows anew, from the collection's shares and profiles."""
    from botdetect import eventfile

    found = collection.accounts.exclude(created_at=None).exclude(handle="")
    profiles = [
        (name, handle, created.timestamp() if created else None)
        for name, handle, created in found.values_list("name", "handle", "created_at")
    ]
    return eventfile.derive(collection.events_path, profiles)


def _accounts_in(table: "pa.Table") -> list[str]:
    import pyarrow.compute as pc

    followed = table.filter(pc.equal(table["kind"], "follow"))["object"]
    return list(table["account"].unique().to_pylist()) + list(followed.unique().to_pylist())


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def digest_of(name: str) -> str:
    """The keyed hash that an erased identifier is remembered by."""
    return hmac.new(settings.SECRET_KEY.encode(), name.encode(), "sha256").hexdigest()


def erased_among(names: Iterable[str]) -> set[str]:
    """Those of these identifiers that are to stay forgotten."""
    erased = set(Erasure.objects.values_list("digest", flat=True))
    return {name for name in names if digest_of(name) in erased} if erased else set()


def keep_profiles(collection: Collection, posts: list[Post]) -> None:
    """Keep the last profile seen of each account that has one."""
    erased = erased_among({post.account for post in posts})
    rows = {}
    for post in posts:
        profile = post.profile
        if not (profile.handle or profile.created_at) or post.account in erased:
            continue
        rows[post.account] = Account(
            collection=collection,
            name=post.account,
            handle=profile.handle[:120],
            created_at=_at(profile.created_at),
            collected_at=_at(post.time),
            followers=profile.followers,
            friends=profile.friends,
            statuses=profile.statuses,
            is_protected=profile.is_protected,
        )
    Account.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["collection", "name"],
        update_fields=[
            "handle",
            "created_at",
            "collected_at",
            "followers",
            "friends",
            "statuses",
            "is_protected",
        ],
        batch_size=2000,
    )


def sweep() -> int:
    """Hand unfinished imports to the workers again; one that a worker is on is left alone."""
    from botdetect import tasks

    unfinished = Job.objects.filter(kind="bots.import", state__in=(Job.State.WAITING, Job.State.RUNNING))
    waiting = unfinished.order_by("pk").values_list("pk", flat=True)[:20]
    patience = 2 * settings.BOTS_LEASE_SECONDS
    keys = [key for key in waiting if cache.add(f"bots:import-queued:{key}", 1, patience)]
    for key in keys:
        send_after_commit(tasks.import_file, key)
    return len(keys)
