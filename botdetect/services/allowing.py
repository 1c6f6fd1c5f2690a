"""Who is left out of every run."""

from django.db import transaction

from botdetect.models import AllowedAccount
from disinfo.accounts import audit
from disinfo.accounts.models import User


@transaction.atomic
def allow(*, account: AllowedAccount, actor: User) -> None:
    """Leave an account out of the runs to come, for the reason given."""
    account.added_by = account.added_by or actor
    account.save()
    audit.record("bots.allowed", actor=actor, on=account, reason=account.reason)
