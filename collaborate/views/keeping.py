"""Keeping a room: who is in it, its settings, order in it, taking it out; and an organisation's bots."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from collaborate.forms import BanForm, BotForm, InviteForm, SeatForm, SettingsForm
from collaborate.models import Ban, Bot, Participant, Report, Room
from collaborate.permissions import can_manage
from collaborate.services import bots as bot_services
from collaborate.services import exporting, moderating, rooms
from collaborate.services.refusals import RefusedError
from collaborate.views.access import key_in, managed_room, moderated_room, person, room_for
from disinfo import exports
from disinfo.accounts import audit
from disinfo.accounts.models import Organisation
from disinfo.accounts.permissions import can
from disinfo.sent_again import is_sent_again


@login_required
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has a seat; whoever manages the room lets people in, changes roles and takes seats away."""
    room = room_for(request, slug)
    may_manage = can_manage(person(request), room)
    form = InviteForm()
    if request.method == "POST":
        if not may_manage:
            raise PermissionDenied
        if "withdraw" in request.POST:
            invited = get_object_or_404(room.invitations.unanswered(), pk=key_in(request, "withdraw"))
            rooms.withdraw(invitation=invited, actor=person(request))
            messages.success(request, _("Withdrawn: its address opens nothing any more."))
            return redirect("collaborate:members", slug)
        form = InviteForm(request.POST)
        if form.is_valid() and _invite(request, room, form):
            return redirect("collaborate:members", slug)
    context = {
        "room": room,
        "participants": room.participants.by_name(),
        "kept_out": set(room.bans.in_force().values_list("user", flat=True)),
        "invitations": room.invitations.unanswered() if may_manage else [],
        "can_manage": may_manage,
        "roles": Participant.Role.choices,
        "form": form,
    }
    return render(request, "collaborate/members.html", context)


def _invite(request: HttpRequest, room: Room, form: InviteForm) -> bool:
    try:
        invited = rooms.invite(room=room, email=form.cleaned_data["email"], inviter=person(request))
    except RefusedError as error:
        form.add_error("email", str(error))
        return False
    if invited is None:
        messages.success(request, _("They are in: nothing more is needed."))
    else:
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invited.email})
    return True


@login_required
@require_POST
def seat(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the role of somebody in the room, or take their seat."""
    room = managed_room(request, slug)
    form = SeatForm(request.POST)
    if form.is_valid():
        found = get_object_or_404(room.participants.select_related("user"), user=form.cleaned_data["user"])
        try:
            _set(request, room, found, form.cleaned_data["role"])
        except RefusedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
    return redirect("collaborate:members", slug)


def _set(request: HttpRequest, room: Room, found: Participant, role: str) -> None:
    if role:
        rooms.add(room=room, user=found.user, adder=person(request), role=Participant.Role(role))
    else:
        rooms.remove(room=room, user=found.user, remover=person(request))


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a room."""
    room = managed_room(request, slug)
    form = SettingsForm(request.POST or None, instance=room)
    if request.method == "POST" and form.is_valid():
        rooms.change(room=Room.objects.get(pk=room.pk), changer=person(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(room)
    return render(request, "collaborate/settings.html", {"room": room, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    """What was reported, what is hidden, who is kept out."""
    room = moderated_room(request, slug)
    user = person(request)
    form = BanForm(request.POST if request.POST.get("deed") == "ban" else None, room=room, moderator=user)
    if request.method == "POST":
        deed = request.POST.get("deed")
        if deed == "settle":
            report = get_object_or_404(Report, pk=key_in(request, "report"), message__room=room)
            moderating.settle(report=report, moderator=user)
        elif deed == "unban":
            ban = get_object_or_404(Ban, pk=key_in(request, "ban"), room=room)
            moderating.unban(ban=ban, moderator=user)
        elif form.is_valid():
            moderating.ban(room=room, moderator=user, **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("Done."))
            return redirect("collaborate:moderation", slug)
    context = {
        "room": room,
        "form": form,
        "reports": Report.objects.filter(message__room=room, settled_at=None).select_related(
            "message__author", "reporter"
        ),
        "hidden": room.messages.filter(hidden_at__isnull=False)
        .select_related("author")
        .order_by("-hidden_at")[:50],
        "bans": room.bans.in_force().select_related("user"),
    }
    return render(request, "collaborate/moderation.html", context)


@login_required
@require_POST
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The whole room as a zip archive."""
    room = moderated_room(request, slug)
    audit.record("collaborate.export", actor=person(request), on=room, organisation=room.organisation)
    return exports.as_zip(request, room.slug, exporting.parts(room))


@login_required
@require_http_methods(["GET", "POST"])
def bots(request: HttpRequest) -> HttpResponse:
    """The bots of the organisations one administers; the secret of a token is shown on this answer only."""
    user = person(request)
    managed = [each.pk for each in Organisation.objects.of(user) if can(user, "manage", each)]
    if not managed:
        raise PermissionDenied
    mine = Bot.objects.filter(organisation__in=managed, user__is_active=True).select_related(
        "user", "organisation"
    )
    form = BotForm(request.POST if "name" in request.POST else None, creator=user)
    secret = ""
    if request.POST.get("deed") == "close":
        bot_services.close(bot=get_object_or_404(mine, pk=key_in(request, "bot")), actor=user)
        messages.success(request, _("Closed."))
        return redirect("collaborate:bots")
    if "bot" in request.POST or form.is_valid():
        if is_sent_again(request):
            return redirect("collaborate:bots")
        secret = _secret_made(request, mine, form)
        form = BotForm(creator=user)
    return render(request, "collaborate/bots.html", {"form": form, "bots": mine.all(), "secret": secret})


def _secret_made(request: HttpRequest, mine: QuerySet[Bot], form: BotForm) -> str:
    """Of a new bot, or a new one of a bot there is."""
    if "bot" in request.POST:
        bot = get_object_or_404(mine, pk=key_in(request, "bot"))
        return bot_services.renew_token(bot=bot, actor=person(request))
    _bot, secret = bot_services.create(creator=person(request), **form.cleaned_data)
    return secret


@login_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the seat that an invitation offers; opening the address alone changes nothing."""
    take = rooms.accept if request.method == "POST" else rooms.entered_by
    try:
        room = take(secret=secret, user=person(request))
    except RefusedError as error:
        return render(request, "collaborate/invitation.html", {"refusal": str(error)}, status=400)
    return redirect(room) if room else render(request, "collaborate/invitation.html")
