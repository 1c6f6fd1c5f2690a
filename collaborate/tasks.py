"""What the workers do for the collaboration tool."""

from celery import shared_task

from collaborate.models import Address, HookCall, Link, Message, Notification, Watch
from collaborate.services import (
    addresses,
    answering,
    calling,
    exercises,
    linking,
    moderating,
    pushing,
    qualifying,
    reminding,
    takedowns,
    telling,
    watching,
)
from disinfo.accounts.models import User
from disinfo.safe_http import FetchError


@shared_task
def answer_command(message_id: int) -> None:
    """Answer what was asked for in a room."""
    for message in Message.objects.filter(pk=message_id).select_related("room", "author"):
        answering.answer(message=message)


@shared_task
def read_link(link_id: int) -> None:
    """See what a posted address says of itself."""
    for link in Link.objects.filter(pk=link_id):
        linking.read(link=link)


@shared_task
def sweep() -> None:
    """Whatever waits: commands, addresses, mails to be written at once."""
    answering.sweep()
    linking.sweep()
    telling.write_mails()
    pushing.sweep()


@shared_task
def push(message_id: int) -> None:
    """Tell browsers of a message."""
    for key in (
        Notification.objects.unread().filter(message=message_id).order_by("pk").values_list("pk", flat=True)
    ):
        pushing.push(key)


@shared_task
def write_digests() -> None:
    """Once a day, mail what is unread."""
    telling.write_digests()


@shared_task
def forget() -> None:
    """Delete what rooms keep no longer."""
    moderating.delete_past_retention()


# Incidents.


@shared_task
def hear_message(message_id: int) -> None:
    """Take the addresses and techniques from what was said in an incident's room."""
    for message in Message.objects.filter(pk=message_id).select_related("author"):
        qualifying.hear(message=message)


@shared_task
def check_address(address_id: int) -> None:
    """Copy an address, and see whether it is still there."""
    for address in Address.objects.filter(pk=address_id).select_related("link"):
        addresses.check(address=address)


@shared_task
def sweep_incidents() -> None:
    """Whatever waits in incidents: addresses, requests whose time runs out, events of exercises."""
    qualifying.sweep()
    addresses.sweep()
    takedowns.remind()
    exercises.sweep()


@shared_task
def sweep_watches() -> None:
    """Watches that are due, reminders, calls of integrations that were not made."""
    watching.sweep()
    reminding.sweep()
    calling.sweep()


@shared_task
def look(watch_id: int) -> None:
    """See what is new for a watch."""
    for watch in Watch.objects.filter(pk=watch_id).select_related("room__organisation"):
        watching.look(watch=watch)


@shared_task
def call(call_id: int) -> None:
    """Tell a program outside of a message."""
    for row in HookCall.objects.filter(pk=call_id, done_at=None).select_related("hook__room", "message"):
        calling.call(row=row)


@shared_task(autoretry_for=(FetchError,), retry_backoff=10, max_retries=3)
def answer_outside(user_id: int, text: str, url: str) -> None:
    """Answer a slash command that was given in another program."""
    for user in User.objects.filter(pk=user_id, is_active=True):
        calling.answer_outside(user=user, text=text, url=url)
