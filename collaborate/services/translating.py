"""/translate, where an engine is set: an address that speaks as LibreTranslate does."""

import json
import re

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collaborate.models import Message
from collaborate.services.refusals import RefusedError
from disinfo import fetcher
from disinfo.portal.tools import Answer
from disinfo.safe_http import FetchError

_TARGET = re.compile(r"^(?P<language>[a-z]{2})(?:\s+(?P<text>.+))?$", re.DOTALL)
_MOST_BYTES = 200_000


def translated(*, words: str, message: Message) -> Answer:
    """What follows the command, or the message it replies to, in the language of who asks or the one named first.

    Raises:
        RefusedError: nothing to translate, a mark that keeps the text here, or an engine that does not answer.
    """
    match = _TARGET.match(words)
    target = match["language"] if match else (get_language() or settings.LANGUAGE_CODE)
    text = ((match["text"] or "") if match else words).strip()
    source = message if text else message.root
    if source is None or source.is_gone:
        raise RefusedError(_("Say what: `/translate fr some words`, or `/translate` as a reply."))
    if source.is_watched_in(message.room) or message.is_watched_in(message.room):
        raise RefusedError(_("What is marked TLP:AMBER or stricter is given to no engine."))
    said, language = _asked(text or source.text, target)
    quoted = "\n".join(f"> {line}" for line in said.splitlines())
    return Answer(
        quoted,
        source=_("Machine translation, %(source)s → %(target)s")
        % {"source": language or "?", "target": target},
        limits=_("A machine wrote it: read the original before you rely on it."),
    )


def _asked(text: str, target: str) -> tuple[str, str]:
    body = {"q": text, "source": "auto", "target": target, "format": "text"}
    if settings.COLLABORATE_TRANSLATE_KEY:
        body["api_key"] = settings.COLLABORATE_TRANSLATE_KEY
    try:
        answer = fetcher.client().post(
            f"{settings.COLLABORATE_TRANSLATE.rstrip('/')}/translate",
            json.dumps(body).encode(),
            max_bytes=_MOST_BYTES,
        )
        said = json.loads(answer.content)
        detected = said.get("detectedLanguage")
        return str(said["translatedText"]), str(detected.get("language", "")) if isinstance(
            detected, dict
        ) else ""
    except (FetchError, ValueError, KeyError, AttributeError) as error:
        raise RefusedError(_("The translation engine did not answer; try again later.")) from error
