"""The audit trail: services say what was done, by whom, to what."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from disinfo.accounts.models import AuditEntry, Organisation, User
from disinfo.logs import current_request_id


def record(
    verb: str,
    *,
    actor: User | AnonymousUser | None,
    on: models.Model | None = None,
    organisation: Organisation | None = None,
    **detail: Any,
) -> AuditEntry:
    """Add an entry; `verb` reads "tool.action" (terms.track), `detail` holds JSON values without secrets."""
    known = actor if isinstance(actor, User) else None
    return AuditEntry.objects.create(
        verb=verb,
        actor_id=known.pk if known else None,
        actor=known.email if known else "",
        organisation_id=organisation.pk if organisation else None,
        object_type=on._meta.label if on else "",
        object_id=str(on.pk) if on else "",
        object_label=str(on)[:200] if on else "",
        detail=detail,
        request_id=current_request_id(),
    )
