"""What a person follows, and the end of it in one click."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from disinfo.accounts.models import User
from terms_tracker.forms import FollowForm
from terms_tracker.models import Subscription
from terms_tracker.services import following


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What the caller follows, and a form to follow more, which a link may have filled in."""
    user = cast("User", request.user)
    among = request.GET.getlist("among")
    form = FollowForm(request.POST or None, initial=request.GET.dict(), user=user, among=among)
    if request.method == "POST" and form.is_valid():
        asked, called = form.save(commit=False), form.cleaned_data.get("webhook_url", "")
        try:
            if services := form.cleaned_data.get("services"):
                following.follow_each(services=services, like=asked, owner=user, webhook_url=called)
            else:
                following.follow(subscription=asked, owner=user, webhook_url=called)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("You will be told of what changes from now on."))
            return redirect("terms:follow")
    rows = user.terms_subscriptions.select_related("service", "topic", "collection", "webhook")
    context = {"form": form, "subscriptions": rows}
    return render(request, "terms_tracker/follow.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_following(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one subscription of the caller's."""
    user = cast("User", request.user)
    found = get_object_or_404(Subscription.objects.select_related("webhook"), pk=pk, owner=user)
    address = found.webhook.url if found.webhook else ""
    form = FollowForm(request.POST or None, instance=found, initial={"webhook_url": address}, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            following.change(
                subscription=form.save(commit=False), webhook_url=form.cleaned_data.get("webhook_url", "")
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Changed: it holds for what changes from now on."))
            return redirect("terms:follow")
    context = {"form": form, "subscription": found}
    return render(request, "terms_tracker/follow_edit.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def stop_following(request: HttpRequest, pk: int) -> HttpResponse:
    """End one subscription of the caller's."""
    user = cast("User", request.user)
    following.stop(subscription=get_object_or_404(Subscription, pk=pk, owner=user), actor=user)
    messages.success(request, _("Stopped. Its feed and its mails end here."))
    return redirect("terms:follow")


# A mail program posts here without a session (RFC 8058): the signed address is what lets it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unfollow(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mail's own address leads: reading it asks, posting to it stops."""
    subscription = following.subscription_of(token)
    # Who opens an old mail again reads that it holds; a program that posts to any address learns nothing.
    if request.method != "POST" and not following.is_stop_address(token):
        raise Http404
    if request.method == "POST":
        if subscription:
            following.stop(subscription=subscription, actor=None)
        subscription = None
    return render(request, "terms_tracker/unfollow.html", {"subscription": subscription})
