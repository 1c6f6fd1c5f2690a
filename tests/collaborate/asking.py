"""A command as somebody gives it in a room."""

from collaborate.services import answering
from disinfo.portal.tools import tools
from tests.collaborate import factories as chat


def answered(room, author, text, **values):
    """What a command is answered."""
    message = chat.said(room, author, text, **values)
    answering.answer(message=message)
    return room.messages.filter(root=message.root or message, by_bot=True).order_by("-number").first().text


def tool_named(slug):
    return next(tool for tool in tools() if tool.slug == slug)
