"""What people write becomes what others may safely see."""

import time

from hypothesis import given
from hypothesis import strategies as st

from collaborate import markup

HOME = "https://portal.example"


def rendered(text: str, **names: str) -> markup.Rendered:
    return markup.render(text, names=names, home=HOME)


def test_an_address_becomes_a_link_without_the_full_stop_of_its_sentence():
    said = rendered(
        "See https://news.example/a_(b)?x=1, then (https://other.example/)… https://other.example/…"
    )
    assert said.links == ("https://news.example/a_(b)?x=1", "https://other.example/")
    assert 'href="https://other.example/"' in said.html


def test_the_address_of_a_page_of_the_portal_becomes_its_card_and_no_outside_link():
    said = rendered(f"{HOME}/terms/change/abc/ and then\n\n/encyclopedia/fr/viginum/")
    assert said.cards == ("/terms/change/abc/", "/encyclopedia/fr/viginum/")
    assert said.links == ()


def test_a_line_of_a_page_of_the_portal_is_a_link_to_that_line():
    said = rendered("**Alert**\n\n/ads/removals/?source=chirper_fr&by=label#alert-9\n\n*Ads*")
    assert f'href="{HOME}/ads/removals/?source=chirper_fr&amp;by=label#alert-9"' in said.html
    assert said.links == ()


def test_another_host_never_gives_a_card():
    said = rendered(
        f"[x](//evil.example/terms/a/) {HOME}.evil.example/terms/b/ https://evil.example/terms/c/"
    )
    assert said.cards == ()


def test_only_who_is_there_is_named():
    said = rendered("@alice-b @nobody mail@alice-b `@alice-b`", **{"alice-b": "Alice <B>"})
    assert said.handles == ("alice-b",)
    assert said.html.count("<mark>") == 1
    assert "@Alice &lt;B&gt;" in said.html


def test_headings_pictures_and_html_do_not_come_through():
    said = rendered(
        "# Big\n\n![x](https://tracker.example/p.gif)\n\n<img src=x onerror=alert(1)>\n\n<script>1</script>"
    )
    assert not any(tag in said.html for tag in ("<h1", "<img", "<script"))
    assert 'href="https://tracker.example/p.gif"' in said.html


@given(st.text(max_size=400))
def test_no_text_gives_html_that_acts(text):
    html = rendered(text, alice="Alice").html.lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript:' not in html


def test_a_text_made_to_be_slow_is_not():
    start = time.process_time()
    for hostile in ("[" * 8000, "@" * 8000, "https://" * 1000, "*a " * 2600, "> " * 4000, "`" * 8000):
        rendered(hostile[:8000], a="A")
    assert time.process_time() - start < 6
