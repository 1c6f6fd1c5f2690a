"""The history of sentences: in the background, version by version, each sentence stored once."""

import hashlib
import re
import time
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Max, Min

from disinfo.leases import lease
from disinfo.search import fold
from terms_tracker import archives
from terms_tracker.archive import ArchiveError
from terms_tracker.clauses import plain, sentences
from terms_tracker.models import Appearance, Sentence, Terms, Version

_BUDGET_SECONDS = 50.0
_LEASE_SECONDS = 120
_TERMS_AT_ONCE = 50
_BATCH = 500
_LONGEST = 2_000
_FEWEST_WORDS = 3
_WORD = re.compile(r"\w+")


def sweep(*, budget: float = _BUDGET_SECONDS) -> int:
    """Remember what waits, for at most `budget` seconds; gives how many versions. One worker at a time."""
    began, done = time.monotonic(), 0
    with lease("terms-clauses", seconds=_LEASE_SECONDS) as held:
        if not held:
            return 0
        waiting = Version.objects.filter(is_remembered=False).order_by("terms").values("terms").distinct()
        rows = Terms.objects.filter(pk__in=waiting[:_TERMS_AT_ONCE]).select_related("service__collection")
        for terms in rows:
            done += remember(terms=terms)
            if time.monotonic() - began > budget or not held.renew():
                break
    return done


@transaction.atomic
def remember(*, terms: Terms) -> int:
    """Note which sentences came and went in the versions of these terms that wait; gives how many there were."""
    versions = terms.versions.order_by("fetched_at", "pk")
    waiting = versions.filter(is_remembered=False)
    first = waiting.aggregate(first=Min("fetched_at"))["first"]
    if first is None:
        return 0
    last = versions.filter(is_remembered=True).aggregate(last=Max("fetched_at"))["last"]
    if last and first <= last:
        # Something older than what is known has come: the whole history is told anew.
        terms.appearances.all().delete()
        waiting = versions
    history = _History(terms)
    count = 0
    for version in waiting:
        version.terms = terms
        history.go_on(version)
        count += 1
    history.save()
    versions.update(is_remembered=True)
    return count


class _History:
    """What one terms says now, sentence by sentence, and what must be written of how it came to that."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        opened = terms.appearances.filter(until=None).select_related("sentence", "since")
        self.open: dict[str, Appearance] = {each.sentence.digest: each for each in opened}
        self.new: list[tuple[str, Appearance]] = []
        self.closed: list[Appearance] = []
        self.texts: dict[str, str] = {}
        self._lines: dict[str, tuple[str, ...]] = {}

    def go_on(self, version: Version) -> None:
        """The next version in time."""
        try:
            said = set(self._digests(archives.text_of(version)))
        except ArchiveError:
            return  # a text that was taken out of the archive says nothing
        for digest in self.open.keys() - said:
            gone = self.open.pop(digest)
            gone.until = version
            if gone.pk:
                self.closed.append(gone)
        for digest in said - self.open.keys():
            come = Appearance(terms=self.terms, since=version)
            self.open[digest] = come
            self.new.append((digest, come))

    def _digests(self, text: str) -> Iterator[str]:
        """Of its sentences; a line that was seen before is not taken apart again."""
        for line in text.splitlines():
            if line not in self._lines:
                self._lines[line] = tuple(self._read(line))
            yield from self._lines[line]

    def _read(self, line: str) -> Iterator[str]:
        for sentence in sentences(plain(line)):
            if len(_WORD.findall(sentence)) >= _FEWEST_WORDS:
                digest = digest_of(sentence)
                self.texts.setdefault(digest, sentence)
                yield digest

    def save(self) -> None:
        """Write the sentences that are new, then what came and went."""
        keys = _keys_of({digest: self.texts[digest] for digest, _come in self.new})
        for digest, come in self.new:
            come.sentence_id = keys[digest]
        Appearance.objects.bulk_create([come for _digest, come in self.new], batch_size=_BATCH)
        Appearance.objects.bulk_update(self.closed, ["until"], batch_size=_BATCH)


def digest_of(sentence: str) -> str:
    """What a sentence is known by: half of the SHA-256 of it, without case and signs."""
    return hashlib.sha256(" ".join(folded_words(sentence)).encode()).hexdigest()[:32]


def folded_words(text: str) -> list[str]:
    """Its words as they are looked for: without case and accents."""
    return _WORD.findall(fold(text[:_LONGEST]))


def _keys_of(texts: dict[str, str]) -> dict[str, int]:
    """The row of each sentence, by digest; made when it is new."""
    keys: dict[str, int] = {}
    for batch in _batches(sorted(texts), _BATCH):
        rows = [
            Sentence(
                digest=digest, text=texts[digest][:_LONGEST], folded=" ".join(folded_words(texts[digest]))
            )
            for digest in batch
        ]
        Sentence.objects.bulk_create(rows, ignore_conflicts=True)
        keys |= dict(Sentence.objects.filter(digest__in=batch).values_list("digest", "pk"))
    return keys


def _batches(items: list[str], size: int) -> Iterable[list[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def forget_unsaid() -> int:
    """Delete the sentences that no terms has ever said any more, as after a text was taken out; gives how many."""
    return Sentence.objects.filter(appearances=None).delete()[0]
