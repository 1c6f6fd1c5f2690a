"""The people of the demo, and the demo data of every tool."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from disinfo.accounts.models import Membership, Organisation, OrganisationDomain, Role, User
from disinfo.broker import remembered_secret
from disinfo.portal.tools import DemoWorld, tools


@dataclass(frozen=True)
class Person:
    """Someone to log in as."""

    key: str
    email: str
    name: str
    what: str
    organisation: str = ""
    role: Role = Role.MEMBER
    is_admin: bool = False


PEOPLE = (
    Person("admin", "admin@demo.example", "Ada Admin", "administrator of the portal", is_admin=True),
    Person(
        "regulator", "regulator@demo.example", "Rosa Regulator", "regulator", "Demo Authority", Role.REGULATOR
    ),
    Person(
        "editor", "editor@demo.example", "Émile Éditeur", "analyst who edits", "Demo Newsroom", Role.EDITOR
    ),
    Person(
        "manager",
        "manager@demo.example",
        "Malo Manager",
        "administrator of an organisation",
        "Demo Newsroom",
        Role.ADMIN,
    ),
    Person("member", "member@demo.example", "Mina Member", "member of an organisation", "Demo Newsroom"),
    Person("citizen", "citizen@demo.example", "Cem Citizen", "citizen with an account"),
)


def load(*, say: Callable[[str], object]) -> str:
    """Load the people and each tool's demo data; gives the password of all of them.

    The password is made at the first run and kept in var/. Accounts that exist are left as they are.
    """
    password = remembered_secret(settings.VAR_DIR / "demo-password")[:16]
    with transaction.atomic():
        people = {person.key: _person(person, password) for person in PEOPLE}
    world = DemoWorld(people=people, say=say)
    for tool in tools():
        if tool.is_open:
            tool.load_demo(world)
    return password


def _person(person: Person, password: str) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(
            person.email, password, name=person.name, is_staff=person.is_admin, is_superuser=person.is_admin
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if person.organisation:
        slug = person.organisation.lower().replace(" ", "-")
        organisation, _new = Organisation.objects.get_or_create(
            slug=slug, defaults={"name": person.organisation, "status": Organisation.Status.VETTED}
        )
        OrganisationDomain.objects.get_or_create(
            domain=f"{slug}.example", defaults={"organisation": organisation}
        )
        Membership.objects.get_or_create(organisation=organisation, user=user, defaults={"role": person.role})
    return user
