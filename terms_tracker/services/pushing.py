"""Pushing archives to repositories elsewhere: after what was recorded, never in its way."""

import base64
import logging
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disinfo import failures, fetcher
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from disinfo.egress_proxy import EgressProxy
from disinfo.leases import lease
from disinfo.safe_http import FetchError
from disinfo.safe_http.addresses import checked_addresses, system_resolver
from terms_tracker import archives
from terms_tracker.archive import ArchiveError
from terms_tracker.models import Remote, check_is_repository

EVERY = timedelta(minutes=5)
"""An archive is pushed no more often; one that cannot be pushed is tried twice as late each time, a day at most."""
_LONGEST_PAUSE = 288
_STEP_SECONDS = 300.0
_LEASE_SECONDS = _STEP_SECONDS + 30
_HTTPS = 443
logger = logging.getLogger(__name__)


def check_address(address: str) -> None:
    """Refuse an address that may not be pushed to from here.

    Raises:
        ValidationError: it is no repository's, its host has no address, or one that is not of the public Web.
    """
    check_is_repository(address)
    parts = urlsplit(address)
    try:
        checked_addresses(fetcher.policy(), system_resolver, str(parts.hostname), parts.port or _HTTPS)
    except FetchError as error:
        raise ValidationError(failures.sentence_of(error.code)) from error


@transaction.atomic
def save_remote(*, remote: Remote, actor: User) -> None:
    """Push to this address from now on; from the beginning, when the address is another one."""
    before = Remote.objects.filter(pk=remote.pk).first()
    if before and (before.address, before.kind) != (remote.address, remote.kind):
        remote.pushed, remote.pushed_at = "", None
    remote.next_at, remote.failures, remote.problem = timezone.now(), 0, ""
    remote.save()
    audit.record(
        "terms.remote_saved",
        actor=actor,
        on=remote.collection,
        organisation=remote.collection.organisation,
        address=remote.address,
        archive=remote.kind,
        is_active=remote.is_active,
    )


@transaction.atomic
def forget_remote(*, remote: Remote, actor: User) -> None:
    """Push there no longer; what is there stays there."""
    audit.record("terms.remote_forgotten", actor=actor, on=remote.collection, address=remote.address)
    remote.delete()


def sweep() -> int:
    """Hand the remotes that are due and behind to the workers; gives how many."""
    from terms_tracker import tasks  # whose services import this module

    behind = [remote.pk for remote in Remote.objects.due(timezone.now()) if remote.is_behind]
    for key in behind:
        send_after_commit(tasks.push_remote, key)
    return len(behind)


def push(*, remote: Remote) -> None:
    """Push what is new to one remote, noting each step, so that the next worker goes on from there."""
    with lease(f"terms-push:{remote.pk}", seconds=_LEASE_SECONDS) as held:
        if not held:
            return
        remote.refresh_from_db()
        archive = archives.archive_of(remote.collection, remote.kind)
        try:
            with EgressProxy(fetcher.policy(), connection_seconds=_STEP_SECONDS) as proxy:
                steps = archive.push(
                    remote.address,
                    since=remote.pushed,
                    proxy=proxy.url,
                    authorization=_authorization(remote.address),
                )
                for commit in steps:
                    _note(remote, pushed=commit, pushed_at=timezone.now())
                    if not held.renew():
                        return
        except ArchiveError as error:
            _stumbled(remote, str(error))
        else:
            _note(remote, failures=0, problem="", next_at=timezone.now() + EVERY)


def _stumbled(remote: Remote, problem: str) -> None:
    logger.warning("an archive was not pushed", extra={"remote": remote.address, "problem": problem})
    pause = EVERY * min(2**remote.failures, _LONGEST_PAUSE)
    _note(remote, failures=remote.failures + 1, problem=problem, next_at=timezone.now() + pause)


def _note(remote: Remote, **columns: object) -> None:
    """Of this address only: an administrator may have written another one meanwhile."""
    Remote.objects.filter(pk=remote.pk, address=remote.address).update(**columns)


def _authorization(address: str) -> str:
    """The header for a host that the environment holds a token for: only that host is ever sent it."""
    parts = urlsplit(address)
    token = settings.TERMS_PUSH_TOKENS.get(parts.netloc.lower())
    if not token:
        return ""
    # Forges take any name beside a token.
    pair = token if ":" in token else f"git:{token}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
