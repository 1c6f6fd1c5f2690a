"""Programs outside, in the format of Mattermost's and Slack's webhooks and slash commands."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from collaborate import commands, people
from collaborate.models import Hook, HookCall, Message, Room
from collaborate.services import bots, posting
from collaborate.services.refusals import RefusedError
from collaborate.speaking import in_language_of
from disinfo import fetcher
from disinfo.accounts import audit
from disinfo.accounts.models import Organisation, User
from disinfo.celery import send_after_commit
from disinfo.failures import sentence_of
from disinfo.leases import lease
from disinfo.portal.tools import Ask
from disinfo.safe_http import FetchError, HttpStatusError

_MOST_BYTES = 200_000
_ANSWER_SECONDS = 1_800
_MOST_ANSWERS = 5
_SALT = "collaborate.response"


@transaction.atomic
def open_hook(
    *, room: Room, organisation: Organisation, creator: User, kind: str, name: str, **values: Any
) -> tuple[Hook, str]:
    """A way in or out with a bot of its own, which has a seat in the room; and its secret, shown once.

    A way in is known by its secret; to a way out the secret is sent, so that the program knows us.
    """
    bot, _token = bots.create(
        organisation=organisation, name=name, purpose=str(Hook.Kind(kind).label), creator=creator
    )
    bots.close_tokens(bot=bot, actor=creator)
    room.participants.get_or_create(user=bot.user)
    secret = secrets.token_urlsafe(32)
    is_in = kind == Hook.Kind.INCOMING
    hook = Hook.objects.create(
        room=room,
        kind=kind,
        bot=bot,
        digest=digest_of(secret) if is_in else None,
        token="" if is_in else secret,
        created_by=creator,
        **values,
    )
    audit.record("collaborate.open_hook", actor=creator, on=hook, organisation=organisation, kind=kind)
    return hook, secret


@transaction.atomic
def close_hook(*, hook: Hook, actor: User) -> None:
    """End it: its secret opens nothing any more, its bot is silent; what it said stays."""
    audit.record("collaborate.close_hook", actor=actor, on=hook, organisation=hook.bot.organisation)
    bots.close(bot=hook.bot, actor=actor)
    hook.delete()


def digest_of(secret: str) -> str:
    """What a secret is found by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hook_with(secret: str) -> Hook | None:
    """The way in that this secret opens; found by its digest, compared in constant time."""
    digest = digest_of(secret)
    rows = Hook.objects.filter(kind=Hook.Kind.INCOMING, digest=digest).select_related("room", "bot__user")
    hook = rows.first()
    return hook if hook and constant_time_compare(str(hook.digest), digest) else None


def text_of(payload: Mapping[str, Any]) -> str:
    """What a program says, its attachments (title, text, fields) written below, as Markdown."""
    parts = [str(payload.get("text") or "")]
    attachments = payload.get("attachments")
    for each in attachments if isinstance(attachments, list) else []:
        if isinstance(each, Mapping):
            parts += _attachment(each)
    return "\n\n".join(part.strip() for part in parts if part.strip())[: Message.LONGEST]


def _attachment(each: Mapping[str, Any]) -> list[str]:
    title, link = str(each.get("title") or ""), str(each.get("title_link") or "")
    if title and link.startswith(("http://", "https://")):
        title = f"[{title}]({link})"
    fields = each.get("fields")
    rows = [
        f"**{field.get('title', '')}** {field.get('value', '')}"
        for field in (fields if isinstance(fields, list) else [])
        if isinstance(field, Mapping)
    ]
    parts = [
        str(each.get("pretext") or ""),
        f"**{title}**" if title else "",
        str(each.get("text") or ""),
        *rows,
    ]
    image = str(each.get("image_url") or "")
    return [*parts, image] if any(parts) or image else [str(each.get("fallback") or "")]


def receive(*, hook: Hook, payload: Mapping[str, Any], nonce: str = "") -> Message:
    """Post what a program sent.

    Raises:
        RefusedError: nothing in it, or the room takes nothing now.
    """
    return posting.post(room=hook.room, author=hook.bot.user, text=text_of(payload), nonce=nonce)


def respond(*, secret: str, payload: Mapping[str, Any]) -> Message:
    """Post a later answer of a program to a message: a few, for half an hour.

    Raises:
        RefusedError: out of date, too many, or nothing in it.
    """
    try:
        pk = signing.loads(secret, salt=_SALT, max_age=_ANSWER_SECONDS)
    except signing.BadSignature as error:
        raise RefusedError(_("This address is out of date.")) from error
    row = HookCall.objects.filter(pk=pk).select_related("hook__room", "hook__bot__user", "message").first()
    if row is None or not HookCall.objects.filter(pk=pk, answers__lt=_MOST_ANSWERS).update(
        answers=F("answers") + 1
    ):
        raise RefusedError(_("This address takes no more answers."))
    return _post(row, payload, number=row.answers + 1)


def call(*, row: HookCall) -> None:
    """Tell a program of a message, and post what it answers at once; a failure is said in the room for a command."""
    with lease(f"collaborate.call:{row.pk}", seconds=settings.COLLABORATE_LEASE_SECONDS) as held:
        if not held or not HookCall.objects.filter(pk=row.pk, done_at=None).exists():
            return
        payload, problem = _asked(row)
        HookCall.objects.filter(pk=row.pk).update(done_at=timezone.now(), problem=problem[:100])
        if problem and row.hook.kind == Hook.Kind.COMMAND:
            with in_language_of(row.hook.room, row.message.author):
                text = _("The program behind this command did not answer (%(problem)s).")
                payload = {"text": text % {"problem": sentence_of(problem).rstrip(".")}}
        if payload and text_of(payload):
            _post(row, payload, number=0)


def _asked(row: HookCall) -> tuple[Mapping[str, Any], str]:
    fields, hook = _fields(row), row.hook
    try:
        if hook.by_get:
            sign = "&" if "?" in hook.address else "?"
            answer = fetcher.client().get(f"{hook.address}{sign}{urlencode(fields)}", max_bytes=_MOST_BYTES)
        else:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = fetcher.client().post(hook.address, urlencode(fields).encode(), headers=headers)
    except HttpStatusError as error:
        return {}, f"{error.code} {error.status}"
    except FetchError as error:
        return {}, error.code
    return read(answer.content), ""


def read(content: bytes) -> Mapping[str, Any]:
    """An answer: JSON with a text, or plain text."""
    text = content.decode(errors="replace").strip()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {"text": text[: Message.LONGEST]} if not text.startswith("<") else {}
    return value if isinstance(value, dict) else {}


def _fields(row: HookCall) -> dict[str, str]:
    message, hook = row.message, row.hook
    word, rest = commands.split(message.text)
    author = message.author
    fields = {
        "token": hook.token,
        "team_domain": settings.SITE_NAME,
        "channel_id": str(hook.room_id),
        "channel_name": hook.room.slug,
        "user_id": str(message.author_id or ""),
        "user_name": people.handle_of(author) if author else "",
        "text": rest if hook.kind == Hook.Kind.COMMAND else message.text,
        "timestamp": str(int(message.said_at.timestamp())),
    }
    if hook.kind == Hook.Kind.OUTGOING:
        return fields | {"trigger_word": hook.word, "post_id": str(message.pk)}
    secret = signing.dumps(row.pk, salt=_SALT)
    return fields | {
        "command": f"/{word}",
        "response_url": f"{settings.SITE_URL}/collaborate/responses/{secret}/",
    }


def _post(row: HookCall, payload: Mapping[str, Any], *, number: int) -> Message:
    return posting.post(
        room=row.hook.room,
        author=row.hook.bot.user,
        text=text_of(payload),
        root=row.message,
        tlp=row.message.tlp,
        nonce=f"call:{row.pk}:{number}",
    )


def sweep() -> int:
    """Hand the calls that were not made to the workers; gives how many."""
    from collaborate import tasks  # it imports the services

    keys = list(HookCall.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True)[:50])
    for pk in keys:
        send_after_commit(tasks.call, pk)
    return len(keys)


def answer_slash(*, user: User, fields: Mapping[str, str]) -> dict[str, str]:
    """What a slash command of a Mattermost or Slack team is answered at once; the rest goes to its `response_url`.

    `fields` are those of their request: command, text, response_url. The user is the owner of the token.
    """
    from collaborate import tasks  # it imports the services

    word = fields.get("command", "").removeprefix("/").lower()
    text = fields.get("text", "").strip()
    if word not in commands.known() or word in ("disinfo", ""):
        word, _space, text = text.partition(" ")
    url = fields.get("response_url", "")
    # A program that asks has no language of its own: it is that of the owner of the token.
    with translation.override(user.language or settings.LANGUAGE_CODE):
        if _may_be_called(url):
            send_after_commit(tasks.answer_outside, user.pk, f"/{word} {text}", url)
            return {"response_type": "ephemeral", "text": _("I am looking: the answer follows.")}
        return {"response_type": "in_channel", "text": _answer(user, f"/{word} {text}")}


def _may_be_called(url: str) -> bool:
    """Whether an answer can be sent there later; a team inside a network is answered at once instead."""
    try:
        fetcher.check_address(url)
    except ValidationError:
        return False
    return True


def answer_outside(*, user: User, text: str, url: str) -> None:
    """Send the answer to where it was asked for; the receiver is outside, so the safe client alone goes there."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        said = {"response_type": "in_channel", "text": _answer(user, text)}
    body = json.dumps(said, ensure_ascii=False).encode()
    fetcher.client().post(url, body, headers={"Content-Type": "application/json"})


def _answer(user: User, text: str) -> str:
    """An answer in which the portal's own addresses are whole, for they are read elsewhere."""
    given = commands.answer(text, Ask(commands.split(text)[1], user))
    return commands.in_words(given).replace("](/", f"]({settings.SITE_URL}/")
