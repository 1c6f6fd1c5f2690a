"""Who may do what on every address: role × address × object. A new address without a row here fails the suite."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.urls import reverse

from terms_tracker.models import Terms
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded
from tests.security.urls import every_pattern

pytestmark = pytest.mark.django_db

WHO = ("anonymous", "charlie", "alice", "rita", "oscar", "ada")
"""A visitor; a stranger with an account; an editor, the regulator and an administrator of the organisation; staff."""


def all_of_them(status: int) -> tuple[int, ...]:
    return (status,) * len(WHO)


OPEN = all_of_them(200)
REVIEWERS = (302, 403, 403, 200, 200, 200)
LOGIN = (302, 200, 200, 200, 200, 200)
MEMBERS = (404, 404, 200, 200, 200, 200)
REVIEWERS = OWN_REVIEWERS = (302, 403, 403, 200, 200, 200)
POSTED = (302, 403, 403, 302, 302, 302)


@dataclass(frozen=True)
class Row:
    """An address: how it is asked, and the status for each of WHO."""

    expected: tuple[int, ...]
    method: str = "get"
    arguments: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    query: str = ""


SECRET = ("inquiry", "zephyr")
PAPERS = ("about", "legal", "privacy", "accessibility")
MACHINES = ("health_live", "robots", "security_txt", "manifest", "sitemap", "activity_feed")
LISTS = ("api_tools", "api_stats", "api_activity", "api_schema", "api_docs", "api_terms_collections")
MORE_LISTS = ("api_terms_services", "api_terms_list", "api_terms_versions")

ADS_LIBRARY = {
    **{
        name: Row(OPEN)
        for name in (
            *("ads:library", "ads:advertisers", "ads:removals", "ads:scorecard", "ads:law", "ads:data"),
            *("ads:alerts_feed", "api_ads", "api_ads_advertisers", "api_ads_rules"),
        )
    },
    "ads:ad": Row(OPEN, arguments=("ad_source", "ad_id")),
    "ads:advertiser": Row(OPEN, arguments=("advertiser",)),
    "ads:removals_table": Row(OPEN, query="?source=library"),
    "ads:removals_comparison": Row(all_of_them(302), arguments=("ad_source", "earlier", "later")),
    # A signed address that a mail carries: this one is forged.
    "ads:no_mail": Row(all_of_them(404), arguments=("word",)),
    "ads:follow": Row(all_of_them(302), "post", ("ad_source",), {"wanted": "yes"}),
    "ads:review_hit": Row((302, 403, 403, 200, 200, 200), arguments=("hit",)),
    "ads:data_file": Row(all_of_them(404), arguments=("file",)),
    "ads:ad_dossier": Row(OPEN, arguments=("ad",)),
    "ads:advertiser_dossier": Row(OPEN, arguments=("advertiser",)),
    "api_ads_consistency": Row(OPEN, query="?source=library"),
    "api_ads_exports": Row(all_of_them(404)),
    # Nothing is sent: who may send ads in is told so, the others are turned away first.
    "api_ads_ingest": Row((401, 403, 403, 415, 415, 415), "post", ("ad_source",)),
    "api_ads_ad": Row(OPEN, arguments=("ad_source", "ad_id")),
}

# Ada administers the portal but belongs to no organisation: private rooms are closed to her. Alice owns this one.
OWNERS = (302, 404, 200, 404, 404, 404)
ROOMS = {
    "collaborate:home": Row(OPEN),
    **{
        f"collaborate:{name}": Row(LOGIN)
        for name in ("new", "search", "saved", "notifications", "people", "shares")
    },
    "collaborate:direct": Row((302, 403, 302, 302, 302, 403), "post", ("other",)),
    "collaborate:bots": Row((302, 403, 403, 403, 200, 403)),
    # An invitation that nobody was sent says so instead of offering a button.
    "collaborate:invitation": Row((302, 400, 400, 400, 400, 400), arguments=("word",)),
    "collaborate:attachment": Row((302, 404, 302, 404, 404, 404), arguments=("attachment",)),
    "collaborate_file": Row(all_of_them(404), arguments=("word", "word")),
    **{
        f"collaborate:{name}": Row(OWNERS, arguments=("room",))
        for name in ("room", "catch_up", "names", "members", "settings", "moderation")
    },
    **{
        f"collaborate:{name}": Row(OWNERS, arguments=("room", "said"))
        for name in ("message", "thread", "more", "cards")
    },
    **{
        f"collaborate:{name}": Row((302, 404, 204, 404, 404, 404), "post", ("room",))
        for name in ("read", "typing", "draft")
    },
    "collaborate:leave": Row((302, 404, 302, 404, 404, 404), "post", ("room",), {"deed": "mute"}),
    "collaborate:seat": Row((302, 404, 302, 404, 404, 404), "post", ("room",)),
    "collaborate:export": Row(OWNERS, "post", ("room",)),
    "collaborate:react": Row((302, 404, 302, 404, 404, 404), "post", ("room", "said"), {"sign": "👍"}),
    "api_collaborate_commands": Row(OPEN),
    "api_collaborate_rooms": Row((401, 200, 200, 200, 200, 200)),
    **{
        f"api_collaborate_{name}": Row((401, 404, 200, 404, 404, 404), arguments=("room",))
        for name in ("room", "messages")
    },
    "api_collaborate_message": Row((401, 404, 200, 404, 404, 404), arguments=("room", "said")),
    # A form is not JSON, which is all this reads.
    "api_collaborate_reactions": Row((401, 404, 415, 404, 404, 404), "post", ("room", "said")),
}

# Incidents: those of the same private room; what is counted of platforms is for everybody.
INCIDENTS = {
    **{f"collaborate:{name}": Row(LOGIN) for name in ("incidents", "incidents_table", "incident_figures")},
    "collaborate:incident_new": Row((302, 403, 200, 200, 200, 403)),
    **{
        f"collaborate:{name}": Row(OWNERS, arguments=("incident",))
        for name in ("incident", "incident_log", "incident_handover", "incident_report")
    },
    "collaborate:incident_export": Row(OWNERS, arguments=("incident", "csv")),
    "collaborate:address_copy": Row(OWNERS, arguments=("copy",)),
    "collaborate:address_part": Row((302, 404, 404, 404, 404, 404), arguments=("copy", "csv")),
    "collaborate:watches": Row(OWNERS, arguments=("room",)),
    # Whatever a person said has no buttons.
    "collaborate:news": Row((302, 404, 404, 404, 404, 404), arguments=("room", "said")),
    # Not offered without a key; the script that hears is the same for everybody.
    "collaborate:push": Row((302, 404, 404, 404, 404, 404), "post"),
    "collaborate:worker": Row(OPEN),
    # A signed address that a mail carries: this one is forged.
    "collaborate:no_mail": Row(all_of_them(404), arguments=("word",)),
    "collaborate:platforms": Row(OPEN),
    "api_collaborate_incidents": Row((401, 200, 200, 200, 200, 200)),
    **{
        f"api_collaborate_{name}": Row((401, 404, 200, 404, 404, 404), arguments=("incident",))
        for name in ("incident", "incident_log")
    },
    # Programs hold no cookie: a secret in the address or in the form is all there is.
    "collaborate:hook": Row(all_of_them(401), "post", ("word",)),
    "collaborate:response": Row(all_of_them(400), "post", ("word",)),
    "collaborate:slash": Row(all_of_them(401)),
}
# A login means nothing there (the matrix shows one answer for all), so there is nothing another site could borrow.
BY_SECRET = {"collaborate:hook", "collaborate:response"}

MATRIX: dict[str, Row] = {
    **ROOMS,
    **INCIDENTS,
    **ADS_LIBRARY,
    **{
        name: Row(OPEN)
        for name in ("home", "search", "activity", "stats", *PAPERS, *MACHINES, *LISTS, *MORE_LISTS)
    },
    "health_ready": Row(all_of_them(503)),  # no worker runs in this suite
    "styleguide": Row(all_of_them(404)),
    "job": Row((302, 404, 200, 404, 404, 200), arguments=("job",)),
    "api": Row(all_of_them(302)),
    "set_language": Row(all_of_them(302), "post", data={"language": "fr"}),
    "account": Row(LOGIN),
    "tokens": Row(LOGIN),
    "token_revoke": Row((302, 404, 302, 404, 404, 404), "post", ("token",)),
    "organisation": Row((302, 404, 200, 200, 200, 200), arguments=("organisation",)),
    "membership_role": Row(
        (302, 404, 404, 404, 302, 302), "post", ("organisation", "membership"), {"role": "moderator"}
    ),
    "api_search": Row(OPEN, query="?q=words"),
    "api_me": Row((401, 200, 200, 200, 200, 200)),
    "api_job": Row((401, 404, 200, 404, 404, 200), arguments=("job",)),
    "api_terms_compare": Row(MEMBERS, arguments=("terms",)),
    "api_terms_version": Row(MEMBERS, arguments=("commit",)),
    **{f"api_terms_{name}": Row(MEMBERS, arguments=("commit",)) for name in ("passages", "evidence")},
    "api_terms_terms_statistics": Row(MEMBERS, arguments=("terms",)),
    **{f"api_terms_{name}": Row(OPEN) for name in ("memos", "coverage", "statistics")},
    "api_terms_follow": Row((401, 200, 200, 200, 200, 200)),
    "api_terms_subscription": Row((401, 404, 200, 404, 404, 404), arguments=("subscription",)),
    "api_terms_memo": Row((404, 404, 200, 200, 200, 200), arguments=("memo",)),
    # Asked by a form, not in JSON; who may move it is tested with the API of work.
    "api_terms_memo_move": Row((401, 404, 415, 415, 415, 415), "post", ("memo",)),
    "api_terms_check": Row((401, 404, 403, 202, 202, 202), "post", ("terms",)),
    "terms:services": Row(OPEN),
    "terms:changes": Row(OPEN),
    "terms:feed": Row(OPEN),
    "terms:demo": Row(all_of_them(404)),  # only in the demo
    "terms:demo_page": Row(all_of_them(404), arguments=("page",)),
    "terms:demo_change": Row((302, 404, 404, 404, 404, 404), "post", ("page",)),
    **{
        f"terms:{kind}": Row(MEMBERS, arguments=("commit",))
        for kind in ("version", "version_source", "change")
    },
    "terms:snapshot": Row(MEMBERS, arguments=("snapshot",)),
    "terms:service": Row(MEMBERS, arguments=("collection", "service")),
    **{
        f"terms:{kind}": Row(MEMBERS, arguments=("collection", "service", "slug"))
        for kind in ("timeline", "compare")
    },
    "terms:check": Row((302, 404, 403, 302, 302, 302), "post", ("collection", "service", "slug")),
    # Bot clusters: numbers for everyone, identifiers for reviewers (moderators and above, and staff).
    **{f"bots:{kind}": Row(OPEN) for kind in ("home", "methodology", "ask")},
    "bots:data": Row(OPEN, arguments=("csv",)),
    "bots:published": Row(OPEN, arguments=("published",)),
    **{f"bots:{kind}": Row(REVIEWERS) for kind in ("workbench", "new_collection", "lookup")},
    "bots:collection": Row(OWN_REVIEWERS, arguments=("bot_collection",)),
    "bots:profiles": Row(OWN_REVIEWERS, arguments=("bot_collection",)),
    "bots:upload": Row(POSTED, "post", ("bot_collection",)),
    "bots:mapping": Row((302, 403, 403, 404, 404, 404), arguments=("bot_collection", "word")),
    "bots:stream": Row(POSTED, "post", ("bot_collection",)),
    "bots:start": Row(POSTED, "post", ("bot_collection",)),
    "bots:run": Row(OWN_REVIEWERS, arguments=("bot_run",)),
    "bots:cancel": Row(POSTED, "post", ("bot_run",)),
    "bots:compare": Row(OWN_REVIEWERS, arguments=("bot_run", "bot_run")),
    "bots:cluster": Row(OWN_REVIEWERS, arguments=("bot_cluster",)),
    "bots:line": Row(OWN_REVIEWERS, arguments=("bot_cluster",)),
    "bots:review": Row(POSTED, "post", ("bot_cluster",), {"decision": "coordinated", "reason": "x"}),
    # Nobody has confirmed it.
    "bots:publish": Row((302, 403, 403, 400, 400, 400), "post", ("bot_cluster",)),
    "bots:export": Row((302, 403, 403, 200, 200, 200), "post", ("bot_cluster", "csv")),
    "bots:edge": Row(OWN_REVIEWERS, arguments=("bot_edge",)),
    "bots:judge": Row(POSTED, "post", ("bot_member",)),
    # Collecting from X costs money: nobody but the reviewers of the collection.
    "bots:new_harvest": Row(OWN_REVIEWERS, arguments=("bot_collection",)),
    "bots:harvest": Row(OWN_REVIEWERS, arguments=("bot_harvest",)),
    **{f"bots:{verb}_harvest": Row(POSTED, "post", ("bot_harvest",)) for verb in ("start", "stop")},
    "bots:dormant": Row((302, 403, 403, 200, 200, 200), "post", ("bot_harvest",)),
    "api_bots_harvests": Row((401, 403, 403, 200, 200, 200)),
    "api_bots_harvest": Row((401, 403, 403, 200, 200, 200), arguments=("bot_harvest",)),
    "api_bots_harvest_start": Row((401, 403, 403, 415, 415, 415), "post", ("bot_harvest",)),
    "api_bots_harvest_stop": Row((401, 403, 403, 200, 200, 200), "post", ("bot_harvest",)),
    "api_bots_clusters": Row(OPEN),
    "api_bots_cluster": Row(OPEN, arguments=("published",)),
    **{f"api_bots_{kind}": Row((401, 403, 403, 200, 200, 200)) for kind in ("collections", "runs")},
    "api_bots_run": Row((401, 403, 403, 200, 200, 200), arguments=("bot_run",)),
    # A form is not JSON, which is all the API reads.
    "api_bots_lookup": Row((401, 403, 403, 415, 415, 415), "post"),
    # Political ads, the crowd.
    **{f"ads:{name}": Row(OPEN) for name in ("home", "method", "classify", "results", "report")},
    **{f"ads:{name}": Row(all_of_them(302), "post") for name in ("skip", "undo")},
    "ads:picture": Row(all_of_them(404), arguments=("no_such",)),
    **{f"ads:{name}": Row(REVIEWERS) for name in ("reviews", "reports")},
    "ads:review": Row(REVIEWERS, arguments=("creative",)),
    "ads:moderate": Row((302, 403, 403, 302, 302, 302), "post", ("citizen_report",)),
    "ads:report_picture": Row((302, 403, 403, 404, 404, 404), arguments=("citizen_report",)),
    **{
        f"api_ads_{name}": Row(OPEN)
        for name in ("next", "labels", "agreement", "random", "counts", "annotations")
    },
    "api_ads_annotations_of": Row(OPEN, arguments=("survey",)),
    **{f"api_ads_{name}": Row(all_of_them(415), "post") for name in ("votes", "skips")},  # JSON only
    "api_ads_vote": Row(all_of_them(404), "delete", ("no_such",)),
    # Feeds are read by programs that do not log in: what is private has none.
    "terms:service_feed": Row(all_of_them(404), arguments=("collection", "service")),
    "terms:clauses": Row(OPEN),
    # Working with terms.
    "terms:follow": Row(LOGIN),
    "terms:edit_following": Row((302, 404, 200, 404, 404, 404), arguments=("subscription",)),
    "terms:stop_following": Row((302, 404, 302, 404, 404, 404), "post", ("subscription",)),
    "terms:followed_feed": Row(OPEN, arguments=("subscription_secret",)),
    **{f"terms:{name}": Row(OPEN) for name in ("memos", "memos_feed")},
    "terms:memo": Row(MEMBERS, arguments=("memo",)),
    "terms:write_memo": Row((302, 404, 403, 200, 200, 403), arguments=("commit",)),
    "terms:edit_memo": Row((302, 404, 403, 200, 200, 200), arguments=("memo",)),
    "terms:memo_history": Row((404, 404, 403, 200, 200, 200), arguments=("memo",)),
    "terms:move_memo": Row((302, 404, 403, 302, 302, 302), "post", ("memo",), {"deed": "submit"}),
    **{f"terms:{kind}_evidence": Row(MEMBERS, arguments=("commit",)) for kind in ("change", "version")},
    **{
        f"terms:{name}": Row(OPEN)
        for name in ("compare_two", "coverage", "suggest", "statistics", "statistics_table")
    },
    "terms:pick": Row(all_of_them(404)),  # without a page; who may read one is tested with suggesting
    "terms:terms_statistics": Row(MEMBERS, arguments=("collection", "service", "slug")),
    "terms:suggestions": Row((302, 403, 403, 403, 403, 200)),
    "terms:suggestion": Row((302, 403, 403, 403, 403, 200), arguments=("suggestion",)),
    "terms:picked_page": Row(all_of_them(404)),  # as terms:pick
    # A signed address that a mail carries; posting to it, as mail programs do, is tested with following.
    "terms:unfollow": Row(OPEN, arguments=("unfollow_token",)),
    **{f"api_terms_{name}": Row(OPEN) for name in ("peers", "peer_services")},
    "api_terms_peer_service": Row(all_of_them(404), arguments=("service_key",)),
    "terms:datasets": Row(OPEN),
    "terms:dataset": Row(all_of_them(404), arguments=("collection", "file")),
    "api_terms_clauses": Row(all_of_them(400)),
    **{f"api_terms_ota_{name}": Row(MEMBERS, arguments=("collection",)) for name in ("metadata", "services")},
    "api_terms_ota_service": Row(MEMBERS, arguments=("collection", "service_key")),
    "api_terms_ota_version": Row(all_of_them(416), arguments=("collection", "service_key", "type", "future")),
    "terms:terms_feed": Row(all_of_them(404), arguments=("collection", "service", "slug")),
    **{f"encyclopedia:{name}": Row(OPEN) for name in ("home", "pages", "changes", "feed", "wanted")},
    "api_encyclopedia_pages": Row(OPEN),
    **{
        f"api_encyclopedia_{name}": Row(OPEN, arguments=("language", "wiki_page"))
        for name in ("page", "revisions", "stix", "discussion")
    },
    "api_encyclopedia_sources": Row(OPEN),
    "api_encyclopedia_pictures": Row(OPEN),
    "api_encyclopedia_source": Row(OPEN, arguments=("source",)),
    # Who may write is told that a form is no JSON; others are turned away before.
    "api_encyclopedia_thread": Row((401, 403, 415, 415, 415, 415), "post", ("thread",), {"text": "x"}),
    "api_encyclopedia_revision": Row(OPEN, arguments=("revision",)),
    "encyclopedia:create": Row(OPEN, arguments=("language",)),
    "encyclopedia:preview": Row(OPEN, "post", data={"body": "x"}),
    **{
        f"encyclopedia:{name}": Row(OPEN, arguments=("language", "wiki_page"))
        for name in ("page", "page_feed", "edit", "history", "blame", "links")
    },
    **{f"encyclopedia:{name}": Row(OPEN, arguments=("revision",)) for name in ("revision", "source")},
    "encyclopedia:compare": Row(OPEN, arguments=("revision", "revision")),
    "encyclopedia:watch": Row(all_of_them(302), "post", ("language", "wiki_page"), {"watch": "1"}),
    "encyclopedia:restore": Row((302, 403, 302, 302, 302, 302), "post", ("revision",)),
    "encyclopedia:decide": Row((302, 403, 403, 302, 302, 302), "post", ("revision",), {"deed": "patrol"}),
    "encyclopedia:proposals": Row((302, 403, 403, 200, 200, 200)),
    **{f"encyclopedia:{name}": Row(OPEN) for name in ("stale", "source_records", "pictures", "complete")},
    "encyclopedia:random": Row(all_of_them(302)),
    "encyclopedia:watching": Row(LOGIN),
    "encyclopedia:source_record": Row(OPEN, arguments=("source",)),
    "encyclopedia:source_copy": Row(OPEN, arguments=("source",)),
    "encyclopedia:new_source": Row((302, 403, 200, 200, 200, 200)),
    "encyclopedia:edit_source": Row((302, 403, 200, 200, 200, 200), arguments=("source",)),
    "encyclopedia:picture": Row(OPEN, arguments=("picture",)),
    "encyclopedia_picture_file": Row(OPEN, arguments=("picture", "png")),
    "encyclopedia:discussion": Row(OPEN, arguments=("language", "wiki_page")),
    "encyclopedia:thread": Row((403, 403, 302, 302, 302, 302), "post", ("thread",), {"deed": "resolve"}),
    "encyclopedia:remark": Row((302, 403, 403, 302, 302, 302), "post", ("remark",), {"deed": "hide"}),
    "encyclopedia:check": Row((302, 403, 302, 302, 302, 302), "post", ("language", "wiki_page")),
    # That page translates none.
    "encyclopedia:catch_up": Row((302, 403, 404, 404, 404, 404), "post", ("language", "wiki_page")),
    "encyclopedia:unwatch": Row(OPEN, arguments=("unwatch_token",)),
    **{
        f"encyclopedia:{name}": Row(OPEN)
        for name in ("matrix", "countries", "timeline", "commitments", "export")
    },
    "encyclopedia:download": Row(OPEN, arguments=("export_format",)),
    "encyclopedia:graph": Row(OPEN, arguments=("language", "wiki_page")),
    "encyclopedia:criteria": Row((302, 403, 200, 200, 200, 200)),
    "encyclopedia:state_criteria": Row((302, 403, 403, 403, 302, 302), "post", ("organisation",)),
    "encyclopedia:log": Row((302, 403, 200, 200, 200, 403), arguments=("language", "countermeasure")),
    # The page of the matrix is no commitment.
    "encyclopedia:add_evidence": Row(all_of_them(404), arguments=("language", "wiki_page")),
    "encyclopedia:hide_attempt": Row((302, 403, 403, 302, 302, 302), "post", ("attempt",)),
    "encyclopedia:manage": Row((302, 403, 403, 200, 200, 200), arguments=("language", "wiki_page")),
}


def test_every_address_has_a_row():
    assert {name for name, _route in every_pattern()} == set(MATRIX)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_each_role_gets_what_it_may(name, as_, things):
    row = MATRIX[name]
    address = reverse(name, args=[things[argument] for argument in row.arguments]) + row.query
    got = {}
    for who in WHO:
        Terms.objects.update(next_check_at="2020-01-01T00:00Z")
        got[who] = getattr(as_(who), row.method)(address, row.data).status_code
    assert got == dict(zip(WHO, row.expected, strict=True))


@pytest.mark.parametrize("name", sorted(name for name, row in MATRIX.items() if row.method == "post"))
def test_what_changes_something_is_never_done_by_reading(name, as_, things):
    row = MATRIX[name]
    address = reverse(name, args=[things[argument] for argument in row.arguments])
    assert as_("ada").get(address).status_code in {302, 405}


@pytest.mark.parametrize(
    "name", sorted(name for name, row in MATRIX.items() if row.method == "post" and name not in BY_SECRET)
)
def test_a_form_of_another_site_changes_nothing(name, things, people):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(people["ada"], backend="django.contrib.auth.backends.ModelBackend")
    row = MATRIX[name]
    address = reverse(name, args=[things[argument] for argument in row.arguments])
    assert client.post(address, row.data).status_code == 403


def test_public_collections_are_open_to_all(as_):
    terms = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="open"), key="Open"))
    recorded(terms, "Public words")
    for who in WHO:
        assert as_(who).get(terms.get_absolute_url()).status_code == 200
