"""The profile classifier: trained, kept, refusing, and shown as one signal."""

import csv
import dataclasses
from datetime import UTC, datetime

import numpy as np
import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from sklearn.ensemble import RandomForestClassifier

from botdetect import classifier
from botdetect.models import Account
from botdetect.services import profiles
from tests.botdetect.factories import filled_collection, finished_run
from tests.shared_data import need_shared_data

DAY = 86_400
COLLECTED = 1_400_000_000.0


def invented(number, *, seed=1):
    """Half of them young, with many followings and digits in their names; half not."""
    chance = np.random.default_rng(seed)
    labels = np.arange(number) % 2 == 1
    age = np.where(labels, chance.uniform(5, 200, number), chance.uniform(100, 3000, number))
    columns = {
        "created_at": (COLLECTED - age * DAY).tolist(),
        "collected_at": [COLLECTED] * number,
        "followers": np.where(labels, chance.poisson(20, number), chance.poisson(300, number)).tolist(),
        "friends": np.where(labels, chance.poisson(500, number), chance.poisson(200, number)).tolist(),
        "statuses": chance.poisson(200, number).tolist(),
        "screen_name": [
            f"name{each * 7919 % 10**8:08d}" if bad else "marie" for each, bad in enumerate(labels)
        ],
    }
    return columns, labels.tolist(), [f"set {each % 4 // 2}" for each in range(number)]


@pytest.fixture(scope="module")
def forest():
    return classifier.train(*invented(400))


def test_it_tells_apart_what_it_was_trained_to(forest):
    columns, labels, _sets = invented(200, seed=2)
    scores = forest.score(columns)
    known = ~np.isnan(scores)
    assert known.mean() > 0.8
    assert ((scores[known] > classifier.THRESHOLD) == np.array(labels)[known]).mean() > 0.95


def test_its_arrays_say_what_the_forest_of_scikit_learn_says(forest):
    columns, labels, _sets = invented(400)
    rows = classifier._chosen(columns)
    theirs = RandomForestClassifier(
        200, max_depth=8, min_samples_leaf=5, class_weight="balanced", random_state=0
    ).fit(rows, labels)
    assert forest.score(columns) == pytest.approx(theirs.predict_proba(rows)[:, 1])


@pytest.mark.parametrize(
    "changed", [{"followers": 50_000_000}, {"statuses": None}, {"created_at": COLLECTED + DAY}]
)
def test_it_refuses_a_profile_unlike_any_it_was_trained_on(forest, changed):
    columns = {name: [values[0]] for name, values in invented(2)[0].items()}
    assert not np.isnan(forest.score(columns)[0])
    assert np.isnan(forest.score(columns | {name: [value] for name, value in changed.items()})[0])


def test_its_figures_are_those_on_sets_it_did_not_see():
    columns, labels, sets = invented(400)
    # In the second set the labels mean nothing: inside it a forest would still learn them by heart.
    chance = np.random.default_rng(3).permutation(400) % 2 == 0
    mixed = [bool(chance[at]) if sets[at] == "set 1" else labels[at] for at in range(400)]
    found = {each["set"]: each for each in classifier.train(columns, mixed, sets).figures["sets"]}
    assert found["set 1"]["auc"] == pytest.approx(0.5, abs=0.15)
    assert found["set 1"]["profiles"] == 200


def test_the_rarer_such_accounts_the_less_a_flag_is_worth(forest):
    right = [row["right"] for row in forest.panel()]
    assert right == sorted(right)


def test_it_is_kept_and_read_without_pickle(forest, tmp_path):
    forest.save(tmp_path / "kept.npz")
    columns = invented(50)[0]
    again = classifier.load(tmp_path / "kept.npz")
    assert np.array_equal(again.score(columns), forest.score(columns), equal_nan=True)
    assert again.figures == forest.figures


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"PK\x03\x04 not a zip"])
def test_a_file_that_is_no_classifier_is_refused(tmp_path, content):
    path = tmp_path / "kept.npz"
    path.write_bytes(content)
    with pytest.raises(classifier.ClassifierError):
        classifier.load(path)


def test_a_file_with_objects_is_refused_unread(forest, tmp_path):
    arrays = {name: getattr(forest, name) for name in classifier._ARRAYS}
    np.savez(tmp_path / "kept.npz", figures="{}", **arrays | {"value": np.array([{}], object)})
    with pytest.raises(classifier.ClassifierError):
        classifier.load(tmp_path / "kept.npz")


def test_a_tree_that_leads_back_to_itself_is_refused(forest, tmp_path):
    circle = dataclasses.replace(forest, left=np.zeros_like(forest.left))
    circle.save(tmp_path / "kept.npz")
    with pytest.raises(classifier.ClassifierError, match="damaged"):
        classifier.load(tmp_path / "kept.npz")


@pytest.mark.parametrize(
    ("sets", "said"), [(["a"] * 400, "two sets"), (["a"] * 390 + ["b"] * 10, "twenty|20")]
)
def test_too_few_profiles_are_not_trained_on(sets, said):
    columns, labels, _sets = invented(400)
    with pytest.raises(classifier.ClassifierError, match=said):
        classifier.train(columns, labels, sets)


def write_labelled(path, **changed):
    columns, labels, sets = invented(400)
    table = columns | {"source": sets, "bot": [int(each) for each in labels]} | changed
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
    return path


@pytest.fixture
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.django_db
@pytest.mark.usefixtures("_media")
def test_a_labelled_file_trains_the_portal_and_prints_its_limits(tmp_path, capsys):
    call_command("botdetect_train", write_labelled(tmp_path / "labelled.csv"))
    said = capsys.readouterr().out
    assert "set 1, trained on the others: AUC" in said
    assert "where 1% are such accounts" in said
    assert profiles.path_of_classifier().exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_media")
def test_a_file_that_cannot_be_read_leaves_the_classifier_as_it_was(tmp_path):
    call_command("botdetect_train", write_labelled(tmp_path / "labelled.csv"))
    before = profiles.path_of_classifier().read_bytes()
    for changed, said in (({"bot": ["maybe"] * 400}, "row 1: bot"), ({"followers": ["many"] * 400}, "row 1")):
        with pytest.raises(CommandError, match=said):
            call_command("botdetect_train", write_labelled(tmp_path / "bad.csv", **changed))
    (tmp_path / "none.csv").write_text("source,bot\na,1\n")
    with pytest.raises(CommandError, match="no column created_at"):
        call_command("botdetect_train", tmp_path / "none.csv")
    assert profiles.path_of_classifier().read_bytes() == before


def profile_of(collection, name, **changed):
    values = {
        "handle": "name12345678",
        "created_at": datetime.fromtimestamp(COLLECTED - 60 * DAY, UTC),
        "collected_at": datetime.fromtimestamp(COLLECTED, UTC),
        "followers": 20,
        "friends": 500,
        "statuses": 200,
    }
    return Account.objects.create(collection=collection, name=name, **values | changed)


@pytest.mark.django_db
@pytest.mark.usefixtures("_media")
def test_a_reviewer_sees_the_signal_with_its_limits_and_no_verdict(as_, tmp_path, organisation):
    collection = filled_collection(tmp_path, organisation=organisation)
    cluster = finished_run(collection).clusters.get(number=0)
    first, second = cluster.members.order_by("number")[:2]
    profile_of(collection, first.name)
    profile_of(collection, second.name, followers=90_000_000)
    rita = as_("rita")
    assert "One signal" not in rita.get(cluster.get_absolute_url()).content.decode()
    call_command("botdetect_train", write_labelled(tmp_path / "labelled.csv"))
    page = rita.get(cluster.get_absolute_url()).content.decode()
    assert "Of 1 profiles compared with labelled ones, 1 look" in page
    assert "1 are unlike any" in page
    assert "This is no verdict" in page
    found = rita.get(reverse("bots:lookup"), {"q": first.name}).content.decode()
    assert "This is no verdict" in found


def test_figures_across_real_sets_are_far_below_those_inside_one():
    table = pyarrow.parquet.read_table(
        need_shared_data("bots/labelled/labelled_profiles.parquet")
    ).to_pydict()
    dates = {
        name: [at.timestamp() if at else None for at in table[name]]
        for name in ("created_at", "collected_at")
    }
    columns = {name: table[name] for name in ("followers", "friends", "statuses", "screen_name")}
    forest = classifier.train(columns | dates, table["bot"], table["source"])
    worst = min(each["auc"] for each in forest.figures["sets"])
    assert 0.5 < worst < 0.8
    assert forest.panel()[0]["right"] < 0.2
