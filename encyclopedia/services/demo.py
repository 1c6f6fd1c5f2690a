"""What the demo's two organisations state, so that what partners have in common can be looked at."""

from disinfo.accounts.models import Organisation
from disinfo.portal.tools import DemoWorld
from encyclopedia.models import Criterion
from encyclopedia.services import stating

# An authority's as in the French decree 2021-922: inaccurate or misleading, spread artificially or massively, by a
# foreign actor, against fundamental interests. A newsroom judges by what it can see for itself.
_STATED = {
    "regulator": ("massive", "artificial", "harmful", "false-or-misleading", "foreign"),
    "editor": ("artificial", "false-or-misleading", "political"),
}


def state_criteria(world: DemoWorld) -> None:
    """Have each demo organisation state its criteria; one that has stated some keeps them."""
    for who, codes in _STATED.items():
        person = world.people.get(who)
        organisation = Organisation.objects.filter(memberships__user=person).first() if person else None
        if person is None or organisation is None or hasattr(organisation, "stated_criteria"):
            continue
        criteria = Criterion.objects.filter(code__in=codes)
        stating.state_criteria(organisation=organisation, criteria=criteria, actor=person)
        world.say(f"criteria of {organisation}")
