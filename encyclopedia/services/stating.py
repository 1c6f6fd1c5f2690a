"""What organisations say in their own name is written here, and kept in the audit trail."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from disinfo.accounts import audit
from disinfo.accounts.models import Organisation, User
from encyclopedia.models import Attempt, Criterion, Page, StatedCriteria


@transaction.atomic
def state_criteria(*, organisation: Organisation, criteria: Iterable[Criterion], actor: User) -> None:
    """Say which criteria the organisation judges by; they replace those it stated before."""
    chosen = list(criteria)
    stated, _is_new = StatedCriteria.objects.get_or_create(organisation=organisation)
    before = sorted(stated.criteria.values_list("code", flat=True))
    stated.criteria.set(chosen)
    stated.save()
    after = sorted(each.code for each in chosen)
    audit.record(
        "encyclopedia.criteria", actor=actor, on=stated, organisation=organisation, before=before, after=after
    )


@transaction.atomic
def note_attempt(*, page: Page, organisation: Organisation, author: User, **values: Any) -> Attempt:
    """Add to the log of a counter-measure what an organisation tried; `values` are the columns of an Attempt."""
    attempt = Attempt.objects.create(page=page, organisation=organisation, author=author, **values)
    audit.record("encyclopedia.attempt", actor=author, on=attempt, organisation=organisation)
    return attempt


@transaction.atomic
def hide_attempt(*, attempt: Attempt, moderator: User, reason: str, is_hidden: bool = True) -> None:
    """Take an entry out of the log, or put it back; the row stays."""
    attempt.is_hidden, attempt.hidden_reason = is_hidden, reason[:300] if is_hidden else ""
    attempt.save(update_fields=["is_hidden", "hidden_reason"])
    verb = "encyclopedia.attempt_hide" if is_hidden else "encyclopedia.attempt_show"
    audit.record(verb, actor=moderator, on=attempt, organisation=attempt.organisation, reason=reason)
