"""The papers are true where a machine can tell: links, commands, targets, settings, figures of the form."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/*.md")])
TEXTS = {paper.relative_to(ROOT).as_posix(): paper.read_text(encoding="utf-8") for paper in PAPERS}
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
LISTED = set(re.findall(r"^([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE))
OF_A_THEME = {"static/css/theme.css"}
OF_DEVELOPERS = {"DISINFO_SHARED_DATA"}  # read by tests and benchmarks, no setting of the portal
# Put together here, so that this file does not hold what it looks for.
FORBIDDEN = [
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("python", "hosted"),
        ("npmjs", ".org"),
        ("deb.debian", ".org"),
        ("/wo", "rk/"),
    )
]
OF_THE_MACHINE = "/" + "tmp/"

each_paper = pytest.mark.parametrize("paper", TEXTS)


def code_of(text: str) -> str:
    """What stands in blocks of code and between backticks."""
    fence = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", fence.sub("", text))
    return "\n".join([*fence.findall(text), *spans])


def anchors_of(text: str) -> set[str]:
    """The anchors a forge makes of headings."""
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_readme_is_short():
    assert len(TEXTS["README.md"].splitlines()) <= 200


def test_the_readme_has_a_picture_that_is_light():
    picture = ROOT / "docs" / "picture.png"
    assert "docs/picture.png" in TEXTS["README.md"]
    assert 0 < picture.stat().st_size < 200_000


@each_paper
def test_every_link_leads_somewhere(paper):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[paper]):
        path, _hash, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (ROOT / paper).parent / path if path else ROOT / paper
        if not file.exists() or (anchor and anchor not in anchors_of(file.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@each_paper
def test_every_file_that_is_named_exists(paper):
    named = re.findall(
        r"`((?:disinfo|terms_tracker|tests|benchmarks|scripts|templates|static|docs)/[\w./-]*\w/?)`(?:\s|[.,;:)]|$)",
        TEXTS[paper],
    )
    assert [name for name in set(named) - OF_A_THEME if not (ROOT / name).exists()] == []


@each_paper
def test_every_command_exists(paper):
    named = re.findall(r"(?:manage\.py|\bmanage) ([a-z_]+)", code_of(TEXTS[paper]))
    assert set(named) <= set(get_commands())


@each_paper
def test_every_target_of_make_exists(paper):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {
        name for line in re.findall(r"^([\w./ -]+):(?!=)", makefile, re.MULTILINE) for name in line.split()
    }
    calls = re.findall(r"(?:^|[\s`])make((?: [a-z.][\w./-]*)+)", code_of(TEXTS[paper]), re.MULTILINE)
    assert {name for call in calls for name in call.split()} <= targets


@each_paper
def test_every_setting_that_is_named_is_in_the_example(paper):
    named = set(re.findall(r"\b(?:DISINFO|TERMS|OIDC|EMAIL|CSRF|POSTGRES)_[A-Z][A-Z0-9_]*\b", TEXTS[paper]))
    named |= set(
        re.findall(r"\b(?:SECRET_KEY|ALLOWED_HOSTS|DATABASE_URL|REDIS_URL)(?:_FILE)?\b", TEXTS[paper])
    )
    assert {name.removesuffix("_FILE") for name in named} - LISTED - OF_DEVELOPERS == set()


def test_every_decision_is_dated_and_listed():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(decision.name[:4]) for decision in decisions] == list(range(1, len(decisions) + 1))
    for decision in decisions:
        text = decision.read_text(encoding="utf-8")
        assert re.search(r"^\d{1,2} \w+ 20\d\d · accepted$", text, re.MULTILINE), decision.name
        assert f"adr/{decision.name}" in TEXTS["docs/architecture.md"]


def test_publiccode_says_what_it_must():
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert about["publiccodeYmlVersion"].startswith("0.4")
    needed = {"name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal"}
    assert needed | {"maintenance", "localisation"} <= set(about)
    assert about["legal"]["license"] == "EUPL-1.2"
    assert about["maintenance"]["contacts"]
    assert set(about["localisation"]["availableLanguages"]) == set(about["description"]) == {"en", "fr"}
    for words in about["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]


def test_the_version_is_the_same_everywhere():
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert f'version = "{about["softwareVersion"]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_privacy_says_the_durations_of_the_code():
    from disinfo.portal import services

    paper = TEXTS["docs/privacy.md"]
    assert f"messages after {services.KEEP_MESSAGES_DAYS} days" in paper
    assert f"after {services.KEEP_JOBS_DAYS} days; leases" in paper
    assert f"counters after {services.KEEP_COUNTERS_DAYS} days" in paper


def tracked() -> list[Path]:
    """Every committed file."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_somebodys_machine():
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        is_test = file.is_relative_to(ROOT / "tests")
        words = FORBIDDEN if is_test else [*FORBIDDEN, OF_THE_MACHINE]
        found += [f"{file.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert found == []
