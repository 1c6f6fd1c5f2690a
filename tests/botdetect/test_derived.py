"""Traces that no single post shows, from a file in the browser or on the command line to a cluster."""

import base64
import csv

import pyarrow as pa
import pyarrow.parquet
import pytest
from django.core.management import call_command
from django.urls import reverse

from botdetect import eventfile
from botdetect.derived import creations, follow_sets, similar_texts
from botdetect.formats import Post, guess, mapped, reader_of
from botdetect.forms import MappingForm
from botdetect.models import Account, Member, Run
from botdetect.services import collections, retention, runs
from botdetect.sidebyside import Common, in_common
from botdetect.values import RowError
from tests.botdetect.factories import BotCollectionFactory, finished_run
from tests.botdetect.test_traces import picture

DAY = 86_400
BASE = (
    "the minister hid the report about the river and nobody in the press wants to talk about it today friends"
)


def posts_of(*rows):
    return eventfile.table_of(
        [Post(who, str(n), at, ((kind, what),)) for n, (who, kind, what, at) in enumerate(rows)]
    )


def write(path, *rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def follows_file(path):
    """Forty people who follow who they like and one star, and six accounts that follow the same ten."""
    rows = [(f"p{n}", f"own{n}-{k}") for n in range(40) for k in range(8)]
    rows += [(f"p{n}", "star") for n in range(40)]
    rows += [(f"farm{n}", f"client{k}") for n in range(6) for k in range(10)]
    return write(path, ("follower_id", "followed_id"), *rows)


def profiles_file(path):
    """Two hundred accounts made over two hundred days, and twenty of one pattern within five minutes."""
    rows = [(f"p{n}", f"person_{'x' * (n % 9)}{n}", 100 * DAY + n * DAY, n, 2 * n, 10) for n in range(200)]
    rows += [(f"burst{n}", f"Maria{40_000_000 + n}", 150 * DAY + n * 10, 1, 90, 0) for n in range(20)]
    return write(path, ("who", "name", "made", "followers", "following", "posts"), *rows)


PROFILE_MAP = [
    *("--map", "account=who", "--map", "handle=name", "--map", "created=made"),
    *("--map", "followers=followers", "--map", "friends=following", "--map", "statuses=posts"),
]


def test_near_identical_texts_become_one_object_named_by_the_first():
    other = "totally other words about football and the weather in the north of the country"
    made = similar_texts(
        posts_of(("a", "text", BASE + " ok", 1.0), ("b", "text", BASE, 2.0), ("c", "text", other, 3.0))
    )
    assert dict(zip(made["account"].to_pylist(), made["object"].to_pylist(), strict=True)) == {
        "a": BASE,
        "b": BASE,
        "c": other,
    }
    assert made["time"].to_pylist() == [1.0, 2.0, 3.0]
    assert set(made["kind"].to_pylist()) == {"similar"}


def test_without_texts_nothing_is_similar():
    assert len(similar_texts(posts_of(("a", "url", "x", 1.0)))) == 0


def test_accounts_that_follow_the_same_few_are_one_group_and_a_star_makes_none():
    rows = [(f"p{n}", "follow", f"own{n}-{k}", None) for n in range(40) for k in range(8)]
    rows += [(f"p{n}", "follow", "star", None) for n in range(40)]
    rows += [(f"farm{n}", "follow", f"client{k}", None) for n in range(6) for k in range(10)]
    assert {(what, who) for _kind, what, who, _content, _at in follow_sets(posts_of(*rows))} == {
        ("6 × farm0", f"farm{n}") for n in range(6)
    }


def test_a_burst_over_two_bins_is_one_object():
    profiles = [(f"p{n}", f"name{'y' * (n % 5)}", float(n * DAY)) for n in range(300)]
    profiles += [(f"b{n}", f"Maria{40_000_000 + n}", 60 * DAY + n * 50.0) for n in range(24)]
    made = creations(profiles)
    assert {row[2] for row in made} == {f"b{n}" for n in range(24)}
    assert {row[1] for row in made} == {"Aa0×8 · 1970-03-02 00:00"}
    assert creations([("a", "", 5.0), ("b", "name", None)]) == []


def test_traces_are_counted_side_by_side_and_each_in_its_own_way():
    shares = posts_of(
        *(("a", "url", "x", 0.0), ("b", "url", "x", 30.0), ("a", "url", "y", 0.0), ("c", "url", "y", 500.0)),
        *(
            ("a", "text", "t", 0.0),
            ("a", "text", "t", 1.0),
            ("a", "creation", "s", 0.0),
            ("d", "creation", "s", 1.0),
        ),
    )
    assert in_common(shares, 60) == [
        Common("url", objects=2, accounts=3, close=1),
        Common("creation", objects=1, accounts=2, close=None),
    ]


def test_two_shares_without_a_moment_are_not_close():
    shares = posts_of(("a", "follow", "x", None), ("b", "follow", "x", None))
    assert in_common(shares, 60) == [Common("follow", objects=1, accounts=2, close=0)]


def test_a_picture_is_hashed_from_its_bytes_its_address_or_its_file(tmp_path):
    data = picture((400, 300), 95)
    (tmp_path / "cat.jpg").write_bytes(data)
    address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    mapping = {"account": "a", "time": "t", "images": "i"}
    found = {
        mapped({"a": "x", "t": 5, "i": value}, mapping, folder).objects
        for value, folder in ((data, None), (address, None), ("/elsewhere/../cat.jpg", tmp_path))
    }
    assert len(found) == 1
    assert mapped({"a": "x", "t": 5, "i": "ffeeddccbbaa0099"}, mapping).objects == (
        ("image", "ffeeddccbbaa0099"),
    )
    with pytest.raises(RowError, match="picture"):
        mapped({"a": "x", "t": 5, "i": "secret.jpg"}, mapping, tmp_path)


def test_a_table_of_followed_accounts_is_known_and_needs_no_time():
    row = {"follower_id": "1234567890123456789", "followed_id": "9"}
    post = reader_of(guess(list(row)))(row)
    assert (post.account, post.time, post.objects) == ("1234567890123456789", None, (("follow", "9"),))


def test_what_is_shared_needs_a_time_in_the_wizard_and_profiles_do_not():
    columns = ["a", "b", "c"]
    assert MappingForm({"account": "a", "created": "b"}, columns=columns).is_valid()
    assert MappingForm({"account": "a", "follows": "b"}, columns=columns).is_valid()
    assert not MappingForm({"account": "a", "urls": "b"}, columns=columns).is_valid()
    assert not MappingForm({"account": "a", "handle": "b"}, columns=columns).is_valid()


@pytest.mark.django_db
def test_texts_that_differ_in_a_word_make_a_cluster(tmp_path):
    def story(number, who):
        words = " ".join(f"w{number}x{place}" for place in range(18))
        return [words, f"{words} ok", f"ok {words}", f"{words} yes"][who % 4]

    rows = [
        (f"a{who}", f"{who}-{act}", act * DAY + who, story(act, who)) for act in range(9) for who in range(5)
    ]
    # What people repeat at leisure, each in their own hour: what chance looks like.
    rows += [
        (f"p{n}", f"p{act}-{n}", act * DAY + n * 5000, story(100 + act, n))
        for act in range(80)
        for n in range(act % 13, 60, 13)
    ]
    path = write(tmp_path / "texts.csv", ("who", "id", "at", "words"), *rows)
    call_command(
        "botdetect_import",
        path,
        "--name",
        "T",
        "--run",
        "similar",
        *("--map", "account=who", "--map", "content=id", "--map", "time=at", "--map", "text=words"),
    )
    assert set(Member.objects.values_list("name", flat=True)) == {f"a{n}" for n in range(5)}
    run = Run.objects.get()
    assert run.collection.kinds["similar"] == run.collection.kinds["text"] == run.collection.shares
    again = finished_run(run.collection, trace="text")
    assert not again.clusters.exists(), "no two of them wrote the very same words often enough"


@pytest.mark.django_db
def test_a_list_of_followers_makes_a_cluster_of_those_who_follow_the_same(tmp_path, as_, people):
    call_command("botdetect_import", follows_file(tmp_path / "f.csv"), "--name", "F", "--run", "followset")
    run = Run.objects.get()
    assert run.state == "done"
    assert {member.name for member in Member.objects.all()} == {f"farm{n}" for n in range(6)}
    cluster = run.clusters.get()
    assert cluster.traces == {"follow": 10, "followset": 1}
    page = as_("ada").get(cluster.get_absolute_url()).content.decode()
    assert "sets were compared" in page
    assert "1970" not in page
    assert run.collection.first_at is None
    assert (
        "1970" not in as_("ada").get(reverse("bots:edge", args=[cluster.edges.first().pk])).content.decode()
    )


@pytest.mark.django_db
def test_profiles_alone_show_a_burst_of_creations(tmp_path, as_, people):
    call_command(
        "botdetect_import",
        profiles_file(tmp_path / "p.csv"),
        "--name",
        "P",
        "--run",
        "creation",
        *PROFILE_MAP,
    )
    run = Run.objects.get()
    assert set(Member.objects.values_list("name", flat=True)) == {f"burst{n}" for n in range(20)}
    assert run.clusters.get().aggregates["bursts"]
    assert Account.objects.get(name="burst3").friends == 90
    assert "The burst was tested" in as_("ada").get(run.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_the_form_demands_what_a_group_trace_needs(tmp_path, as_, people):
    collection = BotCollectionFactory()
    collections.import_posts(collection=collection, path=follows_file(tmp_path / "f.csv"))
    asked = {
        "trace": "followset",
        "window": 60,
        "min_participation": 2,
        "min_objects": 2,
        "fdr": 0.01,
        "core": 3,
        "communities": "propagation",
    }
    assert "15" in as_("ada").get(collection.get_absolute_url(), asked).content.decode(), (
        "pairs of six accounts"
    )
    as_("ada").post(reverse("bots:start", args=[collection.pk]), asked)
    run = Run.objects.get()
    assert (run.parameters["min_objects"], run.parameters["fdr"]) == (1, 1)
    runs.perform(run=run)
    assert run.clusters.count() == 1


@pytest.mark.django_db
def test_derived_traces_forget_an_erased_account_and_are_the_same_bytes_each_time(tmp_path, people):
    collection = BotCollectionFactory()
    path = follows_file(tmp_path / "f.csv")
    collections.import_posts(collection=collection, path=path)
    derived = eventfile.file_of(collection.events_path, "followset")
    before = derived.read_bytes()
    collections.import_posts(collection=collection, path=path)
    assert derived.read_bytes() == before
    retention.erase(name="farm3", actor=people["ada"])
    assert "farm3" not in pa.parquet.read_table(derived)["account"].to_pylist()
    assert len(pa.parquet.read_table(derived)) == 5


def test_a_run_over_shares_alone_starts_from_posts_on_the_command_line(tmp_path, capsys):
    from botdetect.coordination.__main__ import main

    path = follows_file(tmp_path / "f.csv")
    assert main([str(path), "--out", str(tmp_path / "out"), "--trace", "followset"]) == 0
    assert (tmp_path / "out" / "accounts.csv").read_text().count("farm") == 6
    assert main([str(path), "--out", str(tmp_path / "out"), "--trace", "text"]) == 2
    assert "which holds follow" in capsys.readouterr().err
