"""Who may read a collection, and what follows when that changes."""

from django.db import transaction

from disinfo.accounts import audit
from disinfo.accounts.models import User
from terms_tracker.models import Collection
from terms_tracker.services import indexing, memos


@transaction.atomic
def save_collection(*, collection: Collection, actor: User) -> None:
    """Keep what an administrator wrote; the search follows, so that what is no longer public is no longer found."""
    # Not how far its archives are indexed: a worker may have gone on meanwhile.
    written = [field.name for field in Collection._meta.fields if field.editable and not field.primary_key]
    collection.save(update_fields=written if collection.pk else None)
    indexing.refresh_search(collection)
    memos.refresh_search(collection)
    owner = collection.organisation
    audit.record(
        "terms.collection_saved",
        actor=actor,
        on=collection,
        organisation=owner,
        is_public=collection.is_public,
    )
