"""A page that answers a form with a secret, loaded again: the form is sent again, and must do nothing more."""

import hashlib

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

_DAY = 86_400


def is_sent_again(request: HttpRequest) -> bool:
    """Whether this person has sent the very same form before; if so, a message says that nothing was made.

    A page writes its token against forgery differently each time it is shown, so the same words with the same token are
    the same form. One without such a token, as a program sends it, always counts as new.
    """
    if "csrfmiddlewaretoken" not in request.POST:
        return False
    sent = f"{request.user.pk} {request.path} {request.POST.urlencode()}"
    if cache.add(f"sent-again:{hashlib.sha256(sent.encode()).hexdigest()}", 1, timeout=_DAY):
        return False
    text = _(
        "This was sent already, and nothing new was made. If its secret was not copied, close it and make another."
    )
    messages.info(request, text)
    return True
