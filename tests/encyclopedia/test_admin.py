"""What an admin adds to the words of the encyclopedia."""

import pytest

from encyclopedia.models import Field, Kind
from encyclopedia.services import vocabulary
from tests.encyclopedia.factories import page
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/encyclopedia/kind/add/"


@pytest.fixture
def admin(client):
    """The browser of an admin."""
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def kind_with(**field):
    """What the form of a new kind sends, with one field."""
    values = {"code": "stage", "name_en": "Stage", "name_fr": "Étape", "type": "choice", "choices_fr": "{}"}
    sent = {f"fields-0-{name}": value for name, value in {**values, "position": 0, **field}.items()}
    kind = {"code": "law", "name_en": "Law", "name_fr": "Loi", "position": 1}
    return {**kind, "fields-TOTAL_FORMS": 1, "fields-INITIAL_FORMS": 0, **sent}


def test_what_there_is_to_choose_from_is_written_one_a_line(admin):
    admin.post(ADD, kind_with(choices="adopted\ndraft", choices_fr='{"draft": "projet"}'))
    assert Field.objects.get(kind__code="law").choices == ["adopted", "draft"]
    change = f"/admin/encyclopedia/kind/{Kind.objects.get(code='law').pk}/change/"
    assert "adopted\ndraft</textarea>" in admin.get(change).content.decode()
    assert "adopted" in admin.get("/encyclopedia/en/new/?kind=law").content.decode()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"choices": ""}, "Write what there is to choose from"),
        ({"choices": "a", "choices_fr": "[1]"}, "Write it like this"),
        ({"choices": "a", "choices_fr": '{"a": ["b"]}'}, "Write it like this"),
    ],
)
def test_a_choice_that_no_form_could_show_is_refused(admin, wrong, why):
    assert why in admin.post(ADD, kind_with(**wrong)).content.decode()
    assert not Kind.objects.filter(code="law").exists()


def test_a_kind_keeps_the_code_that_pages_name_it_by(admin):
    vocabulary.load_into_empty()
    kind = page("Flooding").kind
    change = f"/admin/encyclopedia/kind/{kind.pk}/change/"
    values = {"code": "trick", "name_en": "Trick", "name_fr": "Ruse", "position": 1}
    sent = {"fields-TOTAL_FORMS": 0, "fields-INITIAL_FORMS": 0}
    assert admin.post(change, values | sent).status_code == 302
    kind.refresh_from_db()
    assert (kind.code, kind.name_en) == ("technique", "Trick")
