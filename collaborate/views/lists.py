"""Rooms to go to, people to write to, what was said, kept, and concerns one."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaborate.finding import Wanted, find
from collaborate.forms import MailForm, RoomForm, SearchForm
from collaborate.models import MailChoice, Message, Notification, NotificationChoice, Room, ShareRequest
from collaborate.permissions import can_enter_collaboration
from collaborate.services import pushing, reading, rooms, sharing, telling
from collaborate.services.refusals import RefusedError
from collaborate.views.access import key_in, person
from disinfo import search as words
from disinfo.accounts.models import Organisation, Role, User
from disinfo.accounts.permissions import roles_of

_MOST_FOUND = 200
_SHOWN = ("number", "said_at", "html", "tlp", "room__name", "room__slug", "room__tlp", "author__name")
"""What a found message is shown with."""
_PER_PAGE = 25


def home(request: HttpRequest) -> HttpResponse:
    """One's rooms, and those one could join; for everybody else, what this is and how to take part."""
    if not can_enter_collaboration(request.user):
        return render(request, "collaborate/closed.html")
    user = person(request)
    joined = list(Room.objects.joined_by(user))
    context = {
        "joined": joined,
        "others": Room.objects.not_joined_by(user)[:100],
        "notices": Notification.objects.open_to(user).unread().count(),
        "shares": len(sharing.waiting_for(user)),
        "is_member": bool(roles_of(user)),
        "has_bots": Role.ADMIN in roles_of(user).values(),
        "bans": user.room_bans.in_force().select_related("room"),
    }
    return render(request, "collaborate/home.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a room."""
    user = person(request)
    form = RoomForm(request.POST or None, creator=user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"kind": Room.Kind(form.cleaned_data["kind"])}
        return redirect(rooms.create(creator=user, **values))
    return render(request, "collaborate/new.html", {"form": form})


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find messages in the rooms one may enter."""
    form = SearchForm(request.GET or None, reader=person(request))
    wanted = Wanted()
    if form.is_valid():
        values = dict(form.cleaned_data)
        wanted = Wanted(words=values.pop("q"), **values)
    keys = (
        [] if wanted.is_empty else list(find(wanted, request.user).values_list("pk", flat=True)[:_MOST_FOUND])
    )
    page = Paginator(keys, _PER_PAGE).get_page(request.GET.get("page"))
    rows = Message.objects.filter(pk__in=list(page)).select_related("room", "author").only(*_SHOWN)
    found = list(rows.order_by("-pk"))
    _note_sightings(request, found)
    results = [(row, words.excerpt(row.plain, wanted.words)) for row in found]
    context = {
        "form": form,
        "page_obj": page,
        "results": results,
        "is_empty": wanted.is_empty,
        "most": _MOST_FOUND,
    }
    return render(request, "collaborate/search.html", context)


def _note_sightings(request: HttpRequest, rows: Iterable[Message]) -> None:
    watched = [row.pk for row in rows if row.is_watched_in(row.room)]
    reading.write_sightings(messages=watched, users=[person(request).pk])


@login_required
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """What one has kept, in the rooms one may still enter."""
    rows = Message.objects.readable().filter(
        room__in=Room.objects.visible_to(request.user),
        pk__in=person(request).saved_messages.values("message"),
    )
    page = Paginator(rows.select_related("room", "author").order_by("-pk"), _PER_PAGE)
    shown = page.get_page(request.GET.get("page"))
    _note_sightings(request, shown)
    return render(request, "collaborate/saved.html", {"page_obj": shown})


@login_required
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """What concerns one, and when one is written to about it."""
    user = person(request)
    choice = NotificationChoice.objects.filter(user=user).first()
    chosen = choice.mail if choice else MailChoice.DIGEST
    form = MailForm(request.POST or None, initial={"mail": chosen})
    if request.method == "POST" and request.POST.get("deed") == "read":
        reading.read_all(user=user)
        return redirect("collaborate:notifications")
    if request.method == "POST" and form.is_valid():
        reading.choose_mail(user=user, mail=MailChoice(form.cleaned_data["mail"]))
        messages.success(request, _("Saved."))
        return redirect("collaborate:notifications")
    page = Paginator(Notification.objects.open_to(user), _PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "push_key": pushing.public_key()}
    return render(request, "collaborate/notifications.html", context)


# A mail program posts here without a session (RFC 8058): the signed address is what lets it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def no_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mail's own address leads: reading it asks, posting to it ends the mails about rooms."""
    reader = telling.reader_of(token)
    if reader is None:
        raise Http404
    if request.method == "POST":
        reading.choose_mail(user=reader, mail=MailChoice.NEVER)
    return render(request, "collaborate/no_mail.html", {"reader": reader})


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Members of organisations, to write to."""
    user = person(request)
    if not roles_of(user):
        return render(request, "collaborate/closed.html")
    rows = User.objects.filter(
        memberships__organisation__status=Organisation.Status.VETTED, is_active=True, bot=None
    )
    if asked := request.GET.get("q", "").strip():
        rows = rows.filter(name__icontains=asked)
    rows = (
        rows.exclude(pk=user.pk)
        .distinct()
        .order_by("name", "pk")
        .prefetch_related("memberships__organisation")
    )
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "collaborate/people.html", {"page_obj": page, "asked": asked})


@login_required
@require_POST
def direct(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the room that one shares with somebody alone."""
    user = person(request)
    other = get_object_or_404(
        User.objects.filter(
            memberships__organisation__status=Organisation.Status.VETTED, is_active=True
        ).distinct(),
        pk=pk,
    )
    if not roles_of(user):
        return render(request, "collaborate/closed.html", status=403)
    try:
        return redirect(rooms.direct(one=user, other=other))
    except RefusedError as error:
        messages.error(request, str(error))
        return redirect("collaborate:people")


@login_required
@require_http_methods(["GET", "POST"])
def shares(request: HttpRequest) -> HttpResponse:
    """Requests to share what one's organisation said elsewhere."""
    user = person(request)
    waiting = sharing.waiting_for(user)
    if request.method == "POST":
        _answer_share(request, next((one for one in waiting if one.pk == key_in(request, "request")), None))
        return redirect("collaborate:shares")
    reading.write_sightings(messages=[one.message_id for one in waiting], users=[user.pk])
    context = {"requests": waiting, "asked": sharing.asked_by(user)}
    return render(request, "collaborate/shares.html", context)


def _answer_share(request: HttpRequest, one: ShareRequest | None) -> None:
    if one is None:
        messages.info(request, _("Somebody has answered this already."))
        return
    try:
        sharing.answer(request=one, answerer=person(request), agreed=request.POST.get("deed") == "agree")
    except RefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Answered."))
