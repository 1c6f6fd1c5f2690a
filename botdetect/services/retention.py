"""Forgetting: when the time is over, and when a person asks."""

import shutil

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from botdetect.models import Account, Cluster, Collection, Edge, Erasure, Harvest, Member, Target
from botdetect.services.collections import derive, digest_of
from disinfo.accounts import audit
from disinfo.accounts.models import User


def forget_expired() -> int:
    """Remove what names people from collections kept long enough; aggregates of clusters stay."""
    expired = list(Collection.objects.expired())
    for collection in expired:
        forget_collection(collection=collection, actor=None)
    return len(expired)


def forget_collection(*, collection: Collection, actor: User | None) -> None:
    """Remove the shares, profiles, members and edges of a collection; what names nobody stays."""
    with transaction.atomic():
        Edge.objects.filter(run__collection=collection).delete()
        Member.objects.filter(run__collection=collection).delete()
        Account.objects.filter(collection=collection).delete()
        Target.objects.filter(harvest__collection=collection).delete()
        Harvest.objects.filter(collection=collection).update(asked={})
        collection.aggregated_at = timezone.now()
        collection.save(update_fields=["aggregated_at"])
        Cluster.objects.filter(run__collection=collection).update(layout={})
        audit.record(
            "bots.collection_forgotten", actor=actor, on=collection, organisation=collection.organisation
        )
        transaction.on_commit(lambda: shutil.rmtree(collection.folder, ignore_errors=True))


def erase(*, name: str, actor: User) -> int:
    """Forget an account everywhere (by identifier or handle), and never take it in again; gives how many rows went."""
    from botdetect import eventfile  # heavy: not for every web process
    from botdetect.coordination.report import sha256_of

    names = {name, *Account.objects.filter(handle__iexact=name.lstrip("@")).values_list("name", flat=True)}
    with transaction.atomic():
        for each in names:
            Erasure.objects.get_or_create(digest=digest_of(each))
        gone = _erase_rows(names)
        audit.record("bots.account_erased", actor=actor, digest=digest_of(name), rows=gone)
    for collection in Collection.objects.filter(aggregated_at=None):
        if collection.events_path.exists():
            table = eventfile.add(collection.events_path, [], without=names)
            derive(collection=collection)
            collection.shares = len(table)
            collection.events_hash = sha256_of(collection.events_path)
            collection.save(update_fields=["shares", "events_hash"])
    return gone


def _erase_rows(names: set[str]) -> int:
    gone = 0
    for member in Member.objects.filter(name__in=names).select_related("cluster"):
        edges = Edge.objects.filter(run=member.run_id).filter(Q(a=member.number) | Q(b=member.number))
        gone += edges.delete()[0]
        member.cluster.layout.pop(str(member.number), None)
        member.cluster.save(update_fields=["layout"])
    gone += Member.objects.filter(name__in=names).delete()[0]
    gone += Account.objects.filter(name__in=names).delete()[0]
    gone += Target.objects.filter(name__in=names).delete()[0]
    Target.objects.filter(through__in=names).update(through="")
    return gone
