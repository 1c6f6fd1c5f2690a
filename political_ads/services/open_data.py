"""The night's open data: the same rows as CSV, NDJSON and Parquet, with checksums and a word on each column.

No personal data: who paid may be a person, so only whether a payer is given; no text, which is not ours to give, but in
a file of its own for accredited accounts where the deployment has the right (ADS_OPEN_TEXTS).
"""

import csv
import gzip
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from disinfo.leases import lease
from political_ads.models import Ad
from political_ads.models.crowd import Task

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: dict[str, str] = {
    "source": _("library, by its identifier on this portal"),
    "external_id": _("identifier of the ad at the platform"),
    "creative": _("SHA-256 of the normalised text or picture: ads that show the same have the same"),
    "advertiser_id": _("identifier of the page at the platform"),
    "country": _("ISO 3166 code of the country it was shown in first"),
    "has_payer": _("whether the platform says who paid"),
    "currency": _("ISO 4217 code of spend_low and spend_high"),
    "spend_low": _("spent at least, empty when unknown"),
    "spend_high": _("spent at most, empty when unknown or unbounded"),
    "impressions_low": _("times shown, at least"),
    "impressions_high": _("times shown, at most"),
    "started_on": _("first shown, UTC"),
    "stopped_on": _("last shown, UTC, empty while it runs"),
    "first_seen_at": _("first snapshot with it, UTC"),
    "last_seen_at": _("last snapshot with it, UTC"),
    "presence": _("present, missing (to be confirmed), removed, closed"),
    "label": _("what citizens settled on, empty while they have not"),
    "confidence": _("posterior probability of the label, 0 to 1"),
}
_NUMBERS = {"spend_low", "spend_high", "impressions_low", "impressions_high"}
_DATES = {"started_on", "stopped_on", "first_seen_at", "last_seen_at"}
_BATCH = 5000
_KEPT_DAYS = 7
_LEASE_SECONDS = 3600
TEXTS = "ads-texts.ndjson.gz"
MANIFEST = "manifest.json"


def write() -> Path | None:
    """Write today's files, and forget those older than a week; None when another worker is at it."""
    with lease("ads-open-data", seconds=_LEASE_SECONDS) as held:
        if not held:
            return None
        root = Path(settings.OPEN_DATA_DIR)
        root.mkdir(parents=True, exist_ok=True)
        folder = root / f"{timezone.now():%Y-%m-%d}"
        # Readers see a whole day or none.
        work = Path(tempfile.mkdtemp(prefix=".writing-", dir=root))
        try:
            rows = _write_files(work)
            _write_manifest(work, rows)
            if folder.exists():
                shutil.rmtree(folder)
            work.rename(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        _forget_old(root)
        return folder


def latest() -> Path | None:
    """The folder of the last whole day; None when nothing has been written yet."""
    days = sorted(path for path in Path(settings.OPEN_DATA_DIR).glob("20*-*-*") if (path / MANIFEST).exists())
    return days[-1] if days else None


def manifest() -> dict[str, Any] | None:
    """What there is to download: files with size, rows and checksum, and what each column holds."""
    folder = latest()
    if folder is None:
        return None
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found


def _write_files(work: Path) -> int:
    import pyarrow as pa  # heavy: not for every web process
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _type_of(name)) for name in COLUMNS])
    count = 0
    with ExitStack() as stack:
        table = stack.enter_context(pq.ParquetWriter(work / "ads.parquet", schema, compression="zstd"))
        sheet_file = stack.enter_context(gzip.open(work / "ads.csv.gz", "wt", encoding="utf-8", newline=""))
        lines = stack.enter_context(gzip.open(work / "ads.ndjson.gz", "wt", encoding="utf-8"))
        texts = (
            stack.enter_context(gzip.open(work / TEXTS, "wt", encoding="utf-8"))
            if settings.ADS_OPEN_TEXTS
            else None
        )
        sheet = csv.DictWriter(sheet_file, list(COLUMNS))
        sheet.writeheader()
        for batch in _batches():
            rows = [_row(ad) for ad in batch]
            table.write_batch(pa.RecordBatch.from_pylist(rows, schema=schema))
            plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
            sheet.writerows(plain)
            lines.writelines(json.dumps(row) + "\n" for row in plain)
            if texts:
                texts.writelines(_text_line(ad) for ad in batch)
            count += len(rows)
    return count


def _batches() -> Iterator[list[Ad]]:
    ads = Ad.objects.select_related("source", "advertiser", "creative__task").order_by("pk")
    rows = ads.defer("details").iterator(chunk_size=_BATCH)
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _row(ad: Ad) -> dict[str, Any]:
    task = getattr(ad.creative, "task", None)
    settled = task if task is not None and task.state == Task.State.RETIRED else None
    return {
        "source": ad.source.slug,
        "external_id": ad.external_id,
        "creative": ad.creative.fingerprint,
        "advertiser_id": ad.advertiser.external_id if ad.advertiser else None,
        "country": ad.country,
        "has_payer": bool(ad.payer),
        "currency": ad.currency,
        **{name: getattr(ad, name) for name in (*sorted(_NUMBERS), *sorted(_DATES))},
        "presence": ad.presence,
        "label": settled.top if settled else "",
        "confidence": settled.confidence if settled else None,
    }


def _text_line(ad: Ad) -> str:
    row = {
        "source": ad.source.slug,
        "external_id": ad.external_id,
        "title": ad.creative.title,
        "text": ad.creative.text,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _type_of(name: str) -> "pa.DataType":
    import pyarrow as pa

    if name in _NUMBERS:
        return pa.int64()
    if name in _DATES:
        return pa.timestamp("ms", tz="UTC")
    return {"has_payer": pa.bool_(), "confidence": pa.float64()}.get(name, pa.string())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _write_manifest(work: Path, rows: int) -> None:
    files = [
        {
            "name": path.name,
            "bytes": path.stat().st_size,
            "rows": rows,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "is_open": path.name != TEXTS,
        }
        for path in sorted(work.iterdir())
    ]
    body = {"made_at": timezone.now().isoformat(timespec="seconds"), "columns": COLUMNS, "files": files}
    (work / MANIFEST).write_text(json.dumps(body, indent=2), encoding="utf-8")


def _forget_old(root: Path) -> None:
    for folder in sorted(root.glob("20*-*-*"))[:-_KEPT_DAYS]:
        shutil.rmtree(folder, ignore_errors=True)
