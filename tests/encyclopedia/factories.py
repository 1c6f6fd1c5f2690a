"""Pages for tests."""

import io

from PIL import Image

from encyclopedia.document import Document
from encyclopedia.models import Attempt, Page, Source
from encyclopedia.services import stating, writing
from tests.factories import UserFactory

PUBLISHES = writing.Writer(name="A writer", publishes=True)
PROPOSES = writing.Writer(name="A visitor")


def document(title="Hashtag flooding", **values) -> Document:
    values.setdefault("kind", "technique")
    return Document(title=title, **values)


def page(title="Hashtag flooding", *, language="en", writer=PUBLISHES, **values) -> Page:
    return writing.create(document=document(title, **values), language=language, writer=writer).revision.page


def source(key="roe-2019", **values) -> Source:
    values.setdefault("title", "A report")
    return Source.objects.create(key=key, **values)


def image(width=40, height=30, kind="PNG", **options) -> bytes:
    """The bytes of a picture."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, kind, **options)
    return content.getvalue()


def attempt(organisation, target=None, **values) -> Attempt:
    """An entry in the log of a countermeasure."""
    target = target or page("Pre-bunking", kind="countermeasure")
    said = {"tried_on": "2025-05-04", "what": "A short film before the vote", "result": "partly", **values}
    return stating.note_attempt(page=target, organisation=organisation, author=UserFactory(), **said)
