"""What workers do for the encyclopedia."""

from celery import shared_task

from encyclopedia.services import rendering, sources, telling


@shared_task
def render_again(pages: list[int]) -> None:
    """Render pages whose links may have changed colour."""
    rendering.render_again(pages)


@shared_task
def tell_watchers(revision: int) -> None:
    """Tell who watches the page that it has changed."""
    telling.tell_watchers(revision=revision)


@shared_task
def tell_proposer(revision: int) -> None:
    """Tell who proposed a change what became of it."""
    telling.tell_proposer(revision=revision)


@shared_task
def tell_of_remark(remark: int) -> None:
    """Tell who watches the page what was said about it."""
    telling.tell_of_remark(remark=remark)


@shared_task
def sweep_sources() -> None:
    """Find the sources whose link is due and hand them to the workers."""
    sources.sweep()


@shared_task
def check_sources(keys: list[int]) -> None:
    """Try the links of these sources, and copy what has no copy yet."""
    sources.check(keys=keys)
