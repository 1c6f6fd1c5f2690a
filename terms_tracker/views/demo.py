"""The invented services of the demo: pages to track, and a way to change them."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from disinfo.accounts.models import User
from disinfo.markdown import to_html
from terms_tracker.models import DemoPage
from terms_tracker.services import demo as services


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404


@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """The invented services, each with its text to change."""
    _only_in_demo()
    return render(request, "terms_tracker/demo.html", {"pages": services.pages()})


@require_safe
def demo_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of an invented service, as its users would see it, and as the tracker fetches it."""
    _only_in_demo()
    page = get_object_or_404(DemoPage, slug=slug)
    response = render(request, "terms_tracker/demo_page.html", {"page": page, "html": to_html(page.body)})
    # What a real server says, so that the tracker can ask "only if it changed".
    response["ETag"] = f'"{page.slug}-{page.updated_at.timestamp()}"'
    if request.headers.get("If-None-Match") == response["ETag"]:
        return HttpResponse(status=304, headers={"ETag": response["ETag"]})
    return response


@login_required
@require_POST
def demo_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish another text on the invented service; the workers do the rest."""
    _only_in_demo()
    page = get_object_or_404(DemoPage, slug=slug)
    body = None if "sample" in request.POST else request.POST.get("body", "")
    if body is not None and not body.strip():
        messages.error(request, _("An empty page has no terms: write something, or take the sample change."))
    else:
        services.change_page(page=page, body=body, actor=cast("User", request.user))
        messages.success(request, _("Published. The workers will see it within a minute."))
    return redirect("terms:demo")
