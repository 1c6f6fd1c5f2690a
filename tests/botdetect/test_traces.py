"""What a post shares."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from botdetect.minhash import similar_groups
from botdetect.traces import (
    canonical_url,
    hashtag_sequence,
    image_hash,
    name_shape,
    objects_of,
    shingles,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.news.example/a?utm_source=x&id=3", "http://news.example/a?id=3#top"),
        ("https://news.example/a/", "news.example/a"),
        ("https://m.news.example:443/a?b=1&a=2", "https://news.example/a?a=2&b=1"),
        ("https://NEWS.example/index.html?fbclid=1", "https://news.example"),
    ],
)
def test_addresses_of_one_page_are_one_object(one, other):
    assert canonical_url(one) == canonical_url(other)


def test_addresses_of_two_pages_stay_two():
    pages = ["https://news.example/a?id=1", "https://news.example/a?id=2", "https://news.example/A?id=1"]
    assert len({canonical_url(page) for page in pages}) == 3
    assert canonical_url("https://www.example/") == "www.example"


@given(st.text(max_size=60))
def test_no_address_breaks_the_reading(text):
    assert canonical_url(canonical_url(text)) is not None


def test_a_repost_shares_the_original_and_nothing_else():
    post = {"repost": "17", "text": "read https://news.example", "hashtags": ["a", "b", "c"]}
    assert objects_of(post) == [("repost", "17")]


def test_an_original_post_shares_all_it_holds():
    post = {"text": "@you Look   at https://news.example/x?utm_medium=1 #One #two #THREE", "reply": 5}
    assert objects_of(post) == [
        ("url", "news.example/x"),
        ("hashtags", "#one #two #three"),
        ("text", "look at #one #two #three"),
        ("reply", "5"),
    ]


def test_two_hashtags_are_too_few_to_say_anything():
    assert hashtag_sequence(["a", "b"]) == ""
    assert hashtag_sequence(["B", "a", "c"]) == "#b #a #c"


@pytest.mark.parametrize(
    ("handle", "shape"), [("Marie48213377", "Aa0×8"), ("marie", "a"), ("JEAN_1", "A_0×1")]
)
def test_the_shape_of_a_name(handle, shape):
    assert name_shape(handle) == shape


def picture(size, quality):
    image = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 30, 260, 260), fill="black")
    draw.rectangle((280, 120, 390, 290), fill="grey")
    data = io.BytesIO()
    image.resize(size).save(data, "JPEG", quality=quality)
    return data.getvalue()


def test_a_picture_made_smaller_keeps_its_hash():
    one, other = image_hash(picture((400, 300), 95)), image_hash(picture((200, 150), 60))
    assert (int(one, 16) ^ int(other, 16)).bit_count() <= 4
    assert len(one) == 16


def test_what_is_no_picture_is_refused():
    with pytest.raises(OSError, match="identify"):
        image_hash(b"hello")


def test_texts_that_differ_in_a_word_or_two_share_a_group():
    base = "the minister hid the report about the river and nobody in the press wants to talk about it today friends"
    texts = [
        base,
        base + " ok",
        "totally other words about football and the weather in the north of the country",
    ]
    groups = similar_groups([shingles(text) for text in texts])
    assert groups[0] == groups[1] != groups[2]


def test_follow_sets_are_alike_by_what_few_follow():
    popular = [f"star{n}" for n in range(30)]
    farm = [f"client{n}" for n in range(12)]
    sets = [frozenset([*popular, *farm]) for _ in range(5)]
    sets += [frozenset([*popular, *(f"own{place}-{n}" for n in range(12))]) for place in range(60)]
    groups = similar_groups(sets, most_share=0.2)
    assert len(set(groups[:5].tolist())) == 1
    assert len(set(groups[5:].tolist())) == 60


def test_empty_texts_are_not_alike():
    assert len(set(similar_groups([frozenset(), frozenset()]).tolist())) == 2
