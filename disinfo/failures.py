"""Why a check failed, by the code of fetching or extraction, in words for who reads the page."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What a failure's code means to who reads the page; the message kept with it says the same to who mends it.
_SENTENCES: dict[str, Promise] = {
    "browser": _("The browser could not read the page."),
    "challenge": _("The site showed a test against robots instead of the document."),
    "connect": _("No connection to the site could be made."),
    "declaration": _(
        "What is declared for this document could not be read, or changed while it was checked."
    ),
    "dns": _("The name of the site leads nowhere."),
    "empty": _("The site answered with an empty page."),
    "empty_selection": _("The part of the page that holds the document is there, and empty."),
    "error_page": _("The site showed an error page instead of the document."),
    "extraction": _("The document could not be read out of the page."),
    "filter": _("A step that cleans this page failed."),
    "host_paused": _("The site asked for a pause."),
    "internal": _("Something went wrong in the portal itself."),
    "invalid_request": _("The request could not be sent."),
    "invalid_selector": _("The selector declared for this page cannot be read."),
    "invalid_url": _("The address declared is not a valid one."),
    "no_browser": _("The page needs its scripts run, and the portal has no browser."),
    "no_match": _("The part of the page that holds the document is no longer found: the page was rebuilt."),
    "pdf_without_text": _("The PDF file holds pictures of text, and no text."),
    "protocol": _("The site broke off its answer."),
    "redirect": _("The site sends elsewhere, in a way that cannot be followed."),
    "refused_address": _("The address leads to a network that is not public."),
    "timeout": _("The site took too long to answer."),
    "tls": _("The site's certificate is not valid."),
    "too_complex": _("Reading the page would take more time or memory than allowed."),
    "too_large": _("The page is larger than allowed."),
    "too_many_redirects": _("The site sends from one address to the next without end."),
    "unreadable_pdf": _("The PDF file is broken, or needs a password."),
}
_STATUSES: dict[int, Promise] = {
    401: _("The site asks for a log-in."),
    403: _("The site refuses access to the portal."),
    404: _("The page is no longer at its address."),
    410: _("The site says that the page was removed."),
    429: _("The site asks for fewer requests."),
    451: _("The site does not show the page for legal reasons."),
}


def sentence_of(code: str) -> str:
    """Why a check failed, in the reader's language; nothing when there is no code, and so no failure."""
    if not code:
        return ""
    if status := re.fullmatch(r"http_(?:status )?(\d+)", code):
        number = int(status[1])
        return str(_STATUSES.get(number) or gettext("The site answered with error %d.") % number)
    return str(_SENTENCES.get(code, _("The check failed.")))
