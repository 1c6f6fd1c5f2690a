"""What follows from allauth's own events."""

from typing import Any

from allauth.account.signals import email_confirmed, user_logged_in
from django.dispatch import receiver

from disinfo.accounts import audit, services
from disinfo.accounts.models import User


@receiver(email_confirmed)
def _let_in_by_domain(email_address: Any, **_: object) -> None:
    services.join_by_domain(user=email_address.user)


@receiver(user_logged_in)
def _record_login(user: User, **_: object) -> None:
    audit.record("accounts.login", actor=user)
    services.join_by_domain(user=user)
