"""Many people at once: no vote lost, none doubled, no ad leased to two."""

import threading
import uuid
from collections import Counter

import pytest
from django.db import connection, connections

from political_ads.assignments import Assignment
from political_ads.labels import Label
from political_ads.models import Task, Vote
from political_ads.services import voting
from political_ads.services.queueing import next_task
from tests.political_ads.factories import TaskFactory, VoterFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(count: int, work) -> list[object]:
    """What each of so many threads gives, or what it raises."""
    results: list[object] = [None] * count
    barrier = threading.Barrier(count)

    def one(place: int) -> None:
        barrier.wait()
        try:
            results[place] = work(place)
        except Exception as error:  # noqa: BLE001 (given to the test below)
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    raised = [result for result in results if isinstance(result, Exception)]
    assert raised == []
    return results


@pytest.fixture(autouse=True)
def on_a_file(tmp_path):
    """SQLite in memory is one connection for all threads: what is tried here needs one each."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip(
            "threads need a database of their own connections: run with PostgreSQL, or see benchmarks"
        )


def test_counters_equal_votes_when_eight_answer_at_once():
    tasks = [TaskFactory() for _ in range(6)]

    def work(place: int) -> None:
        for _ in range(5):
            person = VoterFactory()
            for task in tasks:
                voting.vote(assignment=Assignment.now(task.pk, person.pk), label=Label.SURVEY)

    together(8, work)
    assert Vote.objects.count() == 8 * 5 * 6
    assert [task.votes_count for task in Task.objects.all()] == [40] * 6


def test_one_session_answering_twice_at_once_is_one_vote():
    task, person = TaskFactory(), uuid.uuid4()
    assignment = Assignment.now(task.pk, person)
    given = together(6, lambda _: voting.vote(assignment=assignment, label=Label.SURVEY).pk)
    assert len(set(given)) == 1
    task.refresh_from_db()
    assert task.votes_count == 1


def test_no_ad_is_leased_to_two_people():
    for number in range(40):
        TaskFactory(position=number / 40)
    shown = together(8, lambda _: [next_task(voter=uuid.uuid4(), languages=["en"]).pk for _ in range(5)])
    counts = Counter(pk for of_one in shown for pk in of_one)
    assert set(counts.values()) == {1}
