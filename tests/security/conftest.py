"""One thing of each kind, for the matrix of rights: what its addresses name."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from botdetect.models import Cluster, Edge, Harvest, Member, Run
from collaborate.services.files import Upload
from disinfo.accounts import services
from disinfo.accounts.models import Membership
from disinfo.portal.models import Job
from encyclopedia.services import discussing, pictures, telling
from political_ads.models import CitizenReport
from terms_tracker.models import DemoPage, Subscription, Suggestion, Version
from terms_tracker.services import following, memos
from tests.botdetect.factories import BotCollectionFactory
from tests.collaborate import factories as chat
from tests.collaborate import incident_factories as attack
from tests.encyclopedia import factories as pages
from tests.factories import MembershipFactory, ServiceFactory, TermsFactory, recorded
from tests.political_ads.factories import TaskFactory
from tests.political_ads.library_factories import library_ad


@pytest.fixture
def things(people, organisation, private_collection) -> dict[str, Any]:
    """One of each: private terms of the organisation, and a job and a token of Alice's."""
    terms = TermsFactory(service=ServiceFactory(collection=private_collection, key="Zephyr"))
    version = recorded(terms, "Some secret words")
    page = pages.page(body="Known to all")
    source = pages.source(archived_file=default_storage.save("sources/x.html", ContentFile(b"x")))
    picture = pictures.add(content=pages.image(), alt="A", licence="CC0", adder=people["alice"])
    remark = discussing.begin(page=page, title="Why?", text="How?", author=None, is_shown=True)
    attempt = pages.attempt(organisation)
    telling.set_watch(page=page, user=people["alice"], is_on=True)
    token, _secret = services.create_token(user=people["alice"], name="hers", scopes=["read"])
    ad = library_ad()
    talk = chat.room(people["alice"], kind="private", name="Inquiry")
    said = chat.said(talk, people["alice"], uploads=[Upload("a.txt", b"a")])
    incident = attack.incident(people["alice"], kind="private")
    copied = attack.address(incident)
    copied.file = default_storage.save("copies/x.html", ContentFile(b"x"))
    copied.save()
    return bot_things(organisation) | {
        **terms_work_things(people, version),
        "incident": incident.pk,
        "copy": copied.pk,
        "room": talk.slug,
        "said": said.number,
        "attachment": said.attachments.get().pk,
        "other": MembershipFactory().user.pk,
        "ad": ad.pk,
        "ad_source": ad.source.slug,
        "earlier": ad.source.snapshots.earliest("taken_at").pk,
        "later": ad.source.snapshots.latest("taken_at").pk,
        "ad_id": ad.external_id,
        "advertiser": ad.advertiser_id,
        "hit": ad.hits.get().pk,
        "file": "ads.parquet",
        "job": Job.objects.create(kind="x", label="Import", owner=people["alice"]).pk,
        "token": token.pk,
        "organisation": organisation.slug,
        "membership": Membership.objects.get(user=people["alice"]).pk,
        "terms": terms.pk,
        "commit": version.commit,
        "snapshot": version.snapshot_commits[0],
        "page": DemoPage.objects.create(slug="a-page", service_name="X", title="X", body="x").slug,
        "collection": private_collection.key,
        "service": terms.service.slug,
        "service_key": terms.service.key,
        "type": terms.type,
        "future": "2999-01-01",
        "slug": terms.slug,
        "language": page.language,
        "wiki_page": page.slug,
        "unwatch_token": telling.stop_address(page.watches.get()).rstrip("/").rpartition("/")[2],
        "revision": page.current_id,
        "source": source.key,
        "picture": picture.sha256,
        "png": "png",
        "thread": remark.thread_id,
        "remark": remark.pk,
        "export_format": "csv",
        "countermeasure": attempt.page.slug,
        "attempt": attempt.pk,
        "creative": TaskFactory().pk,
        "citizen_report": CitizenReport.objects.create(platform="A site", seen_on="2026-01-01").pk,
        "no_such": 987654321,
        "survey": "survey",
    }


def terms_work_things(people: Any, version: Version) -> dict[str, Any]:
    """A subscription of Alice's, a draft of the regulator's."""
    memo = memos.write(version=version, author=people["rita"], title="A", body="b")
    subscription = following.follow(subscription=Subscription(), owner=people["alice"])
    return {
        "suggestion": Suggestion.objects.create(
            service_name="A", terms_type="B", documents=[{"fetch": "https://a.example"}]
        ).pk,
        "memo": memo.pk,
        "subscription": subscription.pk,
        "subscription_secret": subscription.secret,
        "unfollow_token": following.stop_address(subscription).rstrip("/").rpartition("/")[2],
    }


def bot_things(organisation: Any) -> dict[str, Any]:
    """A run of the organisation with a cluster to review, and another cluster that is published."""
    run = Run.objects.create(
        collection=BotCollectionFactory(organisation=organisation), trace="url", state=Run.State.DONE
    )
    harvest = Harvest.objects.create(
        collection=run.collection, kind="crawl", most_micros=0, state=Harvest.State.READY
    )
    numbers = {"accounts_count": 2, "edges_count": 1, "most_objects": 3, "largest_q": 0.001}
    cluster = Cluster.objects.create(run=run, number=0, **numbers)
    members = [
        Member.objects.create(run=run, cluster=cluster, number=number, name=name, core=1, degree=1)
        for number, name in enumerate(("one", "two"))
    ]
    edge = Edge.objects.create(
        run=run, cluster=cluster, a=0, b=1, shares=3, objects_count=3, expected=0.1, p=1e-4, q=1e-3
    )
    published = Cluster.objects.create(
        run=run, number=1, state=Cluster.State.PUBLISHED, published_at=timezone.now(), title="A", **numbers
    )
    return {
        "bot_collection": run.collection.pk,
        "bot_harvest": harvest.pk,
        "bot_run": run.pk,
        "bot_cluster": cluster.pk,
        "bot_member": members[0].pk,
        "bot_edge": edge.pk,
        "published": published.pk,
        "csv": "csv",
        "word": "word.csv",
    }
