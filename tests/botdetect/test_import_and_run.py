"""From a file to clusters: imports once, runs the same, survives being killed and cancelled."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from botdetect import eventfile
from botdetect.coordination import detection
from botdetect.formats import guess, mapped, read_rows, reader_of
from botdetect.models import Account, AllowedAccount, Cluster, Collection, Edge, Erasure, Member, Run
from botdetect.services import collections, retention, runs, storing
from botdetect.values import RowError
from disinfo.leases import Hold
from disinfo.portal.models import Job
from tests.botdetect.factories import BotCollectionFactory, filled_collection, finished_run, write_planted

pytestmark = pytest.mark.django_db

V1 = {
    "id_str": "1234567890123456789",
    "created_at": "Wed Oct 10 20:19:24 +0000 2018",
    "text": "RT @x: hello",
    "user": {
        "id_str": "99",
        "screen_name": "Marie1",
        "created_at": "Mon Nov 29 21:18:15 +0000 2010",
        "followers_count": 3,
        "friends_count": 4,
        "statuses_count": 5,
    },
    "retweeted_status": {"id_str": "77"},
}
V2 = {
    "data": [
        {
            "id": "5",
            "author_id": "9",
            "created_at": "2026-01-01T00:00:01.000Z",
            "text": "see https://t.example/x",
            "entities": {
                "urls": [
                    {"url": "https://t.example/x", "expanded_url": "https://news.example/a?utm_source=z"}
                ]
            },
        }
    ],
    "includes": {"users": [{"id": "9", "username": "nine", "public_metrics": {"followers_count": 1}}]},
}
IO = {
    "tweetid": "5",
    "userid": "abc",
    "user_screen_name": "abc",
    "tweet_time": "2017-06-22 16:03",
    "tweet_text": "x",
    "retweet_tweetid": "",
    "in_reply_to_tweetid": "",
    "urls": "[https://a.example/1, https://b.example]",
    "hashtags": "['One', 'Two', 'Three']",
    "account_creation_date": "2014-03-15",
    "follower_count": "12",
    "following_count": "3",
}


def test_posts_of_each_known_format_are_read():
    post = reader_of(guess(list(V1)))(V1)
    assert (post.account, post.content, post.objects) == ("99", "1234567890123456789", (("repost", "77"),))
    assert post.profile.handle == "Marie1"
    assert datetime.fromtimestamp(post.time, UTC).year == 2018
    row = {**V2["data"][0], "author": V2["includes"]["users"][0]}
    post = reader_of(guess(list(row)))(row)
    assert ("url", "news.example/a") in post.objects
    assert post.profile.followers == 1
    post = reader_of(guess(list(IO)))(IO)
    assert post.objects[:3] == (
        ("url", "a.example/1"),
        ("url", "b.example"),
        ("hashtags", "#one #two #three"),
    )


def test_a_page_of_the_api_is_read_with_its_authors(tmp_path):
    path = tmp_path / "page.jsonl"
    path.write_text(json.dumps(V2) + "\n")
    assert next(read_rows(path))["author"]["username"] == "nine"


def test_a_spreadsheet_that_has_lost_digits_is_refused():
    with pytest.raises(RowError, match="lost digits"):
        mapped(
            {"who": 1.2345678901234568e18, "t": 5, "o": "x"}, {"account": "who", "time": "t", "object": "o"}
        )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"\xff\xfe\x00garbage"),
        ("a.parquet", b"PAR1 no"),
        ("a.json", b"{nothing"),
        ("a.csv.gz", b"no gzip"),
        ("a.exe", b"MZ"),
    ],
)
def test_hostile_files_are_refused_in_words(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((RowError, collections.ImportFailedError)):
        collections.import_posts(collection=BotCollectionFactory(), path=path)


def test_importing_twice_adds_nothing(tmp_path):
    collection = BotCollectionFactory()
    path = write_planted(tmp_path / "a.csv", accounts=50, objects=40)
    first = collections.import_posts(collection=collection, path=path)
    content = collection.events_path.read_bytes()
    again = collections.import_posts(collection=collection, path=path)
    assert first.shares == collection.shares > 0
    assert again.shares == 0
    assert collection.events_path.read_bytes() == content


def test_refused_rows_are_reported_and_the_others_kept(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "object_id,account_id,content_id,timestamp_share\no,1234567890123456789,c,5\no,,c,5\no,b,d,yesterday\n"
    )
    collection = BotCollectionFactory()
    done = collections.import_posts(collection=collection, path=path)
    assert (done.posts, done.refused) == (1, 2)
    assert done.reasons == ["2: no account_id", "3: 'yesterday' is no time"]
    assert eventfile.read(collection.events_path)["account"].to_pylist() == ["1234567890123456789"]


def test_a_table_of_unknown_columns_needs_a_mapping(tmp_path):
    path = tmp_path / "tiktok.csv"
    path.write_text("Author,Video,Posted,Music\nana,v1,2026-01-01 10:00:00,song\n")
    collection = BotCollectionFactory()
    with pytest.raises(collections.ImportFailedError, match="which is which"):
        collections.import_posts(collection=collection, path=path)
    mapping = {"account": "Author", "content": "Video", "time": "Posted", "object": "Music"}
    assert (
        collections.import_posts(collection=collection, path=path, kind="mapped", mapping=mapping).shares == 1
    )


def test_the_command_imports_and_runs(tmp_path, capsys):
    path = write_planted(tmp_path / "a.csv", accounts=100, objects=80)
    call_command("botdetect_import", path, "--name", "Planted", "--run", "object")
    said = capsys.readouterr().out
    assert "0 rows refused" in said
    assert "done" in said
    assert Cluster.objects.count() == 2
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="which is which"):
        call_command("botdetect_import", path, "--name", "Planted")


def test_a_run_stores_what_the_engine_found(tmp_path):
    run = finished_run(filled_collection(tmp_path))
    assert run.state == Run.State.DONE
    assert run.job.state == Job.State.DONE
    assert Member.objects.filter(run=run).count() == 16 == run.report["counts"]["core_accounts"]
    assert Edge.objects.filter(run=run).count() == run.report["counts"]["core_edges"]
    assert {len(name) for name in Member.objects.values_list("name", flat=True)} == {19}
    cluster = run.clusters.get(number=0)
    assert cluster.edges.count() == cluster.edges_count
    assert set(cluster.layout) == {str(number) for number in cluster.members.values_list("number", flat=True)}
    assert cluster.traces["object"] >= 12
    assert sum(day["value"] for day in cluster.aggregates["days"]) == cluster.aggregates["shares"]
    assert Member.objects.filter(is_sampled=True).count() == 16, "all of them: fewer than the sample's size"


def test_the_same_input_gives_the_same_result(tmp_path):
    collection = filled_collection(tmp_path)
    one, other = finished_run(collection), finished_run(collection)
    assert one.result_hash == other.result_hash != ""
    assert one.input_hash == other.input_hash == collection.events_hash
    assert finished_run(collection, seed=5).result_hash
    assert finished_run(collection, window=5).result_hash != one.result_hash


def test_allowed_accounts_are_left_out(tmp_path):
    collection = filled_collection(tmp_path)
    name = "1000000000000000000"
    Account.objects.create(collection=collection, name="1000000000000000001", handle="press_agency")
    AllowedAccount.objects.create(name=name, reason="a news agency")
    AllowedAccount.objects.create(name="press_agency", reason="another")
    run = finished_run(collection)
    assert not Member.objects.filter(run=run, name__in=[name, "1000000000000000001"]).exists()
    assert Member.objects.filter(run=run).count() == 14


def test_a_run_whose_worker_was_killed_is_done_by_the_next_one(tmp_path, settings, monkeypatch):
    collection = filled_collection(tmp_path)
    run = runs.start(collection=collection, trace="object", parameters={}, actor=None)

    class Killed(BaseException):
        pass

    def kill(**_):
        raise Killed

    monkeypatch.setattr(storing, "store", kill)
    with pytest.raises(Killed):
        runs.perform(run=run)
    monkeypatch.undo()
    run.refresh_from_db()
    assert run.state == Run.State.RUNNING, "nobody was there to say otherwise"
    assert not Member.objects.filter(run=run).exists()
    assert runs.sweep() == 1
    runs.perform(run=run)
    run.refresh_from_db()
    assert run.state == Run.State.DONE
    assert run.result_hash == finished_run(collection).result_hash


def test_two_workers_never_do_one_run_at_a_time(tmp_path):
    run = runs.start(collection=filled_collection(tmp_path), trace="object", parameters={}, actor=None)
    assert Hold(f"bots-run:{run.pk}", seconds=60)
    runs.perform(run=run)
    run.refresh_from_db()
    assert run.state == Run.State.WAITING


def test_a_cancelled_run_stops_and_leaves_nothing(tmp_path, people, monkeypatch):
    collection = filled_collection(tmp_path)
    waiting = runs.start(collection=collection, trace="object", parameters={}, actor=None)
    runs.cancel(run=waiting, actor=people["rita"])
    runs.perform(run=waiting)
    waiting.refresh_from_db()
    assert waiting.state == Run.State.CANCELLED
    running = runs.start(collection=collection, trace="object", parameters={}, actor=None)
    monkeypatch.setattr(
        runs,
        "events_of",
        lambda *_: (
            Run.objects.filter(pk=running.pk).update(is_cancel_asked=True),
            eventfile.events_of(collection.events_path, "object"),
        )[1],
    )
    runs.perform(run=running)
    running.refresh_from_db()
    assert running.state == Run.State.CANCELLED
    assert running.job.state == Job.State.FAILED
    assert not Cluster.objects.exists()


def test_a_run_that_fails_says_why(tmp_path, monkeypatch):
    run = runs.start(collection=filled_collection(tmp_path), trace="object", parameters={}, actor=None)
    monkeypatch.setattr(detection, "detect", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        runs.perform(run=run)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "ZeroDivisionError" in run.job.error


def test_an_upload_is_imported_once_by_the_worker(tmp_path, people):
    collection = BotCollectionFactory()
    collection.folder.mkdir(parents=True)
    write_planted(collection.folder / "upload.csv", accounts=50, objects=40)
    job = collections.ask_for_import(
        collection=collection, upload="upload.csv", kind="coortweet", mapping={}, actor=people["rita"]
    )
    assert collections.sweep() == 1
    collections.run_import(job=job)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.result["posts"] > 100
    assert not (collection.folder / "upload.csv").exists()
    collections.run_import(job=job)
    assert collections.sweep() == 0


def test_what_is_kept_too_long_is_forgotten_and_aggregates_stay(tmp_path, django_capture_on_commit_callbacks):
    collection = filled_collection(tmp_path)
    run = finished_run(collection)
    assert retention.forget_expired() == 0
    Collection.objects.update(expires_at=timezone.now() - timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.forget_expired() == 1
    assert not collection.events_path.exists()
    assert not Member.objects.exists()
    assert not Edge.objects.exists()
    cluster = run.clusters.get(number=0)
    assert cluster.layout == {}
    assert cluster.aggregates["shares"] > 0
    assert retention.forget_expired() == 0


def test_an_erased_account_is_gone_and_never_comes_back(tmp_path, people):
    collection = filled_collection(tmp_path)
    run = finished_run(collection)
    name = "1000000000000000003"
    Account.objects.create(collection=collection, name=name, handle="Someone")
    assert retention.erase(name="@someone", actor=people["ada"]) > 0
    assert not Member.objects.filter(name=name).exists()
    assert not Account.objects.filter(name=name).exists()
    assert name not in eventfile.read(collection.events_path)["account"].to_pylist()
    number = str(int(name) - 1_000_000_000_000_000_000)
    assert all(number not in cluster.layout for cluster in run.clusters.all())
    path = write_planted(tmp_path / "again.csv", accounts=100, objects=80)
    collections.import_posts(collection=collection, path=path)
    assert name not in eventfile.read(collection.events_path)["account"].to_pylist()
    assert name not in str(list(Erasure.objects.values()))


def test_a_compressed_file_is_read(tmp_path):
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write("object_id,account_id,content_id,timestamp_share\no,a,c,5\n")
    assert collections.import_posts(collection=BotCollectionFactory(), path=path).shares == 1
