"""Many people at once: no vote lost, none doubled, no ad leased to two."""

import uuid
from collections import Counter

import pytest

from political_ads.assignments import Assignment
from political_ads.labels import Label
from political_ads.models import Task, Vote
from political_ads.services import voting
from political_ads.services.queueing import next_task
from tests.political_ads.factories import TaskFactory, VoterFactory
from tests.together import own_connections, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_a_file(tmp_path):
    """SQLite in memory is one connection for all threads: what is tried here needs one each."""
    with own_connections(tmp_path):
        yield


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
