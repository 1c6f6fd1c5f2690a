"""What the collaboration tool keeps: rooms and who is in them, messages, what each person has read, moderation."""

from collaborate.models.bots import Bot
from collaborate.models.links import Link
from collaborate.models.messages import Attachment, Edit, Message, MessageQuerySet, Reaction
from collaborate.models.moderation import Ban, Report, ShareRequest
from collaborate.models.reading import MailChoice, Notification, NotificationChoice, Saved, Sighting
from collaborate.models.rooms import Caller, Invitation, Participant, Room, RoomQuerySet

__all__ = [
    "Attachment",
    "Ban",
    "Bot",
    "Caller",
    "Edit",
    "Invitation",
    "Link",
    "MailChoice",
    "Message",
    "MessageQuerySet",
    "Notification",
    "NotificationChoice",
    "Participant",
    "Reaction",
    "Report",
    "Room",
    "RoomQuerySet",
    "Saved",
    "ShareRequest",
    "Sighting",
]
