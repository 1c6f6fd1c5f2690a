"""What a tool gives the portal, and the list of tools.

Each tool has a `portal.py` that defines one subclass of Tool as `tool`. The portal never imports a tool: it finds
these by the names in settings.TOOLS, and one that fails never takes the others with it.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise

from disinfo.accounts.models import Organisation, User

logger = logging.getLogger(__name__)
Text = str | Promise
Caller = User | AnonymousUser
T = TypeVar("T")
AsgiApplication = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Figure:
    """A number for the home page and the statistics: what it counts, and how it was counted."""

    name: str
    value: int
    label: Text
    method: Text = ""


@dataclass(frozen=True)
class Card:
    """A thing of one tool as another shows it."""

    url: str
    title: Text
    kind: Text
    date: datetime | None = None
    summary: Text = ""
    thumbnail: str = ""
    tool: str = ""


@dataclass(frozen=True)
class Activity:
    """Something that happened, for the home page and the feed."""

    url: str
    title: Text
    kind: Text
    at: datetime
    summary: Text = ""
    tool: str = ""


def _tell_nobody(_text: str) -> None:
    return None


@dataclass(frozen=True)
class Ask:
    """A command as somebody gave it: what stands after its word, by whom, and the address of the message.

    What takes long calls `tell` with how far it is; who asked is shown it.
    """

    words: str
    caller: Caller
    url: str = ""
    tell: Callable[[str], None] = _tell_nobody


@dataclass(frozen=True)
class Picture:
    """A picture that comes with an answer: its name, and its bytes as PNG or JPEG."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Answer:
    """What a command answers: Markdown, and where it comes from, as of when, and what it cannot say.

    `then` are said after it, each as a message of its own, which can be answered and chosen by itself.
    """

    text: str
    source: Text = ""
    at: datetime | None = None
    limits: Text = ""
    pictures: Sequence[Picture] = ()
    then: Sequence[str] = ()


@dataclass(frozen=True)
class Command:
    """Something one can ask for in a room: `/word` and what follows; answered by a worker."""

    word: str
    usage: Text
    help: Text
    answer: Callable[[Ask], Answer]


@dataclass(frozen=True)
class Draft:
    """A text that one tool hands to another to publish: `kind` as the encyclopedia names kinds of pages."""

    title: str
    kind: str
    text: str
    language: str
    summary: str = ""
    reason: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class DemoWorld:
    """What demo data is loaded with: the people by role, and a way to say what is being done."""

    people: dict[str, User] = field(default_factory=dict)
    say: Callable[[str], object] = print


class Tool:
    """The base that a tool's portal.py fills in; whatever it leaves out is simply empty."""

    slug: str
    name: Text
    tagline: Text
    audience: Text = ""
    icon: str
    is_open: bool = True
    criteria: Collection[str] = ()
    """The criteria of information manipulation, by their codes, that its things are judged by."""

    def home_url(self) -> str:
        """The tool's first page."""
        return f"/{self.slug}/"

    def figures(self) -> Sequence[Figure]:
        """Its live figures, the most telling first."""
        return ()

    def search(self, query: str, caller: Caller, limit: int) -> Sequence[Card]:  # noqa: ARG002
        """Things that match and that the caller may read, best first."""
        return ()

    def search_some(self, query: str, caller: Caller, limit: int) -> Sequence[Card]:  # noqa: ARG002
        """Things that hold some of the words, for a question that nothing holds whole; best first."""
        return ()

    def activity(self, caller: Caller, limit: int) -> Sequence[Activity]:  # noqa: ARG002
        """What happened last, newest first."""
        return ()

    def card(self, path: str, caller: Caller) -> Card | None:  # noqa: ARG002
        """The card of one of its permalinks; None when it is not one, or not the caller's to read."""
        return None

    def commands(self) -> Sequence[Command]:
        """What it answers in a room."""
        return ()

    def rooms(self, caller: Caller) -> Sequence[Card]:  # noqa: ARG002
        """Rooms in which the caller may have the portal tell what is new."""
        return ()

    def tell(self, room: str, news: Card, caller: Caller, nonce: str) -> bool:  # noqa: ARG002
        """Tell news in the room at this address, once a nonce; False: not here, or not the caller's to have told."""
        return False

    def called_for(self, webhook: int) -> tuple[User, str] | None:  # noqa: ARG002
        """Who had it call this webhook, and the page where they change that; None: nobody here."""
        return None

    def named(self, code: str, caller: Caller) -> Card | None:  # noqa: ARG002
        """The card of what it knows by a code of a framework, such as T0046."""
        return None

    def named_like(self, words: str, caller: Caller, limit: int) -> Sequence[tuple[str, Card]]:  # noqa: ARG002
        """Codes of a framework that begin with this, or whose names hold it, with their cards."""
        return ()

    def steps(self, path: str, caller: Caller) -> Sequence[str]:  # noqa: ARG002
        """What the page at this address says to do, one step after the other."""
        return ()

    def mentions(self, path: str, caller: Caller) -> Sequence[Card]:  # noqa: ARG002
        """Its things that the caller may read and that name the page at this address, the newest first."""
        return ()

    def meeting(self, criteria: Collection[str], caller: Caller, limit: int) -> Sequence[Card]:  # noqa: ARG002
        """Its things that the caller may read and that meet each of these criteria, of those they are judged by."""
        return ()

    def pictures_like(self, perceptual_hash: str, caller: Caller) -> Sequence[tuple[int, Card]]:  # noqa: ARG002
        """Where it has shown pictures that look like this (64 bits in hexadecimal), with the bits that differ."""
        return ()

    def shared_from(self, host: str, caller: Caller) -> Sequence[Card]:  # noqa: ARG002
        """Where it saw addresses of this domain shared, with how often in the summary."""
        return ()

    def followed(self, caller: Caller, organisation: Organisation | None) -> Sequence[Card]:  # noqa: ARG002
        """Its moving things that the caller may have a room of this organisation follow."""
        return ()

    def rising(self, path: str, organisation: Organisation | None) -> Sequence[Activity]:  # noqa: ARG002
        """What rises now in the thing at this address, told to a room of this organisation; each at one moment once."""
        return ()

    def publish(self, draft: Draft, caller: User) -> str | None:  # noqa: ARG002
        """Take a text in; the address of the page it became, or of the proposal. None: it publishes nothing."""
        return None

    def live(self, path: str) -> AsgiApplication | None:  # noqa: ARG002
        """The pure-ASGI application at this address, asked before Django; None for every page."""
        return None

    def sitemap(self) -> Iterable[tuple[str, datetime | None]]:
        """Public addresses with the date of their last change."""
        return ()

    def health(self) -> Sequence[str]:
        """What is wrong with it now, in words; nothing when all is well."""
        return ()

    def back_up(self, folder: Path) -> None:
        """Write what it keeps outside the database and the media into `folder`."""

    def restore(self, folder: Path) -> None:
        """Put it back, in place of what is here."""

    def load_demo(self, world: DemoWorld) -> None:
        """Add its demo data; running it twice changes nothing that a user has written."""


@cache
def tools() -> tuple[Tool, ...]:
    """Every tool, in the order of the menu."""
    return tuple(import_module(f"{app}.portal").tool for app in settings.TOOLS)


def tool_of_path(path: str) -> Tool | None:
    """The tool whose pages lie under this address."""
    return next((tool for tool in tools() if path.startswith(tool.home_url())), None)


def live_at(path: str) -> AsgiApplication | None:
    """The live stream at this address, of whichever tool."""
    return next((live for tool in tools() if tool.is_open and (live := tool.live(path))), None)


def ask_each(question: Callable[[Tool], T]) -> list[tuple[Tool, T]]:
    """The answer of every open tool; one that fails is logged and left out."""
    answers = []
    for tool in tools():
        if not tool.is_open:
            continue
        try:
            answers.append((tool, question(tool)))
        except Exception:
            logger.exception("a tool did not answer the portal", extra={"tool": tool.slug})
    return answers


def card_for(path: str, caller: Caller) -> Card | None:
    """The card of a permalink of whichever tool it belongs to."""
    tool = tool_of_path(path)
    if tool is None or not tool.is_open:
        return None
    try:
        return tool.card(path, caller)
    except Exception:
        logger.exception("a tool did not give a card", extra={"tool": tool.slug})
        return None


def rooms_for(caller: Caller) -> list[Card]:
    """Every room in which the caller may have the portal tell what is new."""
    return [room for _tool, rooms in ask_each(lambda tool: tool.rooms(caller)) for room in rooms]


def tell(room: str, news: Card, caller: Caller, nonce: str) -> bool:
    """Tell news in a room, in the transaction of the call; False when there is none, or it may not be told there."""
    tool = tool_of_path(room)
    return tool is not None and tool.is_open and tool.tell(room, news, caller, nonce)


def named(code: str, caller: Caller) -> Card | None:
    """The card of whatever bears this code in a framework."""
    return next((card for _tool, card in ask_each(lambda tool: tool.named(code, caller)) if card), None)


def named_like(words: str, caller: Caller, limit: int) -> list[tuple[str, Card]]:
    """What any tool knows by codes of a framework that begin with this, or whose names hold it."""
    answers = ask_each(lambda tool: tool.named_like(words, caller, limit))
    return [pair for _tool, pairs in answers for pair in pairs][:limit]


def steps_of(path: str, caller: Caller) -> Sequence[str]:
    """What a page of any tool says to do."""
    tool = tool_of_path(path)
    return tool.steps(path, caller) if tool and tool.is_open else ()


def publish(draft: Draft, caller: User) -> str | None:
    """Hand a text to the tool that publishes such; the address it can be read at."""
    return next((url for _tool, url in ask_each(lambda tool: tool.publish(draft, caller)) if url), None)
