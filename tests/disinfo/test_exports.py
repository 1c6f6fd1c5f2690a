"""Exports for spreadsheets and programs."""

import csv
import io
import json

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from disinfo import exports


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_looks_like_a_formula_is_text(value):
    assert exports.safe_cell(value) == f"'{value}"


def test_numbers_stay_numbers():
    assert exports.safe_cell(-3) == -3


@given(st.lists(st.fixed_dictionaries({"a": st.text(), "b": st.integers()}), max_size=5))
def test_csv_is_read_back_and_starts_no_formula(rows):
    text = "".join(exports.csv_lines(["a", "b"], rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == ["a", "b"]
    assert [int(cells[1]) for cells in read[1:]] == [row["b"] for row in rows]
    assert not any(cells[0].startswith(("=", "+", "-", "@")) for cells in read[1:])


@given(st.lists(st.dictionaries(st.text(), st.integers()), max_size=4))
def test_json_is_one_array_and_ndjson_an_object_a_line(rows):
    assert json.loads("".join(exports.json_lines(rows))) == rows
    assert [json.loads(line) for line in "".join(exports.ndjson_lines(rows)).split("\n") if line] == rows


def test_another_kind_is_an_error():
    with pytest.raises(KeyError):
        exports.as_file(RequestFactory().get("/"), "x", "xls", [], [])


async def read_all(response):
    return b"".join([part async for part in response])


def test_under_an_asynchronous_server_lines_are_sent_as_they_come():
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from django.test import AsyncRequestFactory

    made = []

    def rows():
        for n in range(1200):
            made.append(n)
            yield {"a": n}

    response = exports.as_file(AsyncRequestFactory().get("/"), "x", "csv", ["a"], rows())
    assert response.is_async
    assert made == []
    # In a thread of its own: the browser tests keep a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        content = thread.submit(lambda: asyncio.run(read_all(response))).result()
    assert content.count(b"\r\n") == 1201
