"""What the collaboration tool keeps: rooms and who is in them, messages, what each person has read, moderation."""

from collaborate.models.bots import Bot
from collaborate.models.exercises import Exercise
from collaborate.models.hooks import Hook, HookCall
from collaborate.models.incidents import Evidence, Incident, LogEntry, ResponseTarget, Step
from collaborate.models.known_articles import KnownArticle
from collaborate.models.links import Link
from collaborate.models.messages import Attachment, Edit, Message, MessageQuerySet, Reaction
from collaborate.models.moderation import Ban, Report, ShareRequest
from collaborate.models.pushes import PushEndpoint
from collaborate.models.qualifying import Appearance, Claim, CriterionVote, Technique
from collaborate.models.reading import Draft, MailChoice, Notification, NotificationChoice, Saved, Sighting
from collaborate.models.rooms import Caller, Invitation, Participant, Room, RoomQuerySet
from collaborate.models.takedowns import Address, Takedown
from collaborate.models.watches import Reminder, Watch, WatchItem

__all__ = [
    "Address",
    "Appearance",
    "Attachment",
    "Ban",
    "Bot",
    "Caller",
    "Claim",
    "CriterionVote",
    "Draft",
    "Edit",
    "Evidence",
    "Exercise",
    "Hook",
    "HookCall",
    "Incident",
    "Invitation",
    "KnownArticle",
    "Link",
    "LogEntry",
    "MailChoice",
    "Message",
    "MessageQuerySet",
    "Notification",
    "NotificationChoice",
    "Participant",
    "PushEndpoint",
    "Reaction",
    "Reminder",
    "Report",
    "ResponseTarget",
    "Room",
    "RoomQuerySet",
    "Saved",
    "ShareRequest",
    "Sighting",
    "Step",
    "Takedown",
    "Technique",
    "Watch",
    "WatchItem",
]
