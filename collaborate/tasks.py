"""What the workers do for the collaboration tool."""

from celery import shared_task

from collaborate.models import Link, Message
from collaborate.services import answering, linking, moderating, telling


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


@shared_task
def write_digests() -> None:
    """Once a day, mail what is unread."""
    telling.write_digests()


@shared_task
def forget() -> None:
    """Delete what rooms keep no longer."""
    moderating.delete_past_retention()
