"""Telling those who watch a page."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from disinfo import outbox
from disinfo.accounts.models import User
from encyclopedia.models import Page, Revision, Watch


def set_watch(*, page: Page, user: User, is_on: bool) -> None:
    """Begin to watch a page, or stop."""
    if is_on:
        Watch.objects.get_or_create(page=page, user=user)
    else:
        Watch.objects.filter(page=page, user=user).delete()


def tell_watchers(*, revision: int) -> int:
    """Put one mail for each watcher but the writer into the outbox; gives how many. Safe to run twice."""
    found = Revision.objects.published().select_related("page", "author").filter(pk=revision).first()
    if found is None or found.is_minor:
        return 0
    watches = Watch.objects.filter(page=found.page, user__is_active=True).exclude(user=found.author_id)
    count = 0
    for watch in watches.select_related("user"):
        with override(watch.user.language or settings.LANGUAGE_CODE):
            outbox.put_mail(_mail(found, watch), key=f"encyclopedia:{found.pk}:{watch.pk}")
        count += 1
    return count


def _mail(revision: Revision, watch: Watch) -> EmailMessage:
    page = revision.page
    lines = [
        _("%(writer)s changed “%(page)s”.") % {"writer": revision.writer, "page": page.title},
        revision.reason,
        settings.SITE_URL + revision.get_absolute_url(),
        "",
        _("You are told because you watch this page. To stop, open it and choose “Stop watching”."),
    ]
    subject = _("Changed: %(page)s") % {"page": page.title}
    return EmailMessage(subject, "\n".join(line for line in lines if line is not None), to=[watch.user.email])
