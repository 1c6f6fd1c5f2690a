import pytest

from terms_tracker.archive import InvalidEntryError, Place, extension_for
from terms_tracker.archive.names import check_place, parse_path


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place("Parship", "Terms of Service", None, "md"), "Parship/Terms of Service.md"),
        (Place("Yahoo!", "Privacy Policy", "legal-tos", "html"), "Yahoo!/Privacy Policy #legal-tos.html"),
        (Place("amazon.fr", "In-App Purchases Policy", None, "pdf"), "amazon.fr/In-App Purchases Policy.pdf"),
        (Place("L·été “x”", "Community Guidelines - Hate Speech", None, "md"), None),
        (Place(":(glob)*", "--help", None, "md"), ":(glob)*/--help.md"),
    ],
)
def test_a_place_is_written_and_read_back(place, path):
    check_place(place)
    assert path is None or place.path == path
    assert parse_path(place.path) == place


HOSTILE = [
    "",
    " ",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "a\0b",
    "a\nb",
    "a\x7f",
    "a\u2028b",
    "\ud800",
    " a",
    "a ",
]
HOSTILE += [".git", ".GIT", ".gitmodules", ".g\u200cit", "git~1", "é" * 128]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("part", ["service", "terms_type", "document_id"])
def test_a_name_that_could_leave_its_folder_is_refused(part, name):
    parts = {"service": "S", "terms_type": "T", "document_id": "d", "extension": "md"} | {part: name}
    with pytest.raises(InvalidEntryError):
        check_place(Place(**parts))


@pytest.mark.parametrize("extension", ["", "MD", "m/d", ".md", "a" * 17, "tar.gz"])
def test_an_extension_is_a_few_letters(extension):
    with pytest.raises(InvalidEntryError):
        check_place(Place("S", "T", None, extension))


@pytest.mark.parametrize("terms_type", ["A #b", "A #", "x" * 253])
def test_a_type_that_would_be_read_back_otherwise_is_refused(terms_type):
    with pytest.raises(InvalidEntryError):
        check_place(Place("S", terms_type, None, "md"))


@pytest.mark.parametrize("path", ["README.md", "a/b/c.md", "/x.md", "a/x", "a/.md"])
def test_a_path_of_something_else_is_no_place(path):
    assert parse_path(path) is None


@pytest.mark.parametrize(
    ("mime_type", "extension"),
    [("text/html; charset=utf-8", "html"), ("Application/PDF", "pdf"), ("", "bin"), ("x/../../y", "bin")],
)
def test_the_extension_comes_from_the_mime_type(mime_type, extension):
    assert extension_for(mime_type) == extension


def test_the_mime_type_comes_from_the_extension():
    assert Place("S", "T", None, "html").mime_type == "text/html"
    assert Place("S", "T", None, "md").mime_type == "text/markdown"
    assert Place("S", "T", None, "zzz").mime_type == "application/octet-stream"
