"""Every sentence that terms have ever said, stored once, and when each terms said it."""

from typing import Self

from django.db import connection, models
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from terms_tracker.models.records import Version
from terms_tracker.models.tracked import Terms
from terms_tracker.models.visibility import Caller, visible


class SentenceQuerySet(models.QuerySet["Sentence"]):
    """Reads of sentences."""

    def with_phrase(self, folded_words: list[str], *, limit: int) -> Self:
        """Those that hold these words one after the other, at most `limit`; none without a word."""
        if not folded_words:
            return self.none()
        if connection.vendor == "postgresql":
            found = RawSQL(
                "SELECT id FROM terms_tracker_sentence WHERE words @@ phraseto_tsquery('simple', %s) "
                "ORDER BY id DESC LIMIT %s",
                [" ".join(folded_words), limit],
            )
        else:
            found = RawSQL(
                "SELECT rowid FROM terms_tracker_sentence_fts WHERE terms_tracker_sentence_fts MATCH %s "
                "ORDER BY rowid DESC LIMIT %s",
                ['"' + " ".join(folded_words) + '"', limit],
            )
        return self.filter(pk__in=found)


class Sentence(models.Model):
    """A sentence, without Markdown; the full-text index is over its folded words (migration 0004)."""

    digest = models.CharField(max_length=32, unique=True, editable=False)
    text = models.TextField(_("text"))
    folded = models.TextField(editable=False)

    objects = SentenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("sentence")
        verbose_name_plural = _("sentences")

    def __str__(self) -> str:
        return self.text[:80]


class AppearanceQuerySet(models.QuerySet["Appearance"]):
    """Reads of appearances."""

    def visible_to(self, caller: Caller) -> Self:
        """Those in collections the caller may read."""
        return self.filter(visible(caller, "terms__service__collection__"))

    def earliest_first(self) -> Self:
        """By the day the sentence came, with all that a list shows."""
        return self.select_related("sentence", "since", "until", "terms__service__collection").order_by(
            F("since__fetched_at").asc(), "pk"
        )


class Appearance(models.Model):
    """A sentence in one terms: from the version that first had it, to the one that no longer did, if any."""

    sentence = models.ForeignKey(Sentence, models.CASCADE, related_name="appearances")
    terms = models.ForeignKey(Terms, models.CASCADE, related_name="appearances")
    since = models.ForeignKey(Version, models.CASCADE, related_name="+")
    until = models.ForeignKey(Version, models.CASCADE, null=True, blank=True, related_name="+")

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appearance of a sentence")
        verbose_name_plural = _("appearances of sentences")
        indexes = [
            models.Index(fields=["terms", "until"], name="appearances_open"),
        ]

    def __str__(self) -> str:
        return f"{self.terms}: {self.sentence}"
