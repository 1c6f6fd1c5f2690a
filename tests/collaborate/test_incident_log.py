"""The log of an incident: a chain that shows what was changed, cut out or put in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collaborate import incident_log
from collaborate.models import LogEntry
from collaborate.services import logbook
from tests.collaborate.incident_factories import incident as make


def chain(texts):
    lines, previous = [], incident_log.START
    for number, text in enumerate(texts, 1):
        entry = {"incident": 7, "number": number, "at": "2026-11-22T12:00:00.000000+00:00", "kind": "note"}
        entry |= {
            "author": "A",
            "organisation": "",
            "text": text,
            "data": {"n": number},
            "previous": previous,
        }
        entry["hash"] = previous = incident_log.digest(entry)
        lines.append(json.dumps(entry, ensure_ascii=False))
    return lines


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=8))
def test_a_whole_log_has_no_fault(texts):
    lines = chain(texts)
    assert list(incident_log.faults(lines, head=json.loads(lines[-1])["hash"])) == []


@given(st.lists(st.text(), min_size=2, max_size=6), st.data())
def test_whatever_is_changed_is_seen(texts, data):
    lines = chain(texts)
    place = data.draw(st.integers(0, len(lines) - 1))
    entry = json.loads(lines[place])
    entry["text"] += "!"
    lines[place] = json.dumps(entry)
    assert any(fault.startswith(f"line {place + 1}:") for fault in incident_log.faults(lines))


def test_an_entry_cut_out_is_seen():
    lines = chain(["a", "b", "c"])
    assert list(incident_log.faults([lines[0], lines[2]]))


def test_a_cut_end_is_seen_by_who_knows_the_last_hash():
    lines = chain(["a", "b", "c"])
    head = json.loads(lines[-1])["hash"]
    assert list(incident_log.faults(lines[:2])) == []
    assert list(incident_log.faults(lines[:2], head=head))


@pytest.mark.parametrize("line", ["", "[]", "nonsense", '{"incident": 1}', "[" * 100_000])
def test_what_is_no_log_is_said(line):
    assert "not an entry" in next(incident_log.faults([line]))


def test_an_empty_file_is_no_log():
    assert list(incident_log.faults([])) == ["the log is empty"]


@pytest.mark.django_db
def test_what_the_portal_exports_is_verified_from_the_command_line(people, tmp_path, capsys):
    incident = make(people["alice"])
    logbook.write(incident, LogEntry.Kind.NOTE, "Élu à « 12 h »", actor=people["rita"], odd=[1, None, "é"])
    file = tmp_path / "log.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in logbook.lines(incident)), encoding="utf-8")
    incident.refresh_from_db()
    assert incident_log.main(["verify", str(file), "--head", incident.log_head]) == 0
    LogEntry.objects.filter(incident=incident, number=1).update(text="Nothing happened")
    file.write_text("".join(json.dumps(line) + "\n" for line in logbook.lines(incident)), encoding="utf-8")
    assert incident_log.main(["verify", str(file)]) == 1
    assert "line 1: it was changed" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(tmp_path, capsys):
    assert incident_log.main(["verify", str(tmp_path / "none")]) == 2
    assert "cannot be read" in capsys.readouterr().err
