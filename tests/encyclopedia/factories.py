"""Pages for tests."""

from encyclopedia.document import Document
from encyclopedia.models import Attempt, Page
from encyclopedia.services import stating, writing
from tests.factories import UserFactory

PUBLISHES = writing.Writer(name="A writer", publishes=True)
PROPOSES = writing.Writer(name="A visitor")


def document(title="Hashtag flooding", **values) -> Document:
    values.setdefault("kind", "technique")
    return Document(title=title, **values)


def page(title="Hashtag flooding", *, language="en", writer=PUBLISHES, **values) -> Page:
    return writing.create(document=document(title, **values), language=language, writer=writer).revision.page


def attempt(organisation, target=None, **values) -> Attempt:
    """An entry in the log of a countermeasure."""
    target = target or page("Pre-bunking", kind="countermeasure")
    said = {"tried_on": "2025-05-04", "what": "A short film before the vote", "result": "partly", **values}
    return stating.note_attempt(page=target, organisation=organisation, author=UserFactory(), **said)
