"""The bot clusters in a real browser: from a file to a public page, and nothing for axe to say."""

import pytest

from botdetect.models import Cluster, Collection, Run
from botdetect.services import collections, demo, runs
from disinfo.portal.models import Job
from tests.botdetect.factories import finished_run, write_planted
from tests.e2e.clicks import follow
from tests.e2e.test_accessibility import VIEWS, found_on
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff(transactional_db):
    return [UserFactory(name=name, is_staff=True, is_superuser=True) for name in ("Ada", "Bob")]


def test_an_analyst_loads_a_file_finds_clusters_and_publishes_with_a_colleague(open_page, staff, tmp_path):
    page = open_page("/bots/desk/", as_user=staff[0])
    follow(page.get_by_role("link", name="New collection"))
    page.get_by_label("Name").fill("Inquiry")
    page.get_by_label("Purpose and legal basis").fill("Public interest")
    follow(page.get_by_role("button", name="Make the collection"))
    page.get_by_label("File of posts").set_input_files(
        write_planted(tmp_path / "shares.csv", accounts=100, objects=150)
    )
    follow(page.get_by_role("button", name="Upload"))
    follow(page.get_by_role("button", name="Import in this format"))
    collections.run_import(job=Job.objects.get(kind="bots.import"))
    page.goto(Collection.objects.get().get_absolute_url())
    follow(page.get_by_role("button", name="Estimate"))
    follow(page.get_by_role("button", name="Run"))
    run = Run.objects.get()
    runs.perform(run=run)
    page.goto(run.get_absolute_url())
    follow(page.locator("section[aria-labelledby=clusters] a").first)
    cluster = page.url
    follow(page.locator("section[aria-labelledby=edges] a").first)
    assert page.get_by_text("What would remove it").is_visible()
    for person in staff:
        page = open_page(cluster, as_user=person)
        page.get_by_label("coordinated, and to be shown").check()
        page.get_by_label("Reason").fill("The same minute, a dozen times.")
        follow(page.get_by_role("button", name="Keep my decision"))
    page.get_by_label("Title").fill("Eight accounts that act as one")
    page.get_by_label("Summary").fill("They share the same things within seconds.")
    follow(page.get_by_role("button", name="Publish the numbers"))
    public = open_page(Cluster.objects.published().get().get_public_url(), javascript=False)
    assert public.get_by_role("heading", name="Eight accounts that act as one").is_visible()


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_axe_finds_nothing_on_the_pages_of_the_clusters(open_page, staff, view):
    demo.load(people={"admin": staff[0], "regulator": staff[1]}, say=str)
    cluster, collection, run = Cluster.objects.published().get(), Collection.objects.get(), Run.objects.get()
    again = finished_run(collection, trace="url")
    page, found = open_page("/bots/", as_user=staff[0], **view), {}
    for path in (
        "/bots/",
        "/bots/methodology/",
        "/bots/ask/",
        cluster.get_public_url(),
        "/bots/desk/",
        "/bots/desk/collections/new/",
        f"{collection.get_absolute_url()}?window=60&trace=url",
        run.get_absolute_url(),
        cluster.get_absolute_url(),
        f"{cluster.get_absolute_url()}line/?across=1",
        f"{run.get_absolute_url()}compare/{again.pk}/",
        f"{collection.get_absolute_url()}profiles/",
        f"/bots/desk/edges/{cluster.edges.first().pk}/",
        "/bots/desk/lookup/?q=x",
    ):
        page.goto(path)
        found[path] = found_on(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert {path: faults for path, faults in found.items() if faults} == {}
