"""Outside addresses in messages: noted when posted, read once by a worker, through the safe client."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from collaborate.models import Link, Message
from collaborate.services import posting
from disinfo import fetcher
from disinfo.celery import send_after_commit
from disinfo.leases import lease
from disinfo.safe_http import FetchError

_MOST_BYTES = 1_000_000


def note(*, message: Message, urls: Sequence[str]) -> None:
    """Remember the addresses in a message; those never seen before are handed to a worker.

    Those of an answer are left alone: to a search elsewhere that it offers goes who chooses it, and nobody else.
    """
    from collaborate import tasks  # it imports the services

    if not urls or message.is_answer:
        return
    by_digest = {Link.digest_of(url): url for url in urls}
    known = set(Link.objects.filter(digest__in=by_digest).order_by("pk").values_list("digest", flat=True))
    # In one order for everybody, or two messages with the same new addresses would wait for each other.
    fresh = [Link(url=url, digest=digest) for digest, url in sorted(by_digest.items()) if digest not in known]
    Link.objects.bulk_create(fresh, ignore_conflicts=True)
    links = list(Link.objects.filter(digest__in=by_digest).order_by("pk"))
    message.links.set(links)
    for link in links:
        if link.state == Link.State.WAITING:
            send_after_commit(tasks.read_link, link.pk)


def read(*, link: Link) -> None:
    """See what an address says of itself, and show it with the messages that hold it; done already, nothing happens."""
    with lease(f"collaborate.link:{link.pk}", seconds=settings.COLLABORATE_LEASE_SECONDS) as held:
        if not held or not Link.objects.filter(pk=link.pk, state=Link.State.WAITING).exists():
            return
        link.state, link.title, link.description = _asked(link.url)
        link.read_at = timezone.now()
        link.save()
    if link.title:
        posting.touch(list(link.messages.readable().select_related("room").order_by("-pk")[:20]))


def _asked(url: str) -> tuple[Link.State, str, str]:
    try:
        page = fetcher.client().get(url, accept="text/html", max_bytes=_MOST_BYTES)
    except FetchError:
        return Link.State.FAILED, "", ""
    if page.mime_type not in {"text/html", "application/xhtml+xml"}:
        return Link.State.READ, "", ""
    return (Link.State.READ, *_self_description(page.text))


def _self_description(html: str) -> tuple[str, str]:
    """The title and description that a page gives (Open Graph, else HTML), as plain words."""
    tree = LexborHTMLParser(html)

    def said(*selectors: str) -> str:
        for selector in selectors:
            node = tree.css_first(selector)
            if node is not None:
                words = (node.attributes.get("content") or node.text() or "").split()
                if words:
                    return " ".join(words)
        return ""

    title = said('meta[property="og:title"]', "head > title")
    description = said('meta[property="og:description"]', 'meta[name="description"]')
    return title[:200], description[:400]


def sweep() -> int:
    """Hand to the workers what no worker has read yet; gives how many."""
    from collaborate import tasks  # it imports the services

    waiting = list(
        Link.objects.filter(state=Link.State.WAITING).order_by("pk").values_list("pk", flat=True)[:50]
    )
    with transaction.atomic():
        for pk in waiting:
            send_after_commit(tasks.read_link, pk)
    return len(waiting)
