"""What collections tell other tools: how often a domain was shared in them, and what is rising in a live one."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from botdetect import trends
from botdetect.models import Collection
from botdetect.permissions import Caller
from botdetect.services import streams
from disinfo.accounts.models import Organisation
from disinfo.portal.models import Job
from disinfo.portal.tools import Activity, Card

_MOST_COLLECTIONS = 50
_PATH = re.compile(r"^/bots/desk/collections/(?P<pk>\d{1,12})/$")
_NAMES = {
    "url": gettext_lazy("Address rising"),
    "hashtags": gettext_lazy("Hashtags rising"),
    "text": gettext_lazy("Words rising"),
}


def shared_from(host: str, caller: Caller) -> list[Card]:
    """The collections the caller may read in which addresses of a domain were shared, the last 50 looked at."""
    rows = Collection.objects.visible_to(caller).order_by("-last_at", "-pk")[:_MOST_COLLECTIONS]
    return [card for row in rows if row.events_path.exists() and (card := _shares_of(row, host))]


def _shares_of(collection: Collection, host: str) -> Card | None:
    table = pa.parquet.read_table(
        collection.events_path,
        columns=["object", "account", "content", "time"],
        filters=[("kind", "=", "url")],
    )
    # Addresses are kept without their scheme.
    table = table.filter(
        pc.match_substring_regex(table["object"], rf"^([^/?]*\.)?{re.escape(host)}([/:?]|$)")
    )
    if not table.num_rows:
        return None
    shares = table.group_by(["account", "content"]).aggregate([]).num_rows
    accounts = len(pc.unique(table["account"]))
    said = [
        ngettext("%(number)d share", "%(number)d shares", shares) % {"number": shares},
        ngettext("%(number)d account", "%(number)d accounts", accounts) % {"number": accounts},
    ]
    first = pc.min(table["time"]).as_py()
    if first is not None:
        day = date_format(localtime(datetime.fromtimestamp(first, UTC)), "DATE_FORMAT")
        said.append(_("first on %(day)s") % {"day": day})
    return Card(
        collection.get_absolute_url(), collection.name, _("Collection"), collection.last_at, " · ".join(said)
    )


def followed(caller: Caller, organisation: Organisation | None) -> list[Card]:
    """The collections of an organisation that are still being gathered and that the caller may read."""
    if organisation is None:
        return []
    rows = Collection.objects.visible_to(caller).filter(organisation=organisation, aggregated_at=None)
    # One that began with a file, or with nothing, may be collected into from its page.
    begun = Job.objects.filter(kind=streams.KIND).values_list("result__collection", flat=True)
    rows = rows.filter(~Q(source=Collection.Source.FILE) | Q(pk__in=list(begun))).order_by("name", "pk")
    return [Card(row.get_absolute_url(), row.name, _("Collection"), row.last_at) for row in rows]


def rising(path: str, organisation: Organisation | None) -> Sequence[Activity]:
    """What more accounts shared in the last hour of a collection than in the hours before; never by whom."""
    match = _PATH.match(path)
    rows = (
        Collection.objects.filter(pk=match["pk"], organisation=organisation)
        if match and organisation
        else None
    )
    found = rows.first() if rows is not None else None
    if found is None:
        return []
    now = timezone.now()
    tables = list(_shared_since(found, now.timestamp() - trends.SECONDS))
    if not tables:
        return []
    return [
        _activity(found, each, now) for each in trends.rising(pa.concat_tables(tables), now=now.timestamp())
    ]


def _shared_since(collection: Collection, moment: float) -> Iterator[pa.Table]:
    """What its file holds, and what a stream has brought that is not in it yet; what is in both is of one account."""
    for path in (collection.events_path, *sorted(collection.folder.glob("stream*/*.parquet"))):
        # A part that was taken over meanwhile is in the file at the next look.
        with suppress(FileNotFoundError):
            table = pa.parquet.read_table(
                path,
                columns=["kind", "object", "account", "time"],
                filters=[("kind", "in", list(_NAMES)), ("time", ">", moment)],
            )
            # A file and a part keep its few words differently.
            yield table.set_column(0, "kind", table["kind"].cast(pa.string()))


def _activity(collection: Collection, each: trends.Rising, now: datetime) -> Activity:
    said = ngettext(
        "%(number)d account in the last hour; %(before)s an hour in the day before",
        "%(number)d accounts in the last hour; %(before)s an hour in the day before",
        each.accounts,
    ) % {"number": each.accounts, "before": number_format(each.before, 1)}
    # One day, one key: what goes on rising is told once a day.
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    address = f"{collection.get_absolute_url()}#{each.kind}:{each.object}"
    return Activity(address, each.object[:200], _NAMES[each.kind], day, f"{said} · {collection.name}")
