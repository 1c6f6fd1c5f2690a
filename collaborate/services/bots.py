"""Accounts for programs."""

import secrets

from django.db import transaction
from django.utils.text import slugify

from collaborate.apps import SCOPE
from collaborate.live import bus
from collaborate.models import Bot
from disinfo.accounts import audit
from disinfo.accounts.models import ApiToken, Membership, Organisation, User
from disinfo.accounts.services import create_token, revoke_token


@transaction.atomic
def create(*, organisation: Organisation, name: str, purpose: str, creator: User) -> tuple[Bot, str]:
    """A bot of an organisation, in it as a member, and the secret of its first token, which is shown once."""
    handle = f"{slugify(name) or 'bot'}-{secrets.token_hex(3)}"
    user = User.objects.create_user(f"{handle}{Bot.DOMAIN}", name=name)
    Membership.objects.create(organisation=organisation, user=user)
    bot = Bot.objects.create(user=user, organisation=organisation, purpose=purpose, created_by=creator)
    audit.record("collaborate.create_bot", actor=creator, on=bot, organisation=organisation)
    _token, secret = create_token(user=user, name=name[:80], scopes=("read", SCOPE))
    return bot, secret


@transaction.atomic
def renew_token(*, bot: Bot, actor: User) -> str:
    """Close the tokens of a bot, and give the secret of a new one."""
    for token in ApiToken.objects.filter(user=bot.user, revoked_at=None).order_by("pk"):
        revoke_token(token=token, actor=actor)
    _token, secret = create_token(user=bot.user, name=bot.user.name[:80], scopes=("read", SCOPE))
    return secret


@transaction.atomic
def close(*, bot: Bot, actor: User) -> None:
    """End a bot: its tokens stop, what it said stays."""
    for token in ApiToken.objects.filter(user=bot.user, revoked_at=None).order_by("pk"):
        revoke_token(token=token, actor=actor)
    User.objects.filter(pk=bot.user_id).update(is_active=False)
    audit.record("collaborate.close_bot", actor=actor, on=bot, organisation=bot.organisation)
    bus.end_streams_of((bot.user_id,))


@transaction.atomic
def close_tokens(*, bot: Bot, actor: User) -> None:
    """Leave a bot without tokens: it speaks only through its integration."""
    for token in ApiToken.objects.filter(user=bot.user, revoked_at=None).order_by("pk"):
        revoke_token(token=token, actor=actor)
