"""Telling those who watch a page."""

from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from disinfo import outbox
from disinfo.accounts.models import User
from encyclopedia.models import Page, Remark, Revision, Watch

_signer = Signer(salt="encyclopedia.unwatch")


def set_watch(*, page: Page, user: User, is_on: bool) -> None:
    """Begin to watch a page, or stop."""
    if is_on:
        Watch.objects.get_or_create(page=page, user=user)
    else:
        Watch.objects.filter(page=page, user=user).delete()


def stop_address(watch: Watch) -> str:
    """Where one click ends the watch, without a log-in."""
    return settings.SITE_URL + reverse("encyclopedia:unwatch", args=[_signer.sign(str(watch.pk))])


def watch_of(token: str) -> Watch | None:
    """The watch that a mail's own address ends; None when it has ended already.

    Raises:
        BadSignature: the address is forged.
    """
    return Watch.objects.select_related("page").filter(pk=int(_signer.unsign(token))).first()


def note_look(*, page: Page, user: User) -> None:
    """Note that somebody who watches the page has seen what changed; nothing is written when nothing did."""
    Watch.objects.filter(page=page, user=user, seen_at__lt=page.changed_at).update(seen_at=timezone.now())


def tell_watchers(*, revision: int) -> int:
    """Put one mail for each watcher but the writer into the outbox; gives how many. Safe to run twice."""
    found = Revision.objects.published().select_related("page", "author").filter(pk=revision).first()
    if found is None or found.is_minor:
        return 0
    return _tell(found.page, found.author_id, f"{found.pk}", lambda: _of_change(found))


def tell_of_remark(*, remark: int) -> int:
    """The same of what somebody said about the page."""
    rows = Remark.objects.select_related("thread__page", "author").filter(status=Remark.Status.SHOWN)
    found = rows.filter(pk=remark).first()
    if found is None:
        return 0
    return _tell(found.thread.page, found.author_id, f"remark:{found.pk}", lambda: _of_remark(found))


def tell_proposer(*, revision: int) -> bool:
    """Put a mail to who proposed it into the outbox once it is decided, if they have an account. Safe to run twice."""
    decided = (Revision.Status.ACCEPTED, Revision.Status.REJECTED)
    rows = Revision.objects.filter(status__in=decided, author__is_active=True)
    found = rows.select_related("page", "author").filter(pk=revision).first()
    if found is None or found.author is None:
        return False
    with override(found.author.language or settings.LANGUAGE_CODE):
        told = {"page": found.page.title}
        if found.status == Revision.Status.ACCEPTED:
            subject = _("Published: your proposal for “%(page)s”") % told
        else:
            subject = _("Not published: your proposal for “%(page)s”") % told
        lines = [subject, found.decision_reason, settings.SITE_URL + found.get_absolute_url()]
        mail = EmailMessage(subject, "\n".join(filter(None, lines)), to=[found.author.email])
        outbox.put_mail(mail, key=f"encyclopedia:decided:{found.pk}")
    return True


def _tell(page: Page, writer: int | None, event: str, words: Callable[[], tuple[str, list[str]]]) -> int:
    watches = Watch.objects.filter(page=page, user__is_active=True).exclude(user=writer)
    count = 0
    for watch in watches.select_related("user"):
        with override(watch.user.language or settings.LANGUAGE_CODE):
            subject, lines = words()
            stop_at = stop_address(watch)
            why = _("You are told because you watch this page. Stop in one click: %s") % stop_at
            mail = EmailMessage(
                subject,
                "\n".join([*lines, "", why]),
                to=[watch.user.email],
                # RFC 8058.
                headers={
                    "List-Unsubscribe": f"<{stop_at}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            )
            outbox.put_mail(mail, key=f"encyclopedia:{event}:{watch.pk}")
        count += 1
    return count


def _of_change(revision: Revision) -> tuple[str, list[str]]:
    page = revision.page
    lines = [
        _("%(writer)s changed “%(page)s”.") % {"writer": revision.writer, "page": page.title},
        revision.reason,
        settings.SITE_URL + revision.get_absolute_url(),
    ]
    return _("Changed: %(page)s") % {"page": page.title}, lines


def _of_remark(remark: Remark) -> tuple[str, list[str]]:
    thread = remark.thread
    told = {"writer": remark.writer, "page": thread.page.title, "subject": thread.title}
    lines = [
        _("%(writer)s wrote about “%(page)s”, under “%(subject)s”:") % told,
        "",
        remark.text,
        "",
        settings.SITE_URL + thread.get_absolute_url(),
    ]
    return _("Discussed: %(page)s") % {"page": thread.page.title}, lines
