"""Files of messages: asked for with one's session, given under a signed address that knows no cookie."""

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from collaborate.models import Attachment, Room

_signer = TimestampSigner(salt="collaborate.attachment")
_SECONDS = 600


@login_required
@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to a file, for somebody who may enter its room; the address given holds for ten minutes."""
    rows = Attachment.objects.filter(message__deleted_at=None, message__hidden_at=None)
    found = get_object_or_404(rows.filter(message__room__in=Room.objects.visible_to(request.user)), pk=pk)
    answer = redirect("collaborate_file", _signer.sign(str(found.pk)), found.name)
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@require_safe
def file(request: HttpRequest, signed: str, name: str) -> HttpResponse:  # noqa: ARG001 (the signature is the right; the name is for who saves it)
    """The file itself: pictures we drew are shown, anything else is downloaded and never run."""
    try:
        key = _signer.unsign(signed, max_age=_SECONDS)
    except BadSignature as error:
        raise Http404 from error
    found = get_object_or_404(Attachment, pk=key)
    if not default_storage.exists(found.file_name):
        raise Http404
    with default_storage.open(found.file_name) as content:
        answer = HttpResponse(content.read(), content_type=found.content_type)
    if disposition := content_disposition_header(not found.is_picture, found.name):
        answer["Content-Disposition"] = disposition
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = f"private, max-age={_SECONDS}, immutable"
    return answer
