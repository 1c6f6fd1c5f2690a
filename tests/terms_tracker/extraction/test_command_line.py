"""`python -m terms_tracker.extraction`: files in, files out, figures printed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PAGE = {"fetch": "https://example.org/", "select": "p", "snapshot": "pages/a.html"}


@pytest.fixture
def run(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/a.html").write_bytes(b"<p>caf\xc3\xa9 </p>")

    def run(cases, *options):
        path = tmp_path / "cases.json"
        path.write_text(cases if isinstance(cases, str) else json.dumps(cases))
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return subprocess.run(
            [sys.executable, "-m", "terms_tracker.extraction", path, tmp_path / "out", *options],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment,
            check=False,
        )

    return run


def test_a_version_is_written_without_a_newline(run, tmp_path):
    run([{"id": "a", "documents": [PAGE]}])

    assert (tmp_path / "out/a.md").read_bytes() == "café".encode()


def test_an_error_is_written_in_place_of_the_version_of_an_earlier_run(run, tmp_path):
    run([{"id": "a", "documents": [PAGE]}])
    run([{"id": "a", "documents": [PAGE | {"select": "b"}]}])

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.error.txt"]
    assert (tmp_path / "out/a.error.txt").read_text().startswith("Extract failed: The provided selector")


def test_the_figures_are_printed(run):
    result = run([{"id": "a", "documents": [PAGE, PAGE]}])

    assert result.returncode == 0
    assert "2 documents" in result.stdout
    assert "documents per second" in result.stdout
    assert "documents per CPU second" in result.stdout
    assert "peak RSS" in result.stdout


def test_several_processes_give_the_same_files(run, tmp_path):
    cases = [{"id": str(number), "documents": [PAGE] * (1 + number % 2)} for number in range(10)]
    run(cases)
    alone = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    result = run(cases, "--jobs", "2")

    assert result.returncode == 0
    assert alone == {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}


def test_an_unknown_filter_is_left_out_as_in_the_reference_engine_but_said(run, tmp_path):
    result = run([{"id": "a", "documents": [PAGE | {"filter": ["cleanUrls"]}]}])

    assert (tmp_path / "out/a.md").exists()
    assert "unknown filter “cleanUrls”; it is left out" in result.stderr


@pytest.mark.parametrize(
    "case",
    [
        {"id": "a"},
        {"id": "a", "documents": []},
        {"id": "a", "documents": [{}]},
        {"id": "a", "documents": [3]},
        {"id": "a", "documents": [PAGE | {"snapshot": "gone.html"}]},
    ],
)
def test_an_incomplete_case_does_not_stop_the_others(run, tmp_path, case):
    result = run([case, {"id": "b", "documents": [PAGE]}])

    assert result.returncode == 0
    assert (tmp_path / "out/a.error.txt").read_text()
    assert (tmp_path / "out/b.md").exists()


@pytest.mark.parametrize("cases", ["{", "{}", '[{"id": "../a"}]', "[{}]", "[3]"])
def test_cases_that_cannot_be_read_are_said(run, cases):
    result = run(cases)

    assert result.returncode == 2
    assert result.stderr.startswith("Cannot start: ")
