"""The tool's tables: the words, the pages, their revisions, what they cite and show, what is said about them."""

from encyclopedia.models.discussion import Remark, Thread
from encyclopedia.models.pages import Facet, Link, Page, Redirect, Watch
from encyclopedia.models.pictures import Picture
from encyclopedia.models.revisions import Revision
from encyclopedia.models.sources import Source
from encyclopedia.models.statements import Attempt, StatedCriteria
from encyclopedia.models.vocabulary import Criterion, Field, Kind, Phase

__all__ = [
    "Attempt",
    "Criterion",
    "Facet",
    "Field",
    "Kind",
    "Link",
    "Page",
    "Phase",
    "Picture",
    "Redirect",
    "Remark",
    "Revision",
    "Source",
    "StatedCriteria",
    "Thread",
    "Watch",
]
