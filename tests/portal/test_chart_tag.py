"""Figures as a drawing with its table, or as a table with bars."""

import re

from django.template import Context, Template

POINTS = [{"label": "Community guidelines of the service", "value": 4}, {"label": "<b>", "value": 1}]


def drawn(kind):
    template = Template('{% load portal %}{% chart points "Changes" kind=kind %}')
    return template.render(Context({"points": POINTS, "kind": kind}))


def test_names_stand_whole_in_a_table_beside_bars_as_long_as_their_values():
    html = drawn("names")
    assert html.count("Community guidelines of the service") == 1
    assert "<text" not in html
    longest, shortest = (int(each) for each in re.findall(r'<rect width="(\d+)"', html))
    assert longest == 4 * shortest
    assert "<b>" not in html


def test_a_drawing_keeps_its_table():
    html = drawn("bar")
    assert "<text" in html
    assert html.count("<tr>") == 3
