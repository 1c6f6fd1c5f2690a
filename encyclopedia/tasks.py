"""What workers do for the encyclopedia."""

from celery import shared_task

from encyclopedia.models import Page
from encyclopedia.services import publishing, telling


@shared_task
def render_again(pages: list[int]) -> None:
    """Render pages whose links may have changed colour."""
    for page in Page.objects.filter(pk__in=pages, current__isnull=False).select_related("kind", "current"):
        publishing.render(page=page, document=page.current.document)  # type: ignore[union-attr]  # filtered above


@shared_task
def tell_watchers(revision: int) -> None:
    """Tell who watches the page that it has changed."""
    telling.tell_watchers(revision=revision)
