"""Markdown of strangers becomes HTML that can do nothing."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from disinfo.markdown import LONGEST_SOURCE, to_html
from tests.shared_data import shared_data


def test_tables_footnotes_and_tasks_are_rendered():
    html = to_html("| a | b |\n| --- | --- |\n| 1 | 2 |\n\n- [x] done\n\nSee[^1]\n\n[^1]: there")
    assert "<table>" in html
    assert 'type="checkbox"' in html
    assert "footnote" in html or "<section" in html


def dangers_in(html: str) -> list[str]:
    """Whatever a browser would run: elements, handlers and addresses, as a browser's own parser sees them."""
    tree = LexborHTMLParser(html)
    found = [node.tag for node in tree.css("script, iframe, object, embed, svg, style, form, link, meta, base, math")]
    for node in tree.css("body *"):
        for name, value in node.attributes.items():
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name in {"style", "srcdoc", "formaction"}:
                found.append(name)
            elif name in {"href", "src"} and not address.startswith(("http:", "https:", "mailto:", "#", "/", "?", ".")):
                found += [address] if ":" in address.split("/")[0] else []
    return found


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<a href='https://x.example' onclick=1>x</a>",
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_that_runs_gets_through(source):
    assert not dangers_in(str(to_html(source)))


def test_pictures_can_be_kept_out():
    assert "<img" not in to_html("![x](https://tracker.example/pixel.gif)", images=False)


def test_links_do_not_tell_where_from():
    assert "noopener noreferrer nofollow" in to_html("[x](https://a.example)")


def test_a_text_without_end_is_cut():
    assert len(to_html("a" * (LONGEST_SOURCE + 50))) < LONGEST_SOURCE + 50


@given(st.text(max_size=400))
def test_any_text_gives_some_html(source):
    to_html(source)


@pytest.mark.data
def test_none_of_the_hostile_corpus_leaves_a_tag_or_handler():
    corpus = shared_data("wiki/xss/payloads.jsonl")
    payloads = [json.loads(line) for line in corpus.read_text(encoding="utf-8").split("\n") if line]
    assert len(payloads) > 4000
    left = [payload for payload in payloads if any(dangers_in(str(to_html(str(v)))) for v in payload.values())]
    assert left == []
