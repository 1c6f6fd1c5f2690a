"""The invented services of the demo: loaded with a past, and changed by whoever presses the button."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.markdown import to_html
from terms_tracker import archives
from terms_tracker.archive import Entry
from terms_tracker.demo_texts import BY_SLUG, TEXTS, DemoText
from terms_tracker.extraction import extract_html
from terms_tracker.models import Collection, DemoPage, Terms, Version
from terms_tracker.services import declarations, indexing, tracking

_COLLECTION = "demo-services"
_STARTER = "starter"
_SELECT = "#terms"
_DAYS_BETWEEN_EDITS = 23


def pages() -> list[DemoPage]:
    """The pages of the demo, each with the address of its timeline."""
    found = list(DemoPage.objects.all())
    for page in found:
        text = BY_SLUG[page.slug]
        terms = Terms.objects.select_related("service__collection").get(
            service__collection__key=_COLLECTION, service__name=text.service, type=text.type
        )
        page.timeline_url = terms.get_absolute_url()  # type: ignore[attr-defined]
    return found


@transaction.atomic
def change_page(*, page: DemoPage, body: str | None, actor: User) -> None:
    """Publish this text, or, without one, the next of the sample edits (starting over after the last)."""
    if body is None:
        text = BY_SLUG[page.slug]
        page.step = (page.step + 1) % (len(text.edits) + 1)
        body = text.at(page.step)
    page.body = body.replace("\r\n", "\n")
    page.save()
    audit.record("terms.demo_changed", actor=actor, on=page)
    text = BY_SLUG[page.slug]
    for terms in Terms.objects.filter(
        service__collection__key=_COLLECTION, service__name=text.service, type=text.type
    ):
        tracking.ask_for_check(terms=terms, actor=actor)


def load(*, say: Callable[[str], object]) -> None:
    """Make what is missing of the demo, and point it at the portal's present address."""
    collection, _new = Collection.objects.get_or_create(
        key=_COLLECTION,
        defaults={
            "name": "Demo services",
            "description": "Invented services whose terms anyone may change, to see the tracker at work.",
            "languages": ["en", "fr"],
        },
    )
    for text in TEXTS:
        DemoPage.objects.get_or_create(
            slug=text.slug,
            defaults={
                "service_name": text.service,
                "title": text.title,
                "body": text.at(text.past),
                "step": text.past,
            },
        )
    _declare(collection)
    if not Version.objects.filter(terms__service__collection=collection).exists():
        services = len({text.service for text in TEXTS})
        say(f"{len(TEXTS)} documents of {services} invented services, with a past of some months")
        _write_past(collection)
    _load_starter(say)


def _declare(collection: Collection) -> None:
    services: dict[str, dict[str, object]] = {}
    for text in TEXTS:
        address = settings.SITE_URL + reverse("terms:demo_page", args=[text.slug])
        services.setdefault(text.service, {})[text.type] = {"fetch": address, "select": _SELECT}
    for service, terms in services.items():
        declarations.save_service(
            collection=collection, key=service, declaration={"name": service, "terms": terms}, actor=None
        )


def _write_past(collection: Collection) -> None:
    """What the tracker would have recorded had it run since the first text."""
    now = timezone.now()
    archives.archive_of(collection, archives.SNAPSHOTS).import_entries(
        Entry(
            service=text.service,
            terms_type=text.type,
            content=html,
            fetched_at=at,
            extension="html",
            metadata={"X-fetcher": "htmlOnly"},
        )
        for text, at, html in _past(now)
    )
    indexing.reindex(collection, archives.SNAPSHOTS)
    for text, at, html in sorted(_past(now), key=lambda step: step[1]):
        terms = Terms.objects.select_related("service__collection").get(
            service__collection=collection, service__key=text.service, type=text.type
        )
        snapshot = terms.snapshots.filter(fetched_at__lte=at).first()
        markdown = extract_html(html, settings.SITE_URL, select=_SELECT)
        record = archives.archive_of(collection, archives.VERSIONS).record(
            Entry(
                service=text.service,
                terms_type=text.type,
                content=markdown,
                fetched_at=at,
                snapshot_ids=(snapshot.commit,) if snapshot else (),
            )
        )
        if record:
            indexing.add_version(terms, record, markdown, is_told=False)


def _past(now: datetime) -> Iterator[tuple[DemoText, datetime, str]]:
    for place, text in enumerate(TEXTS):
        for step in range(text.past + 1):
            age = timedelta(days=_DAYS_BETWEEN_EDITS * (text.past - step + 1) + 3 * place, hours=5 * place)
            at = (now - age).replace(microsecond=0)
            page = DemoPage(slug=text.slug, service_name=text.service, title=text.title, updated_at=at)
            context = {"page": page, "html": to_html(text.at(step))}
            yield text, at, render_to_string("terms_tracker/demo_page.html", context)


def _load_starter(say: Callable[[str], object]) -> None:
    """The declarations of real services that ship with the portal, paused: a demo goes out to nobody by itself."""
    collection, is_new = Collection.objects.get_or_create(
        key=_STARTER,
        defaults={
            "name": "Starter collection",
            "description": "Large services whose terms matter in an election; paused until an administrator starts.",
            "languages": ["en", "fr"],
        },
    )
    if is_new:
        folder = Path(settings.BASE_DIR) / "terms_tracker" / "starter" / "declarations"
        report = declarations.import_folder(collection=collection, folder=folder, is_active=False, actor=None)
        say(f"{report.services} declared services in the starter collection, paused")
