"""What the law would say of an answer, computed from the dates of the ad; and what a crowd saw of it."""

from datetime import UTC, date, datetime

import pytest

from political_ads.models import Check, Election, Rule, RuleHit, Vote, Voter
from political_ads.services import rules, starter_rules
from tests.political_ads.factories import AdFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ad():
    starter_rules.add_missing()
    Election.objects.create(
        slug="ep-2019", name="European election", country="FR", first_round=date(2019, 5, 26)
    )
    task = TaskFactory()
    return AdFactory(
        creative=task.creative,
        country="FR",
        payer="Somebody",
        started_on=datetime(2019, 5, 1, tzinfo=UTC),
        stopped_on=datetime(2019, 5, 20, tzinfo=UTC),
    )


def codes(ad, label):
    return {rule.code for rule, _election, _days in rules.would_apply(ad, label)}


def test_an_answer_brings_up_the_rules_of_its_dates(ad):
    assert "fr-l52-1" in codes(ad, "promotes")
    assert "fr-l49" not in codes(ad, "promotes")  # it had stopped before the eve
    assert codes(ad, "not_political") == set()


def test_an_ad_of_another_year_is_under_no_window(ad):
    ad.started_on, ad.stopped_on = datetime(2017, 5, 1, tzinfo=UTC), datetime(2017, 5, 2, tzinfo=UTC)
    assert "fr-l52-1" not in codes(ad, "promotes")


def answer(ad, key, *answers):
    for given in answers:
        vote = Vote.objects.create(voter=Voter.objects.create(), creative=ad.creative, label="cant_say")
        Check.objects.create(vote=vote, key=key, answer=given)


def test_what_enough_people_saw_is_a_fact_and_what_two_saw_is_not(ad):
    answer(ad, "looks_ai", "yes", "yes", "unknown")
    assert Check.objects.settled(ad.creative_id) == {}
    answer(ad, "looks_ai", "yes")
    assert Check.objects.settled(ad.creative_id) == {"looks_ai": True}
    answer(ad, "looks_ai", "no", "no")
    assert Check.objects.settled(ad.creative_id) == {}


def test_an_ad_that_looks_made_by_a_machine_and_does_not_say_so_is_to_check(ad):
    Rule.objects.filter(code="eu-ai-act-50").update(applies_from=date(2019, 1, 1))
    answer(ad, "looks_ai", "yes", "yes", "yes")
    answer(ad, "ai_label", "no", "no", "no")
    rules.apply_to(type(ad).objects.all())
    assert RuleHit.objects.get(rule__code="eu-ai-act-50").state == RuleHit.State.TO_CHECK
