"""Rights that change outside this tool end the streams they held open."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from collaborate.live import bus
from disinfo.accounts.models import ApiToken, Membership, Organisation, User
from disinfo.accounts.services import token_revoked


@receiver([post_save, post_delete], sender=Membership)
def _membership_changed(instance: Membership, **_: object) -> None:
    bus.end_streams_of((instance.user_id,))


@receiver(post_save, sender=Organisation)
def _organisation_changed(instance: Organisation, created: bool, **_: object) -> None:
    if not created:
        bus.end_streams_of(tuple(instance.memberships.order_by("pk").values_list("user", flat=True)))


@receiver(post_save, sender=User)
def _account_closed(instance: User, **_: object) -> None:
    if not instance.is_active:
        bus.end_streams_of((instance.pk,))


@receiver(token_revoked)
def _token_closed(token: ApiToken, **_: object) -> None:
    bus.end_streams_of((token.user_id,))


@receiver(user_logged_out)
def _logged_out(user: Any, **_: object) -> None:
    if user is not None:
        bus.end_streams_of((user.pk,))
