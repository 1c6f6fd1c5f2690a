"""Taking in pages from elsewhere, with their history, without touching what people have edited since.

Batch by batch, each in one transaction and a few statements whatever it holds: a framework has thousands of pages.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import IntegrityError, transaction

from disinfo import search
from encyclopedia import storage
from encyclopedia.formats import Incoming, IncomingRevision, Refused
from encyclopedia.models import Facet, Kind, Page, Redirect, Revision
from encyclopedia.services import publishing, rendering, writing

_BATCH = 200


@dataclass
class Import:
    """An import under way: how many pages were created, updated, unchanged, kept (edited here), joined, refused."""

    say: Callable[[str], object]
    outcome: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Kind] = field(default_factory=dict)

    def kind(self, code: str) -> Kind:
        """A kind by its code; one that nobody knew is made."""
        if code not in self.kinds:
            named = {"name_en": code.capitalize(), "name_fr": code.capitalize()}
            Kind.objects.get_or_create(code=code, defaults=named)
            self.kinds[code] = Kind.objects.prefetch_related("fields").get(code=code)
        return self.kinds[code]


def take_in(incoming: Iterable[Incoming | Refused], *, say: Callable[[str], object] = print) -> Counter[str]:
    """Create and update pages; gives how many came to what.

    Safe to run twice and to interrupt: a batch is there whole or not at all, and what is there is not made again. Links
    to what comes in a later batch are red until the end; where it never came, the next import turns them.
    """
    under_way, keys = Import(say), []
    for batch in _batches(incoming):
        pages = [each for each in batch if isinstance(each, Incoming)]
        keys += [each.key for each in pages]
        try:
            under_way.outcome += _take_in(under_way, pages)
        except IntegrityError:
            # Another import made some of these first: they are there now, and nothing of ours is.
            under_way.kinds.clear()
            under_way.outcome += _take_in(under_way, pages)
        for each in batch:
            if isinstance(each, Refused):
                say(f"refused {each.place}: {each.why}")
                under_way.outcome["refused"] += 1
        say(f"{sum(under_way.outcome.values())} read")
    for start in range(0, len(keys), _BATCH):
        rendering.turn_red_links_to(Page.objects.filter(imported_key__in=keys[start : start + _BATCH]))
    return under_way.outcome


def _batches(incoming: Iterable[Incoming | Refused]) -> Iterator[list[Incoming | Refused]]:
    rest = iter(incoming)
    while batch := list(islice(rest, _BATCH)):
        yield batch


@transaction.atomic
def _take_in(under_way: Import, batch: Sequence[Incoming]) -> Counter[str]:
    known = {
        page.imported_key: page
        for page in Page.objects.select_for_update(of=("self",))
        .filter(imported_key__in=[each.key for each in batch])
        .select_related("kind", "current")
    }
    there = _there_already([each for each in batch if each.key not in known])
    joined = _join([each for each in batch if each.key not in known and each.key not in there])
    new = [each for each in batch if each.key not in {*known, *there, *joined}]
    touched = _create(under_way, new)
    outcome = Counter({"unchanged": len(there), "joined": len(joined), "created": len(new)})
    for each in batch:
        if page := known.get(each.key):
            came = _update(under_way, page, each)
            outcome[came] += 1
            touched += [page] * (came == "updated")
    rendering.render_all([page.pk for page in touched])
    return +outcome


def _there_already(batch: Sequence[Incoming]) -> set[str]:
    """The keys of those that a page written here says word for word, at the same address: our own export, come back."""
    pages = Page.objects.filter(slug__in=[each.slug for each in batch], current__isnull=False)
    said = set(pages.values_list("language", "slug", "current__sha256"))
    return {each.key for each in batch if (each.language, each.slug, each.document.sha256) in said}


def _join(batch: Sequence[Incoming]) -> set[str]:
    """The keys of those whose number a page written here carries: it keeps its text, their addresses lead to it."""
    numbers = [each.framework_id for each in batch if each.framework_id]
    rows = Page.objects.live().filter(fields__framework_id__in=numbers).select_related("kind")
    there = {
        (page.language, page.kind.code, str(page.fields["framework_id"])): page
        for page in rows.order_by("-pk")
    }
    joined = set()
    for each in batch:
        if page := there.get((each.language, each.document.kind, each.framework_id)):
            _lead_to(page, {each.slug, *each.others})
            joined.add(each.key)
    return joined


def _lead_to(page: Page, slugs: set[str]) -> None:
    """Have those of these addresses that nothing stands at lead to the page."""
    here = {"language": page.language, "slug__in": slugs}
    for rows in (Page.objects.filter(**here), Redirect.objects.filter(**here)):
        slugs = slugs - set(rows.values_list("slug", flat=True))
    Redirect.objects.bulk_create([Redirect(language=page.language, slug=slug, page=page) for slug in slugs])
    if slugs:
        publishing.refresh_links_to(page)


def _update(under_way: Import, page: Page, incoming: Incoming) -> str:
    if page.current is None or page.current.sha256 != page.imported_sha256:
        return "kept"
    if page.current.sha256 == incoming.document.sha256:
        return "unchanged"
    latest = incoming.revisions[-1]
    revision = writing.append(
        page=page,
        document=latest.document,
        status=Revision.Status.PUBLISHED,
        writer=writing.Writer(name=latest.author, publishes=True, imports=True),
        reason=latest.reason,
        base=page.current,
        saved_at=latest.saved_at,
    )
    page.imported_sha256 = revision.sha256
    publishing.become(page, revision, latest.document, under_way.kind(latest.document.kind))
    page.save()
    publishing.keep_facets(page, latest.document)
    publishing.index(page=page, document=latest.document)
    return "updated"


def _create(under_way: Import, batch: Sequence[Incoming]) -> list[Page]:
    taken = _taken(batch)
    pages = []
    for each in batch:
        slug = writing.free_of(each.slug, taken[each.language])
        taken[each.language].add(slug)
        pages.append(
            Page(
                imported_key=each.key,
                language=each.language,
                slug=slug,
                kind=under_way.kind(each.document.kind),
                title=each.document.title[:200],
            )
        )
    Page.objects.bulk_create(pages)
    _write_histories(under_way, list(zip(pages, batch, strict=True)))
    Redirect.objects.bulk_create(
        [
            Redirect(language=page.language, slug=slug, page=page)
            for page, each in zip(pages, batch, strict=True)
            for slug in each.others
            if slug and slug not in taken[page.language]
        ],
        ignore_conflicts=True,
    )
    return pages


def _taken(batch: Sequence[Incoming]) -> dict[str, set[str]]:
    """The addresses in use among those that this batch may be given, by language."""
    taken: dict[str, set[str]] = {}
    for language in {each.language for each in batch}:
        asked = [each.slug for each in batch if each.language == language]
        asked += [f"{slug}-{number}" for slug in asked for number in range(2, 10)]
        pages = Page.objects.filter(language=language, slug__in=asked)
        redirects = Redirect.objects.filter(language=language, slug__in=asked)
        taken[language] = {*pages.values_list("slug", flat=True), *redirects.values_list("slug", flat=True)}
        taken[language] |= writing.RESERVED
    return taken


def _write_histories(under_way: Import, pairs: Sequence[tuple[Page, Incoming]]) -> None:
    frames = [_revision(page, 1, each.revisions[0], None) for page, each in pairs]
    Revision.objects.bulk_create(frames)
    others, last = [], {frame.page_id: frame for frame in frames}
    for (page, each), frame in zip(pairs, frames, strict=True):
        text, number = each.revisions[0].document.text, 1
        # Those that left the text as it was are kept too: somebody moved the page or touched what we have no place for.
        for number, later in enumerate(each.revisions[1:], 2):
            revision = _revision(page, number, later, text)
            revision.keyframe = frame
            others.append(revision)
            last[page.pk] = revision
        page.revisions_count = number
    Revision.objects.bulk_create(others, batch_size=500)
    facets, things = [], []
    for page, each in pairs:
        document = each.document
        page.imported_sha256 = document.sha256
        publishing.become(page, last[page.pk], document, under_way.kind(document.kind))
        facets += [
            Facet(page=page, dimension=d, value=v)
            for d, v in sorted(publishing.facets_of(document, page.language))
        ]
        things.append(publishing.thing_of(page, document))
    columns = [
        "current",
        "kind",
        "title",
        "summary",
        "fields",
        "changed_at",
        "revisions_count",
        "imported_sha256",
    ]
    Page.objects.bulk_update([page for page, _each in pairs], columns)
    Facet.objects.bulk_create(facets)
    search.put_all(tool=publishing.TOOL, things=things)


def _revision(page: Page, number: int, incoming: IncomingRevision, keyframe: str | None) -> Revision:
    text = incoming.document.text
    revision = Revision(
        page=page,
        number=number,
        author_name=incoming.author[:120],
        reason=incoming.reason[:300],
        is_imported=True,
        is_patrolled=True,
        data=storage.pack(text, keyframe),
        size=len(text),
        sha256=incoming.document.sha256,
    )
    if incoming.saved_at:
        revision.saved_at = incoming.saved_at
    return revision
