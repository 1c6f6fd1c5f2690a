"""Writes about people, organisations and tokens."""

from collections.abc import Collection
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from disinfo.accounts import audit
from disinfo.accounts.models import ApiToken, AuditEntry, Membership, Organisation, Role, User
from disinfo.accounts.scopes import SCOPES

token_revoked = Signal()
"""Sent with the `token` that is closed: what was opened with it is to be closed too."""


@transaction.atomic
def create_token(
    *, user: User, name: str, scopes: Collection[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A token and its secret, which cannot be shown again.

    Raises ValueError for a scope that does not exist.
    """
    if unknown := set(scopes) - set(SCOPES):
        raise ValueError(f"Unknown scopes: {', '.join(sorted(unknown))}.")
    secret = ApiToken.new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=ApiToken.digest_of(secret),
        hint=secret[: len(ApiToken.PREFIX) + 4],
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    audit.record("accounts.token_created", actor=user, on=token, scopes=token.scopes)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User) -> None:
    """Close a token for ever; revoking it again changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record("accounts.token_revoked", actor=actor, on=token)
        token_revoked.send(ApiToken, token=token)


@transaction.atomic
def join_by_domain(*, user: User) -> list[Organisation]:
    """Make the user a member of each vetted organisation whose verified domain their verified address has."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    domains = {address.rpartition("@")[2].lower() for address in addresses}
    organisations = Organisation.objects.vetted().filter(
        domains__domain__in=domains, domains__verified_at__isnull=False
    )
    joined = []
    for organisation in organisations.distinct():
        if _was_taken_out(user, organisation):
            continue
        _membership, is_new = Membership.objects.get_or_create(organisation=organisation, user=user)
        if is_new:
            joined.append(organisation)
            audit.record("accounts.joined_by_domain", actor=user, on=organisation, organisation=organisation)
    return joined


def _was_taken_out(user: User, organisation: Organisation) -> bool:
    """Whether an administrator ended the membership: an address alone does not undo that."""
    last = AuditEntry.objects.filter(
        verb="accounts.role_set",
        object_type=user._meta.label,
        object_id=str(user.pk),
        organisation_id=organisation.pk,
    ).first()
    return last is not None and last.detail.get("role") is None


@transaction.atomic
def set_role(*, organisation: Organisation, user: User, role: Role | None, actor: User) -> None:
    """Give the user this role in the organisation; None takes them out.

    Raises ValueError when the organisation would be left without an administrator.
    """
    # One change at a time: two administrators who take each other out would leave none.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    others = organisation.memberships.filter(role=Role.ADMIN).exclude(user=user)
    was_admin = organisation.memberships.filter(user=user, role=Role.ADMIN).exists()
    if was_admin and role != Role.ADMIN and not others.exists():
        raise ValueError("The last administrator of an organisation cannot leave that role.")
    if role is None:
        organisation.memberships.filter(user=user).delete()
    else:
        Membership.objects.update_or_create(organisation=organisation, user=user, defaults={"role": role})
    audit.record(
        "accounts.role_set",
        actor=actor,
        on=user,
        organisation=organisation,
        role=role.value if role else None,
    )
