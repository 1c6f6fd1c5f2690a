"""Pages for tests."""

from encyclopedia.document import Document
from encyclopedia.models import Page
from encyclopedia.services import writing

PUBLISHES = writing.Writer(name="A writer", publishes=True)
PROPOSES = writing.Writer(name="A visitor")


def document(title="Hashtag flooding", **values) -> Document:
    values.setdefault("kind", "technique")
    return Document(title=title, **values)


def page(title="Hashtag flooding", *, language="en", writer=PUBLISHES, **values) -> Page:
    return writing.create(document=document(title, **values), language=language, writer=writer).revision.page
