"""Logs are JSON, and say which request or task they belong to."""

import json
import logging

import pytest

from disinfo.celery import _carry_request_id, _take_request_id
from disinfo.logs import JsonFormatter, current_request_id, request_id_set_to


def line(**extra) -> dict:
    record = logging.getLogger("x").makeRecord(
        "x", logging.WARNING, "f", 1, "it is %s", ("cold",), None, extra=extra
    )
    return json.loads(JsonFormatter().format(record))


def test_a_line_is_one_object_with_what_was_said_beside_it():
    said = line(service="Chirper", count=3)
    assert (said["message"], said["level"], said["service"], said["count"]) == (
        "it is cold",
        "WARNING",
        "Chirper",
        3,
    )


def test_an_exception_is_in_the_line():
    try:
        raise ValueError("wrong")
    except ValueError:
        import sys

        record = logging.getLogger("x").makeRecord("x", logging.ERROR, "f", 1, "m", (), sys.exc_info())
    assert "ValueError: wrong" in json.loads(JsonFormatter().format(record))["exception"]


def test_a_line_never_breaks_into_two():
    record = logging.getLogger("x").makeRecord("x", logging.INFO, "f", 1, "one\ntwo", (), None)
    assert "\n" not in JsonFormatter().format(record)


@pytest.mark.django_db
def test_what_a_request_logs_carries_its_id(client):
    answer = client.get("/about/", headers={"X-Request-ID": "request-0001"})
    assert answer["X-Request-ID"] == "request-0001"


def test_a_task_carries_the_id_of_the_request_that_caused_it():
    request_id_set_to("request-0002")
    headers: dict[str, str] = {}
    _carry_request_id(headers=headers)
    assert headers["request_id"] == "request-0002"

    class Task:
        class request:  # noqa: N801 (as Celery names it)
            request_id = "request-0002"

    request_id_set_to("-")
    _take_request_id(task_id="task-1", task=Task)
    assert current_request_id() == "request-0002"
    assert line()["task_id"] == "task-1"
    request_id_set_to("-")
