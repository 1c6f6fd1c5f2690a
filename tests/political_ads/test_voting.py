"""Each answer moves its ad by what its author's answers are worth, and taking it back leaves no trace."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from political_ads.assignments import Assignment, AssignmentError
from political_ads.labels import CLASSES, Label
from political_ads.models import Skip, Task, Vote, Voter
from political_ads.services import reviewing, standing, voting
from political_ads.services.queueing import next_task
from political_ads.services.voting import RefusedError
from tests.political_ads.factories import CreativeFactory, TaskFactory, VoterFactory, answered, in_a_blink

pytestmark = pytest.mark.django_db


def state_of(task: Task) -> tuple[object, ...]:
    task.refresh_from_db()
    return task.state, task.scores, task.top, task.confidence, task.trusted_count, task.cant_say_count


# ── What an answer does ───────────────────────────────────────────────────────────────────────────────────
def test_three_good_people_who_agree_settle_an_ad():
    task = TaskFactory()
    for _ in range(3):
        answered(task, Label.ENGAGEMENT)
    task.refresh_from_db()
    assert (task.state, task.label) == ("retired", "engagement")
    assert task.confidence >= 0.95
    assert task.bucket is None


def test_what_has_legal_weight_is_settled_but_not_found_before_reviewers_confirm():
    task = TaskFactory()
    for _ in range(4):
        answered(task, Label.PROMOTES)
    task.refresh_from_db()
    assert task.state == "retired"
    assert task.confidence >= 0.99
    assert task.needs_reviewer
    assert task.finding == ""


def test_newcomers_are_counted_but_settle_nothing():
    task = TaskFactory()
    for _ in range(6):
        answered(task, Label.NOT_POLITICAL, VoterFactory(gold_seen=0, gold_right=0, votes_count=0))
    task.refresh_from_db()
    assert (task.votes_count, task.trusted_count, task.state) == (6, 0, "open")


def test_a_newcomer_s_earlier_answers_count_once_the_known_answers_are_passed(
    django_capture_on_commit_callbacks,
):
    task = TaskFactory()
    person = VoterFactory(gold_seen=1, gold_right=1, votes_count=1)
    assert answered(task, Label.SURVEY, person).weight == 0
    gold = TaskFactory()
    reviewing.make_gold(creative=gold.creative, label=Label.SURVEY, note="", actor=None)
    with django_capture_on_commit_callbacks(execute=True):
        answered(gold, Label.SURVEY, person)
    task.refresh_from_db()
    assert task.trusted_count == 1
    assert task.top == "survey"


def test_hard_to_say_abstains():
    task = TaskFactory()
    for _ in range(4):
        answered(task, Label.CANT_SAY)
    assert state_of(task)[1] == [0.0] * len(CLASSES)
    assert (task.cant_say_count, task.state) == (4, "open")
    answered(task, Label.CANT_SAY)
    task.refresh_from_db()
    assert task.state == "undecidable"


def test_of_one_network_one_answer_to_an_ad_counts():
    task = TaskFactory()
    weights = [answered(task, Label.PROMOTES, network="a-school").weight for _ in range(5)]
    assert weights[0] > 0
    assert weights[1:] == [0.0] * 4


def test_the_same_assignment_again_is_one_vote():
    task, person = TaskFactory(), VoterFactory()
    assignment = Assignment.now(task.pk, person.pk)
    first = voting.vote(assignment=assignment, label=Label.SURVEY)
    again = voting.vote(assignment=assignment, label=Label.PROMOTES)
    assert first == again
    assert again.label == "survey"
    assert Vote.objects.count() == 1


def test_a_known_answer_moves_its_author_and_not_the_ad():
    gold = TaskFactory()
    reviewing.make_gold(creative=gold.creative, label=Label.PROMOTES, note="", actor=None)
    person = VoterFactory(gold_seen=0, gold_right=0)
    answered(gold, Label.PROMOTES, person)
    person.refresh_from_db()
    gold.refresh_from_db()
    assert (person.gold_seen, person.gold_right) == (1, 1)
    assert (gold.state, gold.votes_count, gold.top) == ("gold", 1, "")


def test_taking_back_a_known_answer_does_not_make_it_right():
    gold = TaskFactory()
    reviewing.make_gold(creative=gold.creative, label=Label.PROMOTES, note="", actor=None)
    person = VoterFactory(gold_seen=0, gold_right=0)
    wrong = answered(gold, Label.SURVEY, person)
    voting.undo(voter=person.pk, vote_id=wrong.pk)
    answered(gold, Label.PROMOTES, person)
    person.refresh_from_db()
    assert (person.gold_seen, person.gold_right) == (1, 0)


# ── Taking back ───────────────────────────────────────────────────────────────────────────────────────────
def test_undo_restores_everything_to_the_last_digit():
    task = TaskFactory()
    for label in (Label.SURVEY, Label.PROMOTES, Label.SURVEY):
        answered(task, label, VoterFactory(gold_right=7))
    before = state_of(task)
    person = VoterFactory(gold_right=8)
    given = answered(task, Label.SURVEY, person)
    assert state_of(task) != before
    voting.undo(voter=person.pk, vote_id=given.pk)
    assert state_of(task) == before


def test_undo_reopens_what_it_had_settled():
    task = TaskFactory()
    people = [VoterFactory() for _ in range(3)]
    votes = [answered(task, Label.ENGAGEMENT, person) for person in people]
    voting.undo(voter=people[2].pk, vote_id=votes[2].pk)
    task.refresh_from_db()
    assert task.state == "open"
    assert task.bucket is not None


def test_what_was_taken_back_may_be_answered_anew():
    task, person = TaskFactory(), VoterFactory()
    voting.undo(voter=person.pk, vote_id=answered(task, Label.SURVEY, person).pk)
    again = answered(task, Label.PROMOTES, person)
    assert (again.label, again.status) == ("promotes", "active")
    assert Vote.objects.count() == 1


def test_nobody_takes_back_the_answer_of_another_or_after_five_minutes():
    task, person = TaskFactory(), VoterFactory()
    given = answered(task, Label.SURVEY, person)
    with pytest.raises(RefusedError):
        voting.undo(voter=uuid.uuid4(), vote_id=given.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)), pytest.raises(RefusedError):
        voting.undo(voter=person.pk, vote_id=given.pk)
    given.refresh_from_db()
    assert given.status == "active"


def test_revoking_sessions_leaves_what_was_there_without_them(django_capture_on_commit_callbacks, people):
    tasks = [TaskFactory() for _ in range(5)]
    for task in tasks:
        for label in (Label.ENGAGEMENT, Label.NOT_POLITICAL):
            answered(task, label, VoterFactory(gold_right=8))
    before = [state_of(task) for task in tasks]
    liars = [VoterFactory() for _ in range(4)]
    for liar in liars:
        for task in tasks:
            answered(task, Label.SURVEY, liar)
    assert [state_of(task) for task in tasks] != before
    keys = [liar.pk for liar in liars]
    with django_capture_on_commit_callbacks(execute=True):
        changed = standing.set_status(
            voters=keys, status=Voter.Status.REVOKED, reason="a script", actor=people["ada"]
        )
    assert changed == 4
    assert [state_of(task) for task in tasks] == before
    with pytest.raises(RefusedError):
        answered(TaskFactory(), Label.SURVEY, liars[0])


def test_a_revocation_that_a_worker_lost_is_finished_by_the_sweep():
    task, liar = TaskFactory(), VoterFactory()
    answered(task, Label.SURVEY, liar)
    standing.set_status(voters=[liar.pk], status=Voter.Status.REVOKED, reason="", actor=None)
    task.refresh_from_db()
    assert task.trusted_count == 1  # nothing was committed to send a message, as when the broker is away
    standing.weigh_waiting()
    task.refresh_from_db()
    assert task.trusted_count == 0
    assert not Voter.objects.waiting().exists()


def test_sessions_taken_back_count_again(django_capture_on_commit_callbacks):
    task, person = TaskFactory(), VoterFactory()
    answered(task, Label.SURVEY, person)
    before = state_of(task)
    for status in (Voter.Status.REVOKED, Voter.Status.ACTIVE):
        with django_capture_on_commit_callbacks(execute=True):
            standing.set_status(voters=[person.pk], status=status, reason="", actor=None)
    assert state_of(task) == before


# ── Abuse ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_answers_faster_than_reading_put_a_session_on_probation(django_capture_on_commit_callbacks):
    task, speeder = TaskFactory(), VoterFactory(votes_count=0)
    with django_capture_on_commit_callbacks(execute=True):
        for each in (task, TaskFactory(), TaskFactory()):
            in_a_blink(each, Label.SURVEY, speeder)
    speeder.refresh_from_db()
    task.refresh_from_db()
    assert speeder.status == "probation"
    assert task.trusted_count == 0


def test_nobody_answers_more_than_forty_a_minute():
    person = VoterFactory()
    for _ in range(voting.PER_MINUTE):
        answered(TaskFactory(), Label.SURVEY, person)
    with pytest.raises(RefusedError) as refusal:
        answered(TaskFactory(), Label.SURVEY, person)
    assert refusal.value.wait == 60
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert answered(TaskFactory(), Label.SURVEY, person).pk


def test_a_network_begins_no_more_than_thirty_sessions_a_day():
    task = TaskFactory()
    for _ in range(voting.SESSIONS_PER_DAY):
        voting.vote(assignment=Assignment.now(task.pk, uuid.uuid4()), label=Label.SURVEY, network="here")
    with pytest.raises(RefusedError):
        voting.vote(assignment=Assignment.now(task.pk, uuid.uuid4()), label=Label.SURVEY, network="here")
    assert voting.vote(assignment=Assignment.now(task.pk, uuid.uuid4()), label=Label.SURVEY, network="there")


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "WzEsMiwzXQ:1abc:xyz"])
def test_a_token_that_is_not_ours_is_refused(token):
    with pytest.raises(AssignmentError) as refusal:
        Assignment.of(token)
    assert not refusal.value.is_expired


def test_a_token_is_good_for_an_hour():
    token = Assignment.now(7, uuid.uuid4()).token
    assert Assignment.of(token).creative == 7
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=61)),
        pytest.raises(AssignmentError) as refusal,
    ):
        Assignment.of(token)
    assert refusal.value.is_expired


def test_networks_are_forgotten_after_thirty_days():
    answered(TaskFactory(), Label.SURVEY, network="somewhere")
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        standing.forget_networks()
        assert Vote.objects.get().network == "somewhere"
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        standing.forget_networks()
    assert Vote.objects.get().network == ""


# ── The next ad ───────────────────────────────────────────────────────────────────────────────────────────
def test_an_ad_answered_or_skipped_never_comes_back():
    tasks = [TaskFactory() for _ in range(3)]
    person = VoterFactory()
    answered(tasks[0], Label.SURVEY, person)
    voting.skip(assignment=Assignment.now(tasks[1].pk, person.pk), reason=Skip.Reason.LANGUAGE)
    shown = next_task(voter=person.pk, languages=["en"])
    assert shown == tasks[2]
    answered(tasks[2], Label.SURVEY, person)
    assert next_task(voter=person.pk, languages=["en"]) is None


def test_two_people_are_not_shown_the_same_ad_at_the_same_time():
    TaskFactory()
    one, other = VoterFactory(), VoterFactory()
    assert next_task(voter=one.pk, languages=["en"])
    assert next_task(voter=other.pk, languages=["en"]) is None
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert next_task(voter=other.pk, languages=["en"])


def test_reloading_the_page_shows_the_same_ad():
    for _ in range(20):
        TaskFactory()
    person = VoterFactory()
    assert len({next_task(voter=person.pk, languages=["en"]) for _ in range(5)}) == 1


def test_who_fails_the_known_answers_keeps_nobody_else_from_an_ad():
    task = TaskFactory()
    assert next_task(voter=VoterFactory(gold_right=1).pk, languages=["en"]) == task
    assert next_task(voter=VoterFactory().pk, languages=["en"]) == task


def test_ads_come_in_the_languages_asked_for():
    TaskFactory(language="fr", creative=CreativeFactory(language="fr"))
    person = VoterFactory()
    assert next_task(voter=person.pk, languages=["en", ""]) is None
    assert next_task(voter=person.pk, languages=["fr"]).language == "fr"


def test_what_is_settled_or_hidden_is_asked_of_nobody(people):
    settled, hidden = TaskFactory(), TaskFactory()
    for _ in range(3):
        answered(settled, Label.ENGAGEMENT)
    reviewing.set_hidden(creative=hidden.creative, is_hidden=True, actor=people["ada"], reason="unlawful")
    assert next_task(voter=VoterFactory().pk, languages=["en"]) is None
