"""What follows from events of allauth and of the administration."""

from typing import Any

from allauth.account.signals import email_confirmed, user_logged_in
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models.signals import post_save
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


_DEEDS = {ADDITION: "admin.added", CHANGE: "admin.changed", DELETION: "admin.deleted"}


@receiver(post_save, sender=LogEntry)
def _record_administration(instance: LogEntry, **_: object) -> None:
    """Django's own log can be emptied; the trail keeps who made whom an administrator, or let an organisation in."""
    kind = instance.content_type
    audit.record(
        _DEEDS[instance.action_flag],
        actor=User.objects.filter(pk=instance.user_id).first(),
        on=instance,
        model=f"{kind.app_label}.{kind.model}" if kind else "",
        key=str(instance.object_id),
        what=instance.change_message,
    )
