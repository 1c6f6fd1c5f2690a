"""What is done from a message of a watch: sent to where it is qualified, weighed, made an incident; each once."""

from django.db import transaction
from django.utils.translation import gettext as _

from collaborate import commands, scale
from collaborate.models import Bot, Message, Room, Watch
from collaborate.services import posting, sharing
from collaborate.services.refusals import RefusedError
from collaborate.tlp import Tlp
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.portal.tools import Ask


@transaction.atomic
def send(*, message: Message, room: Room, sender: User) -> Message:
    """Take it to another room that the sender may enter; sent there already, it is the message that is there.

    The portal says it, under one nonce: however many press at once, it is one message.

    Raises:
        RefusedError: gone, a mark that keeps it where it is, or a room that takes nothing now.
    """
    if message.is_gone:
        raise RefusedError(_("This message is no longer there."))
    mark = message.tlp_in(message.room)
    if mark == Tlp.RED or sharing.needs_agreement(message, room):
        raise RefusedError(
            _("The mark of this room keeps it here: nobody can agree in the name of a program.")
        )
    who = _("Sent from %(room)s by %(person)s") % {"room": message.room.name, "person": sender}
    sent = posting.post(
        room=room,
        author=Bot.objects.portal().user,
        text=f"{message.text}\n\n*{who}*"[: Message.LONGEST],
        nonce=f"sent:{message.pk}",
        tlp=mark,
        shared_from=message,
    )
    _say_below(message, _said_of(sent, room, sender), nonce=f"told:{message.pk}:{room.pk}")
    audit.record("collaborate.send_news", actor=sender, on=message, room=room.pk)
    return sent


def _said_of(sent: Message, room: Room, sender: User) -> str:
    """Where it went; of a room that not everybody may know, only that it went."""
    text = _("Sent to qualification by %(person)s") % {"person": sender}
    return f"[{text}]({sent.get_absolute_url()})" if room.kind == Room.Kind.PUBLIC else text


@transaction.atomic
def weigh(*, message: Message, region: str, shares: int, asker: User) -> Message:
    """Answer below it how big its number of shares is; asked again with the same, it is the answer that is there."""
    ask = Ask(f"{region} {shares}", asker, message.get_absolute_url())
    given = commands.in_words(commands.answer(f"/scale {ask.words}", ask))
    return _say_below(message, given, nonce=f"scale:{message.pk}:{region.lower()}:{shares}")


def _say_below(message: Message, text: str, *, nonce: str) -> Message:
    return posting.post(
        room=message.room,
        author=Bot.objects.portal().user,
        text=text,
        root=message,
        tlp=message.tlp,
        nonce=nonce,
    )


def told_shares(message: Message) -> int | None:
    """How many shares the message tells of."""
    return scale.shares_in(message.text.replace("\\", ""))


def watch_of(message: Message) -> Watch | None:
    """The watch that posted it."""
    return Watch.objects.all().behind(message)
