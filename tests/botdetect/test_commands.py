"""What a room is answered about shares: classes of evidence, shares with repeats and authors once, never a name."""

import io

import pytest
from PIL import Image

from botdetect import commands, eventfile, histogram
from botdetect.formats import Post
from botdetect.models import Cluster, Member, Run
from disinfo.portal.tools import Ask
from tests.botdetect.factories import BotCollectionFactory

pytestmark = pytest.mark.django_db
URL = "https://news.example/article"


@pytest.fixture
def shared(settings, tmp_path, organisation):
    """Five accounts shared one article, eight times: zorglub_1 four times."""
    settings.MEDIA_ROOT = tmp_path
    collection = BotCollectionFactory(organisation=organisation, name="Vote", source="mastodon")
    who = ["zorglub_1"] * 4 + ["zorglub_2", "zorglub_3", "zorglub_4", "zorglub_5"]
    posts = [
        Post(name, f"p{number}", 1_700_000_000.0 + number, (("url", "news.example/article"),))
        for number, name in enumerate(who)
    ]
    collection.folder.mkdir(parents=True)
    eventfile.add(collection.events_path, [eventfile.table_of(posts)])
    return collection


def in_cluster(collection, state, *names):
    run = Run.objects.filter(collection=collection).first() or Run.objects.create(
        collection=collection, trace="url"
    )
    number = run.clusters.count()
    cluster = Cluster.objects.create(
        run=run, number=number, state=state, accounts_count=1, edges_count=0, most_objects=1, largest_q=0
    )
    for name in names:
        Member.objects.create(
            run=run, cluster=cluster, number=run.members.count(), name=name, core=1, degree=1
        )


def ask(people, words=URL, who="rita"):
    command = next(each for each in commands.COMMANDS if each.word == "bots")
    return command.answer(Ask(words, people[who]))


def test_a_hit_counts_shares_with_repeats_and_authors_once(shared, people, monkeypatch):
    in_cluster(shared, "confirmed", "zorglub_1")
    in_cluster(shared, "to_review", "zorglub_2")
    monkeypatch.setattr(commands, "scores_of", lambda _rows: {"zorglub_3": 0.9, "zorglub_4": 0.1})
    given = ask(people)
    rows = [line for line in given.text.splitlines() if line.startswith("| ") and "%" in line]
    assert [row.split("|")[2:4] for row in rows] == [
        [" 50 % (4) ", " 20 % (1) "],  # the confirmed group
        [" 25 % (2) ", " 40 % (2) "],  # a group to review, a profile that is flagged
        [" 12 % (1) ", " 20 % (1) "],  # looked at both ways, without a sign
        [" 12 % (1) ", " 20 % (1) "],  # cannot say
    ]
    assert "8 shares · 5 accounts" in given.text
    assert "zorglub" not in given.text + str(given.source) + str(given.limits)


def test_without_a_profile_and_a_group_it_cannot_be_said(shared, people):
    rows = ask(people).text.splitlines()
    assert "| cannot say | 100 % (8) | 100 % (5) |" in rows[-1]


def test_a_profile_alone_clears_nobody_where_no_run_was_made(shared, people, monkeypatch):
    monkeypatch.setattr(commands, "scores_of", lambda _rows: {"zorglub_3": 0.1})
    assert "| no sign in what was looked at | 0 % (0) | 0 % (0) |" in ask(people).text


def test_the_distribution_comes_as_a_picture(shared, people, monkeypatch):
    plain = Image.open(io.BytesIO(ask(people).pictures[0].content))
    monkeypatch.setattr(commands, "scores_of", lambda _rows: {"zorglub_3": 1.0})
    spread = Image.open(io.BytesIO(ask(people).pictures[0].content))
    assert plain.format == spread.format == "PNG"
    assert spread.height > plain.height


def test_bars_are_as_long_as_their_values():
    image = Image.open(
        io.BytesIO(histogram.bars("Été", ("of accounts", "of shares"), [("A", 100, 0), ("B", 50, 0)]))
    )
    lengths = [
        sum(image.getpixel((x, 96 + row * 92 + 37)) == (31, 122, 77) for x in range(image.width))
        for row in range(2)
    ]
    assert lengths[0] == pytest.approx(2 * lengths[1], rel=0.01)
    assert lengths[0] > 700


def test_who_may_not_read_the_collection_is_told_nothing(shared, people):
    for name in ("charlie", "alice"):
        given = ask(people, who=name)
        assert "Nobody shared this" in given.text
        assert given.pictures == ()


def test_nothing_asked_is_answered_with_how(people):
    assert "/bots" in ask(people, "").text
