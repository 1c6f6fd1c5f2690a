"""The network of a cluster in a real browser: drawn by sigma.js where it can be, by the server everywhere."""

import pytest

from botdetect.models import Cluster
from botdetect.services import demo
from tests.e2e.test_accessibility import VIEWS, found_on
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff(transactional_db):
    return [UserFactory(name=name, is_staff=True, is_superuser=True) for name in ("Ada", "Bob")]


@pytest.fixture
def cluster(staff):
    demo.load(people={"admin": staff[0], "regulator": staff[1]}, say=str)
    return Cluster.objects.published().get()


def test_the_network_can_be_moved_and_asked_by_keyboard(open_page, staff, cluster):
    page = open_page(cluster.get_absolute_url(), as_user=staff[0])
    network = page.locator("[data-network]")
    network.locator(".canvas canvas").first.wait_for()
    assert not network.locator("svg").is_visible()
    page.get_by_label("Show an account and its neighbours").select_option(index=1)
    name = page.get_by_label("Show an account and its neighbours").locator("option").nth(1).inner_text()
    degree = cluster.members.get(name=name).degree if name.isdigit() else None
    said = network.get_by_role("status").inner_text()
    assert said.startswith(name)
    assert degree is None or str(degree) in said
    for button in ("Closer", "Further", "All of it"):
        page.get_by_role("button", name=button).press("Enter")
    page.get_by_role("button", name="Still drawing").press("Enter")
    assert network.locator("svg").is_visible()
    assert not network.locator(".canvas").is_visible()


def test_without_scripts_the_drawing_of_the_server_stays(open_page, staff, cluster):
    page = open_page(cluster.get_absolute_url(), as_user=staff[0], javascript=False)
    assert page.locator("[data-network] svg").is_visible()
    assert not page.locator("[data-network] .tools").is_visible()


def test_without_webgl_the_drawing_of_the_server_stays(open_page, staff, cluster):
    page = open_page("/bots/", as_user=staff[0])
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(cluster.get_absolute_url())
    assert page.locator("[data-network] svg").is_visible()
    assert not page.locator("[data-network] .tools").is_visible()


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_axe_finds_nothing_on_a_network(open_page, staff, cluster, view):
    page = open_page(cluster.get_absolute_url(), as_user=staff[0], **view)
    page.locator("[data-network] .canvas canvas").first.wait_for()
    page.locator("#network-account").select_option(index=2)
    assert found_on(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
