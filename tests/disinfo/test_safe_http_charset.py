import pytest

from disinfo.safe_http import Response


def response(content, content_type="text/html"):
    return Response("https://example.org/", 200, {"content-type": content_type}, content, (), 0.1, None)


@pytest.mark.parametrize(
    ("content_type", "content", "text"),
    [
        ("text/html; charset=utf-8", "é".encode(), "é"),
        ("text/html; charset=ISO-8859-1", b"\xe9\x80", "é€"),
        ('text/html; Charset="windows-1251"', b"\xc0", "А"),
        ("text/html", b'<meta charset="gb2312">' + "镕".encode("gb18030"), '<meta charset="gb2312">镕'),
        (
            "text/html",
            b'<META http-equiv=content-type content="text/html; charset=gbk">\x81\x30\x81\x30',
            '<META http-equiv=content-type content="text/html; charset=gbk">\x80',
        ),
        (
            "text/xml",
            b"<?xml version='1.0' encoding='iso-8859-15'?>\xa4",
            "<?xml version='1.0' encoding='iso-8859-15'?>€",
        ),
        ("text/html; charset=nonsense", b'<meta charset="latin1">\xe9', '<meta charset="latin1">é'),
        (
            "text/html",
            b" " * 1024 + b'<meta charset="latin1">\xc3\xa9',
            " " * 1024 + '<meta charset="latin1">é',
        ),
        ("text/html", b"\xef\xbb\xbfx\xff", "x\ufffd"),
        ("text/html; charset=rot13", b"abc", "abc"),
        ("text/html; charset=idna", b"abc", "abc"),
        ("text/html; charset=unicode_escape", b"\\x41", "\\x41"),
        ("", b"abc", "abc"),
    ],
)
def test_text_is_read_as_its_header_says_else_as_it_says_itself(content_type, content, text):
    assert response(content, content_type).text == text
