"""What can be asked for in a room with a word after a slash: each tool registers its commands in its portal.py."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaborate.speaking import pair
from disinfo.portal.tools import Answer, Ask, Command, ask_each


def known() -> dict[str, Command]:
    """Every command of every open tool, by its word, in the order of the alphabet; two with one word: the first."""
    found = {HELP.word: HELP}
    for _tool, commands in ask_each(lambda tool: tool.commands()):
        for command in commands:
            found.setdefault(command.word, command)
    return dict(sorted(found.items()))


def split(text: str) -> tuple[str, str]:
    """The word after the slash, and the rest: "/wiki  sock puppets" → ("wiki", "sock puppets")."""
    word, _space, rest = text.removeprefix("/").partition(" ")
    return word.strip().lower(), rest.strip()


def answer(text: str, ask: Ask) -> Answer:
    """The answer to a message that begins with a slash; an unknown word is answered with what there is."""
    word, _rest = split(text)
    command = known().get(word)
    if command is None:
        return Answer(f"{_unknown(word)} {_('`/help` says what I know.')}")
    return command.answer(ask)


def in_words(given: Answer) -> str:
    """An answer as it is posted: the text, then where it comes from, as of when, and what it cannot say."""
    about = []
    if given.source:
        about.append(_("Source: %(source)s") % {"source": given.source})
    if given.at or given.source:
        # Nothing found has no date of its own: it is so as of now.
        about.append(date_format(localtime(given.at), "DATETIME_FORMAT"))
    if given.limits:
        about.append(str(given.limits))
    return "\n\n".join(filter(None, [given.text, f"*{' · '.join(about)}*" if about else ""]))


def _help(ask: Ask) -> Answer:
    """What can be asked for here, or how one command is used."""
    commands = known()
    word = ask.words.removeprefix("/").lower()
    if word in commands:
        return Answer(_usage_of(commands[word]))
    head = f"{_unknown(word)} {_('What I can be asked for:')}" if word else _("What I can be asked for:")
    return Answer(
        "\n".join([head, "", *(f"- {_usage_of(command)}" for command in commands.values())]),
        limits=_(
            "I answer from what you may read here; each answer says its source, its date and its limits."
        ),
    )


def _usage_of(command: Command) -> str:
    return pair(f"`/{command.word} {command.usage}`", command.help)


def _unknown(word: str) -> str:
    return _("I do not know `/%(word)s`.") % {"word": word[:40]}


HELP = Command("help", gettext_lazy("[command]"), gettext_lazy("What can be asked for here."), _help)
