"""Pictures of ads, served by the portal itself."""

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from political_ads.models import Media


@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:  # noqa: ARG001 (what Django calls it with)
    """One picture, drawn anew when it was kept: it never changes."""
    media = get_object_or_404(Media, pk=pk, state=Media.State.KEPT)
    response = FileResponse(media.file.open("rb"), content_type=media.mime)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
