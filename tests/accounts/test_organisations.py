"""Organisations: who is let in, who may do what."""

from itertools import pairwise

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from disinfo.accounts import services
from disinfo.accounts.models import Membership, Organisation, OrganisationDomain, Role
from disinfo.accounts.permissions import abilities_of, can, get_abilities, has_role, roles_of
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def with_address(address: str, *, verified: bool = True):
    user = UserFactory(email=address)
    EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)
    return user


def with_domain(domain: str, *, verified: bool = True, **fields):
    organisation = OrganisationFactory(**fields)
    OrganisationDomain.objects.create(
        organisation=organisation, domain=domain, verified_at=timezone.now() if verified else None
    )
    return organisation


def test_a_verified_address_of_a_verified_domain_is_let_in_as_a_member():
    organisation = with_domain("newsroom.example")
    user = with_address("ann@newsroom.example")
    assert services.join_by_domain(user=user) == [organisation]
    assert organisation.memberships.get(user=user).role == Role.MEMBER
    assert services.join_by_domain(user=user) == []


def test_whom_an_administrator_took_out_does_not_come_back_by_logging_in():
    organisation = with_domain("newsroom.example")
    user = with_address("ann@newsroom.example")
    services.join_by_domain(user=user)
    services.set_role(organisation=organisation, user=user, role=None, actor=UserFactory())
    assert services.join_by_domain(user=user) == []
    services.set_role(organisation=organisation, user=user, role=Role.EDITOR, actor=UserFactory())
    assert organisation.memberships.get(user=user).role == Role.EDITOR


@pytest.mark.parametrize(
    ("address_verified", "domain_verified", "status"),
    [(False, True, "vetted"), (True, False, "vetted"), (True, True, "pending"), (True, True, "suspended")],
)
def test_nobody_is_let_in_when_something_is_not_verified(address_verified, domain_verified, status):
    with_domain("newsroom.example", verified=domain_verified, status=status)
    assert services.join_by_domain(user=with_address("ann@newsroom.example", verified=address_verified)) == []


def test_a_domain_that_only_ends_alike_lets_nobody_in():
    with_domain("newsroom.example")
    assert services.join_by_domain(user=with_address("eve@evil-newsroom.example")) == []


def test_logging_in_joins_a_domain_verified_since(client):
    user = with_address("ann@newsroom.example")
    user.set_password("a long enough passphrase")
    user.save()
    organisation = with_domain("newsroom.example")
    client.post("/accounts/login/", {"login": user.email, "password": "a long enough passphrase"})
    assert organisation.memberships.filter(user=user).exists()


def test_each_role_has_all_that_the_roles_below_it_have():
    abilities = [abilities_of(role) for role in Role]
    assert all(lower < higher for lower, higher in pairwise(abilities))


def test_a_role_counts_in_its_own_organisation_only(people, organisation):
    other = OrganisationFactory()
    assert can(people["alice"], "change", organisation)
    assert not can(people["alice"], "change", other)
    assert not can(people["charlie"], "view", organisation)


def test_a_suspended_organisation_gives_no_rights(people, organisation):
    Organisation.objects.filter(pk=organisation.pk).update(status=Organisation.Status.SUSPENDED)
    assert roles_of(people["oscar"]) == {}
    assert not has_role(people["rita"], Role.REGULATOR)


def test_object_permissions_answer_to_djangos_own_question(people, organisation):
    assert people["oscar"].has_perm("accounts.manage_organisation", organisation)
    assert not people["alice"].has_perm("accounts.manage_organisation", organisation)
    assert not people["oscar"].has_perm("terms_tracker.manage_organisation", organisation)


def test_abilities_are_told_by_name(people, organisation):
    told = get_abilities(people["alice"], organisation, ["view", "change", "manage"])
    assert told == {"view": True, "change": True, "manage": False}


def test_an_inactive_person_may_do_nothing(people, organisation):
    people["oscar"].is_active = False
    assert not can(people["oscar"], "view", organisation)


def test_an_organisation_keeps_an_administrator(people, organisation):
    with pytest.raises(ValueError, match="last administrator"):
        services.set_role(
            organisation=organisation, user=people["oscar"], role=Role.MEMBER, actor=people["oscar"]
        )
    MembershipFactory(organisation=organisation, role=Role.ADMIN)
    services.set_role(organisation=organisation, user=people["oscar"], role=None, actor=people["oscar"])
    assert not Membership.objects.filter(user=people["oscar"]).exists()


def test_only_its_administrators_change_roles(as_, people, organisation):
    membership = Membership.objects.get(user=people["alice"])
    path = f"/organisations/{organisation.slug}/members/{membership.pk}/"
    for name in ("alice", "rita", "charlie"):
        assert as_(name).post(path, {"role": "admin"}).status_code == 404
    as_("oscar").post(path, {"role": "moderator"})
    membership.refresh_from_db()
    assert membership.role == Role.MODERATOR
