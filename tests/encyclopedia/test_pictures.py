"""Pictures: what is sent is written anew, described, and shown with its licence."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from disinfo import files
from disinfo.accounts.models import AuditEntry, Role
from disinfo.pictures import MOST_BYTES, PictureError, redraw
from encyclopedia.models import Picture
from tests.encyclopedia.factories import image, page
from tests.encyclopedia.test_pages import log_in

HOME = "/encyclopedia/"


def sent(content, **values):
    file = SimpleUploadedFile("x.png", content, content_type="image/png")
    return {"file": file, "alt": "A map", "licence": "Jane Roe, CC BY 4.0", **values}


def declared(width, height):
    """The beginning of a PNG that says it is so large (PNG specification §11.2.2)."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    chunks = [
        struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each))
        for each in (header, data)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_of_each_kind_is_kept(kind):
    made = redraw(image(kind=kind), longest_side=2_400)
    assert (made.width, made.height) == (40, 30)
    assert made.extension == {"JPEG": "jpg", "WEBP": "webp"}.get(kind, "png")


def test_what_a_file_tells_of_its_maker_stays_behind():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "taken at 48.85, 2.35", 6
    content = image(kind="JPEG", exif=exif, comment=b"by Jane") + b"<script>alert(1)</script>"
    made = redraw(content, longest_side=2_400)
    again = Image.open(io.BytesIO(made.content))
    assert dict(again.getexif()) == {}
    assert not any(word in made.content for word in (b"48.85", b"Jane", b"script"))
    assert (made.width, made.height) == (30, 40), "turned as the camera said"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "format"),
        (image()[:60], "format"),
        (declared(50_000, 50_000), "pixels"),
        (declared(7_000, 7_000), "pixels"),
        (declared(400, 400), "format"),
        (b"\x89PNG" + b"\0" * MOST_BYTES, "size"),
        (image(kind="BMP"), "format"),
    ],
    ids=["empty", "svg", "cut", "bomb", "huge", "lies", "heavy", "bmp"],
)
def test_what_is_no_picture_or_too_large_is_refused(content, code):
    with pytest.raises(PictureError) as refused:
        redraw(content, longest_side=2_400)
    assert refused.value.code == code


def test_a_large_picture_is_made_smaller():
    made = redraw(image(5000, 1000, "JPEG"), longest_side=2_400)
    assert (made.width, made.height) == (2400, 480)


@pytest.mark.django_db
def test_a_member_adds_a_picture_and_a_page_shows_it_with_its_licence(client):
    log_in(client, Role.MEMBER)
    answer = client.post(f"{HOME}pictures/", sent(image()))
    picture = Picture.objects.get()
    assert answer.url == picture.get_absolute_url()
    assert AuditEntry.objects.filter(verb="encyclopedia.add_picture").count() == 1
    target = page(body=f"See:\n\n{picture.markdown}")
    html = client.get(target.get_absolute_url()).content.decode()
    assert f'src="{picture.address}" alt="A map"' in html
    assert "Jane Roe, CC BY 4.0" in html
    assert target.get_absolute_url() in client.get(answer.url).content.decode()
    file = client.get(picture.address)
    assert file["Content-Type"] == "image/png"
    assert file.content == files.read(picture.name)


@pytest.mark.django_db
def test_a_licence_with_markup_shows_as_text(client):
    log_in(client, Role.MEMBER)
    client.post(f"{HOME}pictures/", sent(image(), licence="<img src=x onerror=alert(1)>", alt='"><b>'))
    target = page(body=Picture.objects.get().markdown)
    for path in (target.get_absolute_url(), Picture.objects.get().get_absolute_url(), f"{HOME}pictures/"):
        html = client.get(path).content.decode()
        assert "<img src=x" not in html
        assert '"><b>' not in html


@pytest.mark.django_db
def test_the_same_picture_twice_is_one(client):
    log_in(client, Role.MEMBER)
    for _again in range(2):
        client.post(f"{HOME}pictures/", sent(image()))
    assert Picture.objects.count() == 1


@pytest.mark.django_db
def test_a_picture_without_words_or_that_is_none_is_refused_with_advice(client):
    log_in(client, Role.MEMBER)
    assert client.post(f"{HOME}pictures/", sent(image(), alt="")).context["form"].errors.keys() == {"alt"}
    answer = client.post(f"{HOME}pictures/", sent(b"no picture"), headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert "PNG" in answer.json()["errors"][0]
    assert not Picture.objects.exists()


@pytest.mark.django_db
def test_a_stranger_adds_no_picture(client):
    assert client.post(f"{HOME}pictures/", sent(image())).status_code == 403
    assert not Picture.objects.exists()


@pytest.mark.django_db
def test_a_file_that_was_half_written_is_written_again():
    files.keep("encyclopedia/x.png", b"ha")
    files.keep("encyclopedia/x.png", b"half")
    assert files.read("encyclopedia/x.png") == b"half"
