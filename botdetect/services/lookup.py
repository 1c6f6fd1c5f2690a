"""What is known of one account: answered to reviewers, logged each time without the name itself."""

import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botdetect.models import Account, Cluster, Collection, Member
from botdetect.services.collections import digest_of
from botdetect.services.profiles import Signal, signal_of
from disinfo.accounts import audit
from disinfo.accounts.models import User

_POST = re.compile(
    r"^https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?P<handle>\w{1,50})(?:/status/(?P<post>\d+))?/?"
)
_BLUESKY = re.compile(r"^https?://bsky\.app/profile/(?P<handle>[\w.:-]+)")
_MASTODON = re.compile(r"^https?://[\w.-]+/@(?P<handle>[\w.]+(?:@[\w.-]+)?)")

CAVEATS = (
    gettext_lazy(
        "Coordinated is said of a group, not of a person: it does not mean automated, paid or false."
    ),
    gettext_lazy("To be in no cluster proves nothing: only what was collected was looked at."),
    gettext_lazy("A cluster to review has been seen by no one yet: it is to be checked."),
)


@dataclass(frozen=True)
class Answer:
    """What we know of an account: its clusters, each with its state, and how far that goes."""

    asked: str
    accounts: int
    clusters: tuple[Cluster, ...]
    signal: Signal | None = None
    caveats: tuple[str | Promise, ...] = CAVEATS

    @property
    def confidence(self) -> str:
        """In words: how sure the best of it is."""
        states = {cluster.state for cluster in self.clusters}
        if states & {Cluster.State.PUBLISHED, Cluster.State.CONFIRMED}:
            return _("Two reviewers confirmed that a group with this account acts as one.")
        if Cluster.State.TO_REVIEW in states:
            return _("A group with this account is to be checked: nobody has confirmed it yet.")
        if states:
            return _("Reviewers found an innocent explanation for the group with this account.")
        return (
            _("This account was collected, and is in no cluster.") if self.accounts else _("Not known here.")
        )


def name_in(text: str) -> str:
    """The handle or identifier in what someone typed: an address of a post or profile, @handle, or an identifier."""
    text = text.strip()
    for pattern in (_POST, _BLUESKY, _MASTODON):
        if match := pattern.match(text):
            return match["handle"]
    return text.lstrip("@")[:120]


@transaction.atomic
def look_up(*, text: str, actor: User) -> Answer:
    """What is known of the account that `text` names, among what the actor may read; logged as a keyed hash."""
    name = name_in(text)
    profiles = Account.objects.filter(Q(handle__iexact=name) | Q(name=name))
    names = {name, *profiles.values_list("name", flat=True)}
    keys = Member.objects.filter(name__in=names).values("cluster")
    found = Cluster.objects.visible_to(actor).filter(pk__in=keys).select_related("run__collection")
    visible = list(profiles.filter(collection__in=Collection.objects.visible_to(actor)))
    audit.record("bots.lookup", actor=actor, digest=digest_of(name.casefold()), clusters=found.count())
    return Answer(name, len(visible), tuple(found.order_by("-published_at", "-pk")), signal_of(visible))
