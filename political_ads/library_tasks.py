"""What the workers do for political ads."""

from celery import shared_task
from django.utils import timezone

from disinfo.celery import send_after_commit
from political_ads.models import Ad, Source
from political_ads.services import counting, findable, interfaces, media, open_data, rules


@shared_task
def look_at_due() -> None:
    """Have every interface looked at whose turn has come."""
    for source in Source.objects.due(timezone.now()):
        send_after_commit(look, source.pk)


@shared_task(time_limit=3800, soft_time_limit=3700)
def look(source_id: int) -> None:
    """Look at one library through its interface; a second one at the same time finds it taken."""
    source = Source.objects.due(timezone.now()).filter(pk=source_id).first()
    if source and interfaces.can_ask():
        interfaces.look(source=source)


@shared_task
def make_findable() -> None:
    """Put new creatives into the search."""
    findable.make_findable(most=50_000)


@shared_task
def fetch_pictures() -> None:
    """Keep pictures that wait."""
    media.fetch_waiting()


@shared_task(time_limit=3800, soft_time_limit=3700)
def follow_up(snapshot_id: int) -> None:
    """Put what a snapshot brought into the search, count, apply the rules to it, and keep its pictures."""
    findable.make_findable()
    counting.count_again(Source.objects.get(snapshots=snapshot_id))
    rules.apply_to(Ad.objects.filter(last_snapshot=snapshot_id))
    media.fetch_waiting()


@shared_task(time_limit=3800, soft_time_limit=3700)
def apply_all_rules() -> None:
    """Apply the rules to every ad: labels were settled and elections were entered meanwhile."""
    rules.drop_outdated()
    rules.apply_to(Ad.objects.all())


@shared_task(time_limit=3800, soft_time_limit=3700)
def count_figures() -> None:
    """Count every library anew: citizens settled labels, reviewers decided."""
    for source in Source.objects.filter(snapshots__isnull=False).distinct():
        counting.count_again(source)


@shared_task(time_limit=3800, soft_time_limit=3700)
def write_open_data() -> None:
    """Write the night's open data."""
    open_data.write()
