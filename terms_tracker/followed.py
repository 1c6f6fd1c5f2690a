"""Which changes a subscription covers."""

from django.db.models import Q

from terms_tracker.models import Appearance, Sentence, Subscription, Version, VersionQuerySet
from terms_tracker.services.remembering import folded_words

_MOST_SENTENCES = 2_000


def changes_for(subscription: Subscription) -> VersionQuerySet:
    """Every change it covers that its owner may read now; folded ones only when asked for."""
    rows = Version.objects.visible_to(subscription.owner).changes()
    if not subscription.with_folded:
        rows = rows.worth_reading()
    if subscription.collection_id:
        rows = rows.filter(terms__service__collection=subscription.collection_id)
    if subscription.service_id:
        rows = rows.filter(terms__service=subscription.service_id)
    if subscription.terms_type:
        rows = rows.filter(terms__type__iexact=subscription.terms_type)
    if subscription.topic_id:
        rows = rows.filter(topics=subscription.topic_id)
    return _with_phrase(rows, subscription.phrase) if subscription.phrase else rows


def _with_phrase(rows: VersionQuerySet, phrase: str) -> VersionQuerySet:
    """Those in which a sentence with the phrase came or went."""
    sentences = Sentence.objects.with_phrase(folded_words(phrase), limit=_MOST_SENTENCES)
    said = Appearance.objects.filter(sentence__in=sentences)
    return rows.filter(Q(pk__in=said.values("since")) | Q(pk__in=said.values("until")))
