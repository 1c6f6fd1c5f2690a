"""What a regulator does without help: from an archive of others to a memo, evidence, and word of the next change."""

import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.translation import gettext, override

from disinfo.accounts.models import Role
from disinfo.portal.models import OutboxMessage
from terms_tracker.archive import Archive, Entry
from terms_tracker.evidence import verify
from terms_tracker.models import Memo
from terms_tracker.services import classifying, following, remembering
from tests.e2e.clicks import follow
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPE = "Advertising Content Policy"
BEFORE = """# Advertising

## Political advertising

Political advertising is not allowed on the service, whoever pays for it.

## Pictures

Pictures must be at least 600 pixels wide.
"""
AFTER = BEFORE.replace(
    "not allowed on the service, whoever pays for it", "allowed in the countries listed below"
)
NEXT = AFTER.replace("Pictures must", "Every political advertisement names who paid for it. Pictures must")
OTHER = "# Terms\n\nYou may leave at any time and take your videos with you."

VIEWS = [
    pytest.param({"width": 390, "scheme": "dark", "language": "fr"}, id="phone-dark-fr"),
    pytest.param({"width": 1280, "scheme": "light", "language": "en"}, id="desk-light-en"),
]


def entry(text, month, service="TikTalk", terms_type=TYPE):
    at = datetime(2026, month, 1, tzinfo=UTC)
    return Entry(service=service, terms_type=terms_type, content=text, fetched_at=at)


@pytest.fixture
def theirs(tmp_path):
    """Somebody else's archive of two services like TikTok."""
    with Archive(tmp_path / "videos-versions") as archive:
        archive.init()
        archive.import_entries(
            [
                entry(BEFORE, 1),
                entry(OTHER, 1, "SnapClip", "Terms of Service"),
                entry(OTHER.replace("videos", "pictures"), 2, "SnapClip", "Terms of Service"),
                entry(AFTER, 3),
            ]
        )
        yield archive


def taken_over(archive):
    """As an administrator does it, and then the workers."""
    call_command("terms_archive_import", str(archive.path), "--collection", "videos", verbosity=0)
    classifying.sweep()
    remembering.sweep()


def shot(page, name):
    """A picture to look at, when a folder is named for them."""
    if folder := os.environ.get("DISINFO_PICTURES"):
        width = page.viewport_size["width"]
        page.screenshot(path=Path(folder) / f"regulator-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("view", VIEWS)
def test_from_an_archive_to_a_memo_the_evidence_and_the_next_change(theirs, open_page, view):
    membership = MembershipFactory(role=Role.REGULATOR, user__language=view["language"])
    colleague = MembershipFactory(role=Role.REGULATOR, organisation=membership.organisation).user

    def say(words):
        with override(view["language"]):
            return gettext(words)

    taken_over(theirs)

    # Find what such services changed about political advertising since a date.
    page = open_page("/terms/", as_user=membership.user, **view)
    shot(page, "1-services")
    follow(page.get_by_role("link", name=say("All changes")).first)
    page.get_by_text(say("Narrow"), exact=True).click()
    page.locator("#narrow_q").fill("tiktalk, snapclip")
    page.locator("#narrow_topic").select_option("political-ads")
    page.locator("#narrow_since").fill("2026-02-15")
    follow(page.get_by_role("button", name=say("Show")))
    shot(page, "2-found")
    rows = page.locator("ul.is-changes > li")
    assert rows.count() == 1
    narrowed = page.url

    # Read it.
    follow(rows.get_by_role("link").first)
    shot(page, "3-change")
    said = page.inner_text("main")
    assert "Political advertising is not allowed" in said
    assert "allowed in the countries listed below" in said

    # Take the evidence away.
    with page.expect_download() as download:
        page.get_by_role("link", name=say("Evidence")).click()
    data = Path(download.value.path()).read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(data))
    assert all(each.is_good for each in verify(data))

    # Annotate it; somebody else reads the memo before it is public.
    follow(page.get_by_role("link", name=say("Write a memo")))
    page.locator("input[name=title]").fill("Political advertising comes back")
    page.locator("textarea[name=body]").fill("The ban has **ended** without a word to users.")
    page.get_by_label("Political advertising is allowed").check()
    shot(page, "4-memo")
    follow(page.get_by_role("button", name=say("Save")))
    follow(page.locator("button[value=submit]"))
    memo = Memo.objects.get()
    other = open_page(memo.get_absolute_url(), as_user=colleague, **view)
    follow(other.locator("button[value=publish]"))
    public = open_page(memo.get_absolute_url(), **view)
    shot(public, "5-published")
    assert "The ban has ended" in public.inner_text("main")

    # Be told of the next one.
    page.goto(narrowed.replace("tiktalk%2C+snapclip", "tiktalk"))
    follow(page.get_by_role("link", name=say("Follow these")))
    page.locator("select[name=way]").select_option("mail")
    shot(page, "6-follow")
    follow(page.locator("main form").get_by_role("button", name=say("Follow"), exact=True))
    shot(page, "7-followed")
    theirs.record(entry(NEXT, 4))
    taken_over(theirs)
    assert following.sweep() == 1
    told = OutboxMessage.objects.get(kind="mail", recipient=membership.user.email)
    assert "TikTalk" in told.payload["body"]
    address = next(line for line in told.payload["body"].splitlines() if "/terms/change/" in line)
    page.goto(address[address.index("/terms/") :])
    shot(page, "8-next")
    assert "names who paid for it" in page.inner_text("main")
