"""Pictures of ads: fetched, written anew, compared, kept."""

import hashlib
import io

import pytest
from PIL import Image

from disinfo.pictures import PictureError, difference_hash, distance, redraw_as_jpeg
from political_ads.models import Ad, Media
from political_ads.services import media
from tests.political_ads.library_factories import SourceFactory, look, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return SourceFactory(slug="chirper", name="Chirper", platform="chirper")


class TestPictures:
    def picture(self, colour="red", size=(40, 30), form="PNG"):
        out = io.BytesIO()
        Image.new("RGB", size, colour).save(out, form)
        return out.getvalue()

    def test_a_picture_is_drawn_anew_and_hashed_twice(self, source):
        look(source, "2026-01-01", [record("1", pictures=("https://media.example/1.png",))])
        waiting = Media.objects.get()
        media.keep(media=waiting, content=self.picture() + b"<script>")
        assert (waiting.state, waiting.mime, len(waiting.perceptual_hash)) == ("kept", "image/jpeg", 16)
        with waiting.file.open("rb") as file:
            content = file.read()
        assert b"<script>" not in content
        assert hashlib.sha256(content).hexdigest() == waiting.sha256

    @pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
    def test_what_is_no_picture_is_refused(self, content):
        with pytest.raises(PictureError):
            redraw_as_jpeg(content, longest_side=1280)

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        with pytest.raises(PictureError):
            redraw_as_jpeg(self.picture(size=(9000, 9000)), longest_side=1280)

    def test_the_same_look_is_near_and_another_is_far(self):
        left = Image.linear_gradient("L").rotate(90)
        assert distance(difference_hash(left), difference_hash(left.resize((99, 70)))) <= 4
        assert distance(difference_hash(left), difference_hash(left.rotate(180))) > 30

    def test_an_address_that_cannot_be_fetched_says_why(self, source):
        look(source, "2026-01-01", [record("1", pictures=("https://127.0.0.1/1.png",))])
        media.fetch_waiting()
        assert Media.objects.get().state == "refused"

    def test_a_kept_picture_is_served(self, client, source):
        look(source, "2026-01-01", [record("1", pictures=("https://media.example/1.png",))])
        waiting = Media.objects.get()
        media.keep(media=waiting, content=self.picture())
        response = client.get(f"/ads/picture/{waiting.pk}/")
        assert (response["Content-Type"], response.getvalue()[:2]) == ("image/jpeg", b"\xff\xd8")
        assert (
            f"/ads/picture/{waiting.pk}/" in client.get(Ad.objects.get().get_absolute_url()).content.decode()
        )
