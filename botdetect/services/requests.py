"""What the public asks: kept, and told to whoever runs the portal."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from botdetect.models import PublicRequest
from disinfo.accounts import audit
from disinfo.accounts.models import User


@transaction.atomic
def receive(*, kind: str, account: str, email: str, text: str) -> PublicRequest:
    """Keep a request and tell the portal's contact, without repeating what it says."""
    asked = PublicRequest.objects.create(kind=kind, account=account, email=email, text=text)
    send_mail(
        f"[{settings.SITE_NAME}] {asked.get_kind_display()}",
        f"{settings.SITE_URL}/admin/botdetect/publicrequest/{asked.pk}/change/",
        settings.DEFAULT_FROM_EMAIL,
        [settings.CONTACT_EMAIL],
    )
    return asked


@transaction.atomic
def settle(*, asked: PublicRequest, actor: User) -> None:
    """Note that a request has been dealt with."""
    PublicRequest.objects.filter(pk=asked.pk).update(is_settled=True)
    audit.record("bots.request_settled", actor=actor, on=asked)
