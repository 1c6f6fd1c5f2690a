"""Pictures: adding one, its page, and its file."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from disinfo import files
from disinfo.accounts.models import User
from disinfo.pictures import PictureError
from encyclopedia.forms import PictureForm
from encyclopedia.models import Picture
from encyclopedia.permissions import can_publish
from encyclopedia.services import citing
from encyclopedia.services import pictures as services
from encyclopedia.views.finding import slice_of

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_FOR_EVER = "public, max-age=31536000, immutable"


@require_http_methods(["GET", "POST"])
def pictures(request: HttpRequest) -> HttpResponse:
    """Every picture; members add one here, or from the page they write, which asks for JSON."""
    if request.method == "POST" and not can_publish(request.user, None):
        raise PermissionDenied
    form = PictureForm(request.POST or None, request.FILES or None)
    is_program = request.headers.get("Accept") == "application/json"
    if request.method == "POST" and (added := _added(request, form)):
        if is_program:
            return JsonResponse({"markdown": added.markdown})
        messages.success(request, _("Added. Copy the line below into the text of a page."))
        return redirect(added)
    if request.method == "POST" and is_program:
        return JsonResponse(
            {"errors": [str(each) for field in form.errors.values() for each in field]}, status=400
        )
    context = {
        "form": form,
        "page_obj": slice_of(request, Picture.objects.all(), 24),
        "can_publish": can_publish(request.user, None),
    }
    return render(request, "encyclopedia/pictures.html", context)


def _added(request: HttpRequest, form: PictureForm) -> Picture | None:
    if not form.is_valid():
        return None
    values = form.cleaned_data
    try:
        return services.add(
            content=values["file"].read(),
            alt=values["alt"],
            licence=values["licence"],
            adder=cast("User", request.user),
        )
    except PictureError as error:
        form.add_error("file", _advice(error.code))
        return None


def _advice(code: str) -> str:
    if code == "pixels":
        return _("This picture has too many pixels: make it smaller, then try again.")
    return _("This file cannot be read as a picture: a PNG, JPEG, WebP or GIF file, please.")


@require_safe
def picture(request: HttpRequest, sha256: str) -> HttpResponse:
    """A picture with its licence, and where it is shown."""
    found = get_object_or_404(Picture.objects.select_related("added_by"), sha256=sha256)
    context = {"picture": found, "pages": citing.pages_showing(found)}
    return render(request, "encyclopedia/picture.html", context)


@require_safe
def picture_file(request: HttpRequest, sha256: str, extension: str) -> HttpResponse:  # noqa: ARG001 (open to all)
    """The picture itself; its name is its content, so that it never changes."""
    found = get_object_or_404(Picture, sha256=sha256, format=extension)
    try:
        content = files.read(found.name)
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(content, content_type=_TYPES[found.format], headers={"Cache-Control": _FOR_EVER})
