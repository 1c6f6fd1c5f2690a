"""What tests of working with changes are made of."""

from terms_tracker.models import Subscription, Terms, Version
from terms_tracker.services import following, remembering
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded

FIRST = "Terms\n=====\n\nYou may appeal within six months.\n\nWe sell political advertising to nobody."
SECOND = (
    "Terms\n=====\n\nYou may appeal within ten days.\n\nWe sell political advertising to nobody.\n\n"
    "You must give us a copy of your passport before you appeal."
)


def open_terms(service: str = "Chirper", collection: str = "open") -> Terms:
    """Terms that anyone may read."""
    return TermsFactory(service=ServiceFactory(collection=CollectionFactory(key=collection), key=service))


def changed(terms: Terms, before: str = FIRST, after: str = SECOND, day: str = "2026-02-02") -> Version:
    """A change of these terms, recorded and remembered as the workers do."""
    if not terms.versions.exists():
        recorded(terms, before, "2026-01-01")
    version = recorded(terms, after, day)
    remembering.remember(terms=terms)
    version.refresh_from_db()
    return version


def followed(owner, *, webhook_url: str = "", **fields) -> Subscription:
    """A subscription of `owner`."""
    return following.follow(subscription=Subscription(**fields), owner=owner, webhook_url=webhook_url)


def log_in(client, user) -> None:
    """By password, which is one of the ways in."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
