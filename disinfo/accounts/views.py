"""One's own account, tokens and organisations."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from disinfo.accounts import services
from disinfo.accounts.forms import ProfileForm, RoleForm, TokenForm
from disinfo.accounts.models import ApiToken, Membership, Organisation, Role, User
from disinfo.accounts.permissions import can
from disinfo.sent_again import is_sent_again


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's name, language, organisations and the way to everything else."""
    user = cast("User", request.user)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        answer = redirect("account")
        # What was chosen last holds: the switch in the header may have chosen otherwise before.
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return answer
    memberships = user.memberships.select_related("organisation")
    return render(request, "accounts/account.html", {"form": form, "memberships": memberships})


@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens; a new one's secret is shown on this answer only."""
    user = cast("User", request.user)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        if is_sent_again(request):
            return redirect("tokens")
        _token, secret = services.create_token(user=user, **form.service_arguments())  # type: ignore[arg-type]  # a cleaned form gives what the service asks
        form = TokenForm()
    context = {"form": form, "tokens": user.api_tokens.filter(revoked_at=None), "secret": secret}
    return render(request, "accounts/tokens.html", context)


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Close one of one's own tokens."""
    token = get_object_or_404(ApiToken, pk=pk, user_id=request.user.pk)
    services.revoke_token(token=token, actor=cast("User", request.user))
    messages.success(request, _("The token is revoked."))
    return redirect("tokens")


@login_required
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation's page, for its members: who is in it, with which role."""
    found = get_object_or_404(Organisation, slug=slug)
    if not can(request.user, "view", found):
        raise Http404
    memberships = found.memberships.select_related("user")
    context = {
        "organisation": found,
        "memberships": memberships,
        "roles": Role.choices,
        "may_manage": can(request.user, "manage", found),
    }
    return render(request, "accounts/organisation.html", context)


@login_required
@require_POST
def set_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change or end a membership, as an administrator of the organisation."""
    membership = get_object_or_404(
        Membership.objects.select_related("organisation", "user"), pk=pk, organisation__slug=slug
    )
    if not can(request.user, "manage", membership.organisation):
        raise Http404
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            services.set_role(
                organisation=membership.organisation,
                user=membership.user,
                role=form.chosen(),
                actor=cast("User", request.user),
            )
        except ValueError:
            messages.error(request, _("An organisation keeps at least one administrator."))
        else:
            messages.success(request, _("Saved."))
    return redirect("organisation", slug=slug)
