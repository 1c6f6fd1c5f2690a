"""The figures of rooms fail aloud."""

from subprocess import CompletedProcess

import pytest

from benchmarks import chat


@pytest.fixture(autouse=True)
def _no_figure_missed_yet(monkeypatch):
    monkeypatch.setattr(chat, "MISSED", [])


def run_with(monkeypatch, *words, failing=()):
    ran = []

    def run(command, **_):
        ran.append(command[-1])
        return CompletedProcess(command, int(command[-1] in failing))

    monkeypatch.setattr(chat.sys, "argv", ["chat", *words])
    monkeypatch.setattr(chat.subprocess, "run", run)
    try:
        chat.main()
    except SystemExit as end:
        return ran, end.code
    return ran, None


def test_all_parts_run_and_the_whole_fails_when_one_of_them_missed(monkeypatch):
    ran, code = run_with(monkeypatch, failing=("idle",))
    assert ran == ["streams", "steady", "idle", "storm", "writers", "million"], (
        "what comes after it runs all the same"
    )
    assert code == "missed: idle"


def test_the_whole_ends_well_when_every_part_did(monkeypatch):
    assert run_with(monkeypatch)[1] is None


def test_a_part_fails_by_the_figure_it_missed(monkeypatch):
    monkeypatch.setattr(chat, "storm", lambda: chat.figure("all served after", 11, 10, "s", most=True))
    chat.storm.__name__ = "storm"
    assert run_with(monkeypatch, "storm") == ([], "missed: all served after")


def test_a_word_that_is_no_part_is_refused(monkeypatch):
    assert "no such part: strom" in run_with(monkeypatch, "strom")[1]
