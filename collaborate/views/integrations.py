"""Watches and integrations of a room; the ways in for programs."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from collaborate.incident_forms import HookForm, WatchForm
from collaborate.services import calling, watching
from collaborate.services.refusals import RefusedError
from collaborate.views.access import managed_room, person
from disinfo import callers
from disinfo.accounts.models import ApiToken
from disinfo.accounts.scopes import READ
from disinfo.sent_again import is_sent_again

_MOST_BYTES = 100_000
_MOST_AN_HOUR = 3_600


@login_required
@require_http_methods(["GET", "POST"])
def watches(request: HttpRequest, slug: str) -> HttpResponse:
    """What is followed for a room, and the programs it is connected to; for who manages it."""
    room, user, secret = managed_room(request, slug), person(request), ""
    deed = request.POST.get("deed", "")
    asked = request.POST if deed == "watch" else None
    form = WatchForm(asked, creator=user, room=room, auto_id="watch_%s")
    hook_form = HookForm(request.POST if deed == "hook" else None, creator=user, room=room, auto_id="hook_%s")
    if deed == "watch" and form.is_valid():
        watching.begin(room=room, creator=user, **form.cleaned_data)
        messages.success(request, _("Followed: what is new is posted here."))
        return redirect("collaborate:watches", slug)
    if deed == "hook" and hook_form.is_valid():
        if is_sent_again(request):
            return redirect("collaborate:watches", slug)
        hook, secret = calling.open_hook(room=room, creator=user, **hook_form.cleaned_data)
        if hook.kind == hook.Kind.INCOMING:
            secret = request.build_absolute_uri(f"/collaborate/hooks/{secret}/")
    elif deed in ("end_watch", "close_hook"):
        _end(request, room, deed)
        return redirect("collaborate:watches", slug)
    context = {
        "room": room,
        "form": form,
        "hook_form": hook_form,
        "secret": secret,
        "watches": room.watches.select_related("sends_to"),
        "hooks": room.hooks.select_related("bot__user"),
    }
    answer = render(request, "collaborate/watches.html", context)
    if secret:
        answer["Cache-Control"] = "no-store"
    return answer


def _end(request: HttpRequest, room: Any, deed: str) -> None:
    key = request.POST.get("key", "")
    pk = int(key) if key.isdecimal() and len(key) < 18 else 0
    if deed == "end_watch":
        watching.end(watch=get_object_or_404(room.watches, pk=pk), actor=person(request))
    else:
        hook = get_object_or_404(room.hooks.select_related("bot__user", "bot__organisation"), pk=pk)
        calling.close_hook(hook=hook, actor=person(request))
    messages.success(request, _("Ended."))


# Programs hold no cookie, so no other site can act in a person's name here: the secret in the address is all there is.
@csrf_exempt  # programs hold no cookie: the secret in the address is all there is
@require_POST
def hook(request: HttpRequest, secret: str) -> HttpResponse:
    """A way in, in Mattermost's and Slack's format: JSON, or a form whose `payload` is JSON."""
    found = calling.hook_with(secret)
    if found is None:
        return _unknown()
    if not callers.may_send(request, "collaborate-hook", most=_MOST_AN_HOUR, seconds=3600):
        return JsonResponse({"error": "too many"}, status=429)
    if len(request.body) > _MOST_BYTES:
        return _too_large()
    payload = _payload(request)
    if payload is None:
        return JsonResponse({"error": "send JSON with a text"}, status=400)
    try:
        calling.receive(hook=found, payload=payload)
    except RefusedError as error:
        return JsonResponse({"error": str(error)}, status=400)
    return HttpResponse("ok", content_type="text/plain")


@csrf_exempt  # as above
@require_POST
def response(request: HttpRequest, secret: str) -> HttpResponse:
    """A `response_url` that a program was given with a command."""
    if len(request.body) > _MOST_BYTES:
        return _too_large()
    payload = _payload(request)
    if payload is None:
        return JsonResponse({"error": "send JSON with a text"}, status=400)
    try:
        calling.respond(secret=secret, payload=payload)
    except RefusedError as error:
        return JsonResponse({"error": str(error)}, status=410)
    return HttpResponse("ok", content_type="text/plain")


@csrf_exempt  # as above: here the token in the form
@require_http_methods(["GET", "POST"])
def slash(request: HttpRequest) -> HttpResponse:
    """A slash command of a Mattermost or Slack team: `token` is a token of this portal that may read."""
    fields = (request.GET if request.method == "GET" else request.POST).dict()
    token = ApiToken.objects.for_secret(str(fields.get("token", "")))
    if token is None or READ not in token.scopes:
        return _unknown()
    token.touch()
    said = {name: str(value) for name, value in fields.items()}
    return JsonResponse(calling.answer_slash(user=token.user, fields=said))


def _unknown() -> JsonResponse:
    return JsonResponse({"Error": "Missing or invalid token"}, status=401)


def _too_large() -> JsonResponse:
    return JsonResponse({"error": f"too large: {_MOST_BYTES} bytes at most"}, status=413)


def _payload(request: HttpRequest) -> Mapping[str, Any] | None:
    text = request.POST.get("payload", "") or request.body.decode(errors="replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
