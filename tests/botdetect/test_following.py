"""A cluster from run to run: found again by its members, with who came, who went and who stayed."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from botdetect import lines
from botdetect.following import LEAST, Match, best_match, likeness
from botdetect.models import Member, Run
from tests.botdetect.factories import filled_collection, finished_run
from tests.factories import OrganisationFactory

SETS = st.sets(st.integers(0, 12), min_size=1)


@given(SETS, SETS)
def test_the_likeness_of_counts_is_that_of_the_sets(one, other):
    assert likeness(len(one & other), len(one), len(other)) == len(one & other) / len(one | other)


@given(SETS, st.dictionaries(st.integers(1, 5), SETS, max_size=5))
def test_the_best_match_is_the_most_alike_that_is_alike_enough(looked_for, others):
    shared = {key: len(looked_for & other) for key, other in others.items() if looked_for & other}
    found = best_match(len(looked_for), shared, {key: len(other) for key, other in others.items()})
    alike = {key: len(looked_for & other) / len(looked_for | other) for key, other in others.items()}
    most = max(alike.values(), default=0)
    if most < LEAST:
        assert found is None
    else:
        assert found is not None
        assert found.jaccard == most
        assert found.cluster == min(key for key, value in alike.items() if value == most)


def test_of_a_cluster_that_has_split_the_larger_half_goes_on():
    assert best_match(10, {1: 4, 2: 6}, {1: 4, 2: 6}) == Match(2, 6, 0.6)


@pytest.fixture
def grown(tmp_path, organisation):
    """Two runs of one collection: between them two accounts have left the first cluster and one has come."""
    collection = filled_collection(tmp_path, organisation=organisation)
    before, after = finished_run(collection), finished_run(collection)
    cluster = after.clusters.get(number=0)
    leaving = cluster.members.order_by("name")[:2]
    gone = [member.name for member in leaving]
    Member.objects.filter(pk__in=[member.pk for member in leaving]).delete()
    Member.objects.create(run=after, cluster=cluster, number=999, name="newcomer", core=3, degree=3)
    cluster.accounts_count = cluster.members.count()
    cluster.save()
    return before.clusters.get(number=0), cluster, gone


@pytest.mark.django_db
def test_a_line_says_who_came_who_went_and_who_stayed(grown, as_):
    old, new, gone = grown
    steps = lines.line_of(new, Run.objects.all())
    assert [step.cluster for step in steps] == [old, new]
    assert (steps[1].came, list(steps[1].went), steps[1].kept) == (("newcomer",), gone, 6)
    assert steps[1].jaccard == pytest.approx(6 / 9)
    assert [step.cluster for step in lines.line_of(old, Run.objects.all())] == [old, new]
    page = as_("rita").get(reverse("bots:line", args=[old.pk])).content.decode()
    assert "newcomer" in page
    assert all(name in page for name in gone)
    assert "0.67" in page


@pytest.mark.django_db
def test_a_run_in_which_it_is_not_found_is_passed_over(grown):
    old, new, _gone = grown
    between = finished_run(old.run.collection)
    Run.objects.filter(pk=between.pk).update(created_at=old.run.created_at)
    Member.objects.filter(run=between).update(name="nobody")
    assert [step.cluster for step in lines.line_of(old, Run.objects.all())] == [old, new]


@pytest.mark.django_db
def test_a_line_across_collections_stays_within_what_one_may_read(grown, as_, tmp_path):
    old, _new, _gone = grown
    mine = filled_collection(tmp_path, organisation=old.run.collection.organisation, name="Second inquiry")
    foreign = filled_collection(tmp_path, organisation=OrganisationFactory(), name="Foreign inquiry")
    finished_run(mine)
    finished_run(foreign)
    alone = as_("rita").get(reverse("bots:line", args=[old.pk])).content.decode()
    across = as_("rita").get(reverse("bots:line", args=[old.pk]), {"across": 1}).content.decode()
    assert "Second inquiry" not in alone
    assert "Second inquiry" in across
    assert "Foreign inquiry" not in across


@pytest.mark.django_db
def test_two_runs_side_by_side_show_what_is_new_and_what_is_gone(grown, as_):
    old, new, _gone = grown
    other = new.run.clusters.exclude(pk=new.pk).get()
    Member.objects.filter(cluster=other).update(name="x")
    pairs = lines.beside(old.run, new.run)
    assert [(pair.one and pair.one.number, pair.two and pair.two.number, pair.kept) for pair in pairs] == [
        (0, 0, 6),
        (1, None, 0),
        (None, 1, 0),
    ]
    page = as_("rita").get(reverse("bots:compare", args=[old.run_id, new.run_id])).content.decode()
    assert "not found again" in page
    assert "new</span>" in page
    assert "0.67" in page


@pytest.mark.django_db
def test_the_run_page_offers_runs_of_other_collections_to_compare(grown, as_, tmp_path):
    old, _new, _gone = grown
    other = finished_run(filled_collection(tmp_path, organisation=old.run.collection.organisation))
    page = as_("rita").get(old.run.get_absolute_url()).content.decode()
    assert reverse("bots:compare", args=[old.run_id, other.pk]) in page
