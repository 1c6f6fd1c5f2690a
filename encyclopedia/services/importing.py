"""Taking in pages from elsewhere, with their history, without touching what people have edited since."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from django.db import transaction

from encyclopedia.formats import Incoming, IncomingRevision, Refused
from encyclopedia.models import Kind, Page, Redirect, Revision
from encyclopedia.services import publishing, writing

_BATCH = 200


def take_in(incoming: Iterable[Incoming | Refused], *, say: Callable[[str], object] = print) -> Counter[str]:
    """Create and update pages; gives how many were created, updated, unchanged, kept (edited here), refused.

    Safe to run twice and to interrupt: a batch is there whole or not at all, and what is there is not made again.
    """
    outcome: Counter[str] = Counter()
    touched: list[int] = []
    pages = iter(incoming)
    while batch := list(islice(pages, _BATCH)):
        with transaction.atomic():
            for each in batch:
                if isinstance(each, Refused):
                    say(f"refused {each.place}: {each.why}")
                    outcome["refused"] += 1
                    continue
                came, page = _take_in(each)
                outcome[came] += 1
                if came in {"created", "updated"}:
                    touched.append(page.pk)
        say(f"{sum(outcome.values())} read")
    _finish(touched)
    return outcome


def _take_in(incoming: Incoming) -> tuple[str, Page]:
    _know_kind(incoming.document.kind)
    known = Page.objects.select_for_update(of=("self",)).select_related("kind", "current")
    page = known.filter(imported_key=incoming.key).first()
    if page is None:
        page = Page.objects.create(
            imported_key=incoming.key,
            language=incoming.language,
            slug=writing.free_slug(incoming.slug, incoming.language),
            kind=Kind.objects.get(code=incoming.document.kind),
            title=incoming.document.title[:200],
        )
        _append(page, incoming.revisions)
        _redirect(page, incoming.others)
        return "created", page
    if page.current is None or page.current.sha256 != page.imported_sha256:
        return "kept", page
    if page.current.sha256 == incoming.document.sha256:
        return "unchanged", page
    _append(page, incoming.revisions[-1:])
    return "updated", page


def _know_kind(code: str) -> None:
    Kind.objects.get_or_create(
        code=code, defaults={"name_en": code.capitalize(), "name_fr": code.capitalize()}
    )


def _append(page: Page, revisions: Sequence[IncomingRevision]) -> None:
    last: Revision | None = page.current
    for each in revisions:
        if last is not None and last.sha256 == each.document.sha256:
            continue
        last = writing.append(
            page=page,
            document=each.document,
            status=Revision.Status.PUBLISHED,
            writer=writing.Writer(name=each.author, publishes=True),
            reason=each.reason,
            base=last,
            saved_at=each.saved_at,
        )
    if last is not None:
        page.imported_sha256 = last.sha256
        publishing.publish(page=page, revision=last, document=revisions[-1].document, is_import=True)


def _redirect(page: Page, slugs: Iterable[str]) -> None:
    for slug in slugs:
        if slug and slug != page.slug:
            Redirect.objects.get_or_create(language=page.language, slug=slug, defaults={"page": page})


def _finish(touched: Sequence[int]) -> None:
    """Render again what was made before the pages it links to."""
    for start in range(0, len(touched), _BATCH):
        keys = touched[start : start + _BATCH]
        with transaction.atomic():
            for page in (
                Page.objects.filter(pk__in=keys).select_related("kind", "current__keyframe").order_by("pk")
            ):
                if page.current and page.links.exists():
                    publishing.render(page=page, document=page.current.document)
