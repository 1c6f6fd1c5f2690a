"""What each element becomes: a few of each kind, for where the real data is not there, and whatever else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terms_tracker.extraction import ExtractionError, extract_html
from terms_tracker.extraction.escaping import escape
from terms_tracker.extraction.javascript import WHITE_SPACE, show_number, strip, to_number, utf16_length


def markdown(html, select="body", url="https://example.org/a/b", **options):
    return extract_html(html, url, select=select, **options)


def markdown_or_error(html):
    try:
        return markdown(html, select="html")
    except ExtractionError as error:
        return str(error)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>Été 🙂</h1>", "Été 🙂\n======"),
        ("<h3>Three</h3>", "### Three"),
        ("<p>a<br>b</p>", "a  \nb"),
        ("<hr>", "* * *"),
        ("<p>a <b> b </b> c</p>", "a **b** c"),
        ("<p>a<b>&nbsp;b</b></p>", "a\xa0**b**"),
        ("<p>a<b> </b>b</p>", "a b"),
        ("<p><i></i>x</p>", "x"),
        ("<p><s>no</s></p>", "~no~"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "*   a\n*   b\n    *   c"),
        ('<ol start="9"><li>a</li><li>b</li></ol>', "9.  a\n10.  b"),
        ('<ol start="abc"><li>a</li></ol>', "NaN.  a"),
        ('<ol start="2.5"><li>a</li></ol>', "2.5.  a"),
        ("<ul><li><input type=checkbox checked>a</li></ul>", "*   [x] a"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n> \n> b"),
        ("<pre><code>a\n  b</code></pre>", "    a\n      b"),
        ('<div class="highlight-source-js"><pre>let a</pre></div>', "```js\nlet a\n```"),
        ("<p><code>a`b</code></p>", "``a`b``"),
        ("<p><code>*a*</code> *b*</p>", "`*a*` \\*b\\*"),
        (
            '<p><a href="/x(1)" title="t &quot;u&quot;">l</a></p>',
            '[l](https://example.org/x\\(1\\) "t \\"u\\"")',
        ),
        ('<p><a href="#x">l</a></p>', "[l](#x)"),
        ('<p><a name="x">l</a></p>', "l"),
        ('<p><img src="/i.png" alt="A"></p>', "![A](/i.png)"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a   | b   |\n| --- | --- |\n| 1   | 2   |"),
        ("<table><tr><td>a<td>b</table>", "|     |     |\n| --- | --- |\n| a   | b   |"),
        ("<table><tr><td>only one</table>", "only one"),
        ("<noscript><p>seen</p></noscript>", "seen"),
        ("<p>a</p><script>x</script><style>y</style>", "a"),
        ("<svg><a href='/x'><text>t</text></a></svg>", "t"),
        ("<math><mi><b>x</b></mi></math>", "**x**"),
    ],
)
def test_an_element_becomes_its_markdown(html, expected):
    assert markdown(html) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a", "\\- a"),
        ("+ a", "\\+ a"),
        ("+a", "+a"),
        ("== a", "\\== a"),
        ("## a", "\\## a"),
        ("####### a", "####### a"),
        ("~~~", "\\~~~"),
        ("> a", "\\> a"),
        ("12. a", "12\\. a"),
        ("12.a", "12.a"),
        ("a_b*c`d[e]f\\", "a\\_b\\*c\\`d\\[e\\]f\\\\"),
        ("a < b & c | d!", "a < b & c | d!"),
        ("", ""),
    ],
)
def test_text_that_looks_like_markdown_is_escaped(text, expected):
    assert escape(text) == expected


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet="-+=#~>_*`[]\\0123. ab\n", max_size=30))
def test_escaping_only_adds_backslashes(text):
    escaped = escape(text)

    position = 0
    for character in escaped:
        if position < len(text) and character == text[position]:
            position += 1
        else:
            assert character == "\\"
    assert position == len(text)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet=" \t\n\r\u00a0\u2003abé", max_size=40))
def test_collapsing_white_space_twice_changes_nothing(text):
    try:
        once = markdown(f"<p>{text}x</p>")
    except ExtractionError:
        return
    assert markdown(f"<p>{once}</p>") == once


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=200))
def test_any_page_gives_text_or_a_clean_error(html):
    result = markdown_or_error(html)

    assert result
    assert result == result.rstrip(WHITE_SPACE).lstrip("\t\r\n")


_TANGLE = (
    "<p> </p> <b> </b> <a href=x> </a> <ul> </ul> <ol> <li> </li> <table> <tr> <td> <th> </table> <pre>"
    " </pre> <code> </code> <br> <img src=i> <blockquote> </blockquote> <h1> </h1> <svg> </svg> <title>"
    " <template> <math> <mi> </math> <select> <option> <div> </div> <!-- --> x &nbsp; * |"
)
_PIECES = st.sampled_from(_TANGLE.split(" "))


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(_PIECES, max_size=60), st.sampled_from(["", " ", "\n"]))
def test_any_tangle_of_tags_gives_text_or_a_clean_error(pieces, between):
    assert markdown_or_error(between.join(pieces))


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 0), (" 3 ", 3), ("0x10", 16), ("1e3", 1000), (".5", 0.5), ("-1", -1), ("Infinity", float("inf"))],
)
def test_numbers_are_read_as_javascript_reads_them(text, number):
    assert to_number(text) == number


@pytest.mark.parametrize("text", ["abc", "1,5", "0b2", "1_000", "infinity", "١", "9" * 5000])
def test_what_is_no_number_to_javascript_is_nan(text):
    assert show_number(to_number(text)) == "NaN"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3.0, "3"),
        (2.5, "2.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (1e-5, "0.00001"),
    ],
)
def test_numbers_are_shown_as_javascript_shows_them(number, text):
    assert show_number(number) == text


def test_white_space_is_that_of_javascript():
    assert strip("\ufeff\u00a0x\u0085\x1c") == "x\u0085\x1c"


def test_an_emoji_counts_for_two():
    assert utf16_length("a🙂") == 3
