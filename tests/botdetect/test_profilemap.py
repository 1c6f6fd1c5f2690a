"""Kinds of profiles: a map of a collection, groups inside a cluster, and what is missing is said."""

import json

import numpy as np
import pytest
from django.core.management import call_command
from django.urls import reverse

from botdetect.clustering import centres
from botdetect.models import Collection
from botdetect.profilemap import groups_of, map_of
from botdetect.services import collections, profiles
from tests.botdetect.factories import BotCollectionFactory, filled_collection, finished_run
from tests.botdetect.test_derived import PROFILE_MAP, profiles_file

DAY = 86_400


def two_kinds(people=150, batch=50):
    """People of every age, and a batch of one week that follows many and is followed by nobody."""
    chance = np.random.default_rng(4)
    ages = [*chance.integers(100, 3000, people).tolist(), *chance.integers(3, 10, batch).tolist()]
    at = 20_000 * DAY
    return {
        "created_at": [float(at - age * DAY) for age in ages],
        "collected_at": [float(at)] * (people + batch),
        "followers": [*chance.integers(20, 2000, people).tolist(), *[1] * batch],
        "friends": [*chance.integers(20, 2000, people).tolist(), *[90] * batch],
        "statuses": [*chance.integers(50, 5000, people).tolist(), *[2] * batch],
        "screen_name": [
            *(f"person{'x' * (n % 7)}" for n in range(people)),
            *(f"Maria{40_000_000 + n}" for n in range(batch)),
        ],
    }


def test_a_batch_of_profiles_is_a_kind_of_its_own_on_the_map():
    drawn = map_of(two_kinds())
    assert drawn["profiles"] == 200 == sum(kind["accounts"] for kind in drawn["kinds"])
    batch = [kind for kind in drawn["kinds"] if kind["shape"] == "Aa0×8"]
    assert sum(kind["accounts"] for kind in batch) == 50 == sum(kind["dormant"] for kind in batch)
    assert batch[0]["medians"]["statuses"] == 2
    assert all(-1 <= kind[axis] <= 1 for kind in drawn["kinds"] for axis in "xy")
    assert map_of(two_kinds()) == drawn
    assert json.loads(json.dumps(drawn)) == drawn


def test_what_is_not_known_is_counted_and_breaks_nothing():
    found = two_kinds()
    found["followers"] = [None] * 200
    found["statuses"][:20] = [None] * 20
    known = map_of(found)["known"]
    assert (known["followers"], known["statuses"], known["friends"]) == (0, 180, 200)
    assert map_of(found)["kinds"][0]["medians"]["followers"] is None
    assert map_of(found)["kinds"][0]["dormant"] is None, "the rule asks for followers"


def test_a_few_profiles_make_no_map_and_no_groups():
    few = {name: values[:9] for name, values in two_kinds().items()}
    assert map_of(few) == groups_of(few) == {}


def test_groups_inside_a_cluster_find_the_batch():
    found = groups_of(two_kinds(people=150, batch=50))
    assert any(kind["shape"] == "Aa0×8" and kind["accounts"] >= 45 for kind in found["kinds"])
    assert found["alone"] + sum(kind["accounts"] for kind in found["kinds"]) == 200


def test_profiles_that_are_all_the_same_lie_in_one_place():
    assert centres(np.ones((20, 3)), np.zeros(20, np.int64)).tolist() == [[0, 0]]


@pytest.mark.django_db
def test_the_collection_page_leads_to_the_map_when_the_file_holds_profiles(tmp_path, as_, people):
    call_command("botdetect_import", profiles_file(tmp_path / "p.csv"), "--name", "P", *PROFILE_MAP)
    collection = Collection.objects.get()
    page = as_("ada").get(collection.get_absolute_url()).content.decode()
    assert "Map of 220 profiles" in page
    page = as_("ada").get(reverse("bots:profiles", args=[collection.pk])).content.decode()
    assert page.split("<figure")[1].count("<circle") == len(collection.profile_map["kinds"])
    assert "Aa0×8" in page
    assert "burst3" not in page, "numbers, no names"


@pytest.mark.django_db
def test_no_profiles_in_a_file_is_said(tmp_path, as_, people):
    collection = filled_collection(tmp_path)
    assert "none in what was brought in" in as_("ada").get(collection.get_absolute_url()).content.decode()
    page = as_("ada").get(reverse("bots:profiles", args=[collection.pk])).content.decode()
    assert "No profiles in this collection" in page
    cluster = finished_run(collection).clusters.first()
    assert "No profiles of these accounts" in as_("ada").get(cluster.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_cluster_page_shows_the_groups_inside_it(tmp_path, as_, people):
    collection = BotCollectionFactory()
    mapping = {
        "account": "who",
        "handle": "name",
        "created": "made",
        "followers": "followers",
        "friends": "following",
    }
    collections.import_posts(
        collection=collection, path=profiles_file(tmp_path / "p.csv"), kind="mapped", mapping=mapping
    )
    cluster = finished_run(
        collection, trace="creation", window=86_400, min_objects=1, min_participation=1, fdr=1
    ).clusters.get()
    assert cluster.aggregates["groups"]["profiles"] == 20
    assert "among 20 profiles" in as_("ada").get(cluster.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_map_is_drawn_anew_and_goes_when_the_profiles_go(tmp_path):
    collection = BotCollectionFactory()
    collections.import_posts(
        collection=collection,
        path=profiles_file(tmp_path / "p.csv"),
        kind="mapped",
        mapping={"account": "who", "handle": "name", "created": "made"},
    )
    assert collection.profile_map["profiles"] == 220
    collection.accounts.all().delete()
    profiles.draw_map(collection=collection)
    assert collection.profile_map == {}
