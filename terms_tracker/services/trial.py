"""A declaration tried out: fetch, extract, show; nothing is kept."""

import json
import time
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from disinfo import failures
from terms_tracker import refusals
from terms_tracker.extraction import (
    DeclarationError,
    ExtractionError,
    SourceDocument,
    extract_document,
    parse_terms,
)
from terms_tracker.fetching import Fetcher
from terms_tracker.fetching.outcomes import Failed, Fetched, Wanted


@dataclass
class Step:
    """What came of one document; `reason` says for everybody what `error` says for who mends it."""

    url: str
    seconds: float = 0.0
    size: int = 0
    fetcher: str = ""
    markdown: str = ""
    error: str = ""
    reason: str = ""


@dataclass
class Trial:
    """What came of a declaration: an error about it, or a step for each of its documents."""

    error: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether a version would be recorded."""
        return not self.error and all(not step.error for step in self.steps)


def run(*, terms_type: str, declaration: str) -> Trial:
    """Try a declaration given as JSON text. Goes out to the network, within the limits of every fetch."""
    try:
        declared = parse_terms(terms_type or "Terms of Service", json.loads(declaration))
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        return Trial(error=_("It is no JSON from line %(line)d, column %(column)d on.") % place)
    except DeclarationError as error:
        return Trial(error=refusals.in_words(str(error)))
    with Fetcher() as fetcher:
        return Trial(steps=[_try(fetcher, document) for document in declared.documents])


def _try(fetcher: Fetcher, document: SourceDocument) -> Step:
    began = time.monotonic()
    wanted = Wanted(document.fetch, document.execute_client_scripts, tuple(document.css_selectors()))
    outcome = fetcher.fetch(wanted)
    step = Step(document.fetch, seconds=time.monotonic() - began)
    if isinstance(outcome, Failed):
        step.reason, step.error = failures.sentence_of(outcome.code), outcome.message
    elif isinstance(outcome, Fetched):
        step.size, step.fetcher = len(outcome.content), outcome.fetcher
        try:
            step.markdown = extract_document(document, outcome.content, outcome.mime_type)
        except ExtractionError as error:
            step.reason, step.error = failures.sentence_of(error.code), refusals.in_words(str(error))
    return step
