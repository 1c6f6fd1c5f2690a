"""Recording what pages cite, keeping a copy of it, and trying its link from time to time."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from disinfo import copies, fetcher
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from disinfo.leases import lease
from disinfo.safe_http import FetchError, HostPausedError, HttpStatusError, Response
from encyclopedia.models import Source

_BATCH = 20
_BATCHES = 10
_LEASE_SECONDS = 120  # longer than the longest fetch, the wait for the host's turn included
_PATIENCE_BYTES = 20_000_000


class KeyTakenError(ValueError):
    """Another source has this key."""


def record(*, source: Source, editor: User) -> Source:
    """Save a source, new or changed; what is at a new address is tried and copied at once.

    Raises:
        KeyTakenError: somebody else has just recorded a source with this key.
    """
    try:
        with transaction.atomic():
            return _recorded(source, editor)
    except IntegrityError as error:
        raise KeyTakenError(source.key) from error


def _recorded(source: Source, editor: User) -> Source:
    before = Source.objects.select_for_update().filter(pk=source.pk).first() if source.pk else None
    has_moved = before is None or before.address != source.address
    if has_moved:
        source.checked_at, source.problem = None, ""
        source.archived_at, source.archived_file = None, ""
        source.archived_sha256 = source.archived_type = ""
    source.save()
    verb = "encyclopedia.change_source" if before else "encyclopedia.record_source"
    audit.record(verb, actor=editor, on=source, key=source.key, address=source.address)
    if has_moved and source.address:
        from encyclopedia import tasks  # it imports the services

        send_after_commit(tasks.check_sources, [source.pk])
    return source


def sweep() -> int:
    """Hand the sources whose link is due to the workers, in batches; gives how many."""
    from encyclopedia import tasks  # it imports the services

    keys = list(Source.objects.due().values_list("pk", flat=True)[: _BATCH * _BATCHES])
    for at in range(0, len(keys), _BATCH):
        send_after_commit(tasks.check_sources, keys[at : at + _BATCH])
    return len(keys)


def check(*, keys: list[int]) -> None:
    """Try the links of these sources, those that are still due; one that has no copy yet gets one."""
    for source in Source.objects.due().filter(pk__in=keys):
        with lease(f"encyclopedia:source:{source.pk}", seconds=_LEASE_SECONDS) as held:
            if held:
                _visit(source)


def _visit(source: Source) -> None:
    try:
        response = fetcher.client().get(source.address, max_bytes=_PATIENCE_BYTES)
    except HostPausedError:
        return  # it asked for a pause: the next sweep tries again
    except FetchError as error:
        status = f" {error.status}" if isinstance(error, HttpStatusError) else ""
        values: dict[str, object] = {"problem": f"{error.code}{status}"}
    else:
        values = {"problem": "", **({} if source.archived_file else _copy(response))}
    # Whoever gave the source another address meanwhile has asked for another visit.
    rows = Source.objects.filter(pk=source.pk, address=source.address)
    rows.update(checked_at=timezone.now(), **values)


def _copy(response: Response) -> dict[str, object]:
    kept = copies.keep(response, folder="sources")
    if kept is None:
        return {}
    return {
        "archived_file": kept.file,
        "archived_sha256": kept.sha256,
        "archived_type": kept.mime_type,
        "archived_at": timezone.now(),
    }
