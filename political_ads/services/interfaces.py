"""Looking at a library through the platform's own interface, page after page, with a token from the settings."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from disinfo import fetcher
from disinfo.leases import lease
from disinfo.safe_http import FetchError
from political_ads.models import LibrarySnapshot, Source
from political_ads.services import finishing, importing
from political_ads.services.snapshots import ImportRefusedError
from political_ads.sources import parser_of, records_of
from political_ads.sources.meta_api import Walk

_LEASE_SECONDS = 600


class InterfaceError(ValueError):
    """The interface cannot be asked; the message says why."""


def look(*, source: Source, on_progress: Callable[[int], None] = lambda _rows: None) -> LibrarySnapshot:
    """Ask for every ad of the source's country. Cut short, the snapshot is partial: nothing counts as gone.

    Raises InterfaceError without a token or a country, or for a platform whose interface is not known;
    ImportRefusedError as an import does.
    """
    if source.format != Source.Format.META:
        raise InterfaceError("Only Meta's interface is known; other libraries are imported from files.")
    if not settings.ADS_META_TOKEN:
        raise InterfaceError("Set ADS_META_TOKEN to ask Meta's interface.")
    if not source.country:
        raise InterfaceError("The source has no country to ask for.")
    walk = Walk(settings.ADS_META_API, source.country, _ask, FetchError)
    taken_at = timezone.now()
    digest = hashlib.sha256(f"{source.slug}:{taken_at.isoformat()}".encode()).hexdigest()
    with lease(f"ads-import:{source.pk}", seconds=_LEASE_SECONDS) as held:
        if not held:
            raise ImportRefusedError("This source is being imported by another process.")
        # A look that was killed cannot go on where it was: its next page is known to nobody.
        for left in source.snapshots.filter(status=LibrarySnapshot.Status.RUNNING):
            finishing.finish(snapshot=left, is_walked=False)
        return importing.import_records(
            source=source,
            records=records_of(walk.rows(), parser_of(source.format)),
            taken_at=taken_at,
            digest=digest,
            held=held,
            is_walked=lambda: walk.is_finished,
            on_progress=on_progress,
        )


def _ask(address: str) -> bytes:
    """One page; the token travels in a header, so that no address that is logged holds it."""
    headers = {"Authorization": f"Bearer {settings.ADS_META_TOKEN}"}
    return fetcher.client().get(address, accept="application/json", headers=headers).content


def can_ask() -> bool:
    """Whether a token is set; without one, beat's looks are left out quietly."""
    return bool(settings.ADS_META_TOKEN)
