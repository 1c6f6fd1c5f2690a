"""Writes of the portal itself."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from disinfo.accounts.models import ApiToken
from disinfo.portal.models import Counter, Job, Lease, OutboxMessage

# docs/privacy.md says these durations to the public; change both.
KEEP_MESSAGES_DAYS = 90
KEEP_JOBS_DAYS = 90
KEEP_DEAD_TOKENS_DAYS = 90
KEEP_COUNTERS_DAYS = 3 * 365


def purge() -> None:
    """Delete what has been kept for as long as docs/privacy.md says."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    OutboxMessage.objects.filter(created_at__lt=now - timedelta(days=KEEP_MESSAGES_DAYS)).exclude(
        state=OutboxMessage.State.WAITING
    ).delete()
    Job.objects.filter(created_at__lt=now - timedelta(days=KEEP_JOBS_DAYS)).delete()
    Lease.objects.filter(until__lt=now - timedelta(days=1)).delete()
    long_ago = now - timedelta(days=KEEP_DEAD_TOKENS_DAYS)
    ApiToken.objects.filter(Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)).delete()
    Counter.forget_before(KEEP_COUNTERS_DAYS)
