"""The audit trail can be added to, and nothing else."""

import pytest
from django.db import DatabaseError, transaction

from disinfo.accounts import audit
from disinfo.accounts.models import AuditEntry
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_what(organisation):
    alice = UserFactory(email="alice@people.example")
    entry = audit.record(
        "rooms.closed", actor=alice, on=organisation, organisation=organisation, reason="spam"
    )
    assert (entry.actor, entry.verb, entry.object_label) == (
        "alice@people.example",
        "rooms.closed",
        organisation.name,
    )
    assert entry.detail == {"reason": "spam"}


@pytest.mark.parametrize("deed", [lambda rows: rows.update(verb="nothing"), lambda rows: rows.delete()])
def test_the_database_refuses_to_change_or_delete_an_entry(deed):
    audit.record("rooms.closed", actor=None)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        deed(AuditEntry.objects.all())
    assert AuditEntry.objects.get().verb == "rooms.closed"


def test_an_entry_outlives_its_actor():
    user = UserFactory()
    audit.record("rooms.closed", actor=user)
    user.delete()
    assert AuditEntry.objects.get().actor == user.email


def test_what_is_done_in_the_administration_is_in_the_trail(as_, people):
    charlie = people["charlie"]
    fields = {
        "email": charlie.email,
        "name": "Charlie",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
    }
    answer = as_("ada").post(f"/admin/accounts/user/{charlie.pk}/change/", fields)
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(verb="admin.changed")
    assert entry.actor == people["ada"].email
    assert (entry.detail["model"], entry.detail["key"]) == ("accounts.user", str(charlie.pk))
    assert entry.detail["what"]
